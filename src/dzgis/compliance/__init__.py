"""Compliance (合规核查): parcel facts and rules to findings, and findings to a verdict."""

from dzgis.compliance.judge import judge
from dzgis.compliance.override import with_overrides

__all__ = ["judge", "with_overrides"]
