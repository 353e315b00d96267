"""Compliance (合规核查): parcel facts and rules to findings, and findings to a verdict."""

from dzgis.compliance.judge import judge

__all__ = ["judge"]
