"""What a report says that the check does not know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    import geopandas as gpd

    from dzgis.terms import Language, Text


@dataclass(frozen=True)
class ReportContext:
    """
    What stands on a report beside the check.

    Attributes
    ----------
    lang : {"zh", "en"}
    issued : date
        Day of issue; also the files' time of creation, so that equal checks give equal files.
    version : str
        Version of dzgis.
    project, applicant, organisation, report_no : str
        Blank where not given; the report then leaves room to write it in.
    manifest : str
        Text of the QR code, e.g. the hash of the inputs; blank for no code.
    selftest : Text or None
        Outcome of the known-answer tests.
    show_protection : bool
        Whether maps may draw protected features beyond the parcel; in many offices they may not.
    generated : bool
        Whether layers are generated data: said on the cover and below every map.
    slope_labels : tuple of Text
        Names of the slope classes of `Facts.slopes`, from flat to steep.
    parameters : tuple of (Text, str)
        Further parameters for the section on method, e.g. the DEM.
    counties : GeoDataFrame, optional
        With ``county``, any CRS: for the map of where a parcel lies.
    """

    lang: Language
    issued: dt.date
    version: str
    project: str = ""
    applicant: str = ""
    organisation: str = ""
    report_no: str = ""
    manifest: str = ""
    selftest: Text | None = None
    show_protection: bool = True
    generated: bool = False
    slope_labels: tuple[Text, ...] = ()
    parameters: tuple[tuple[Text, str], ...] = ()
    counties: gpd.GeoDataFrame | None = None
