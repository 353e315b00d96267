"""What check.json says of its evidence: all that a check needs beside the shapes."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads it
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field
from pyproj import CRS

from dzgis.plan.model import AreaComparison  # noqa: TC001 - pydantic reads it
from dzgis.plan.record import NonEmpty, Record
from dzgis.plan.rules import RuleSet  # noqa: TC001 - pydantic reads it
from dzgis.terms import Language, LayerStatus, Text  # noqa: TC001 - pydantic reads it

if TYPE_CHECKING:
    import geopandas as gpd

EVIDENCE = "evidence.gpkg"
PARCELS = "parcels"

_Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class GeometryFile(Record):
    """
    The file with the shapes, beside check.json.

    Attributes
    ----------
    file : str
    sha256 : str
    """

    file: Literal["evidence.gpkg"] = "evidence.gpkg"
    sha256: _Sha256


class SourceRecord(Record):
    """
    An input that is not a protection layer: the parcels, the counties.

    Attributes
    ----------
    role, path, sha256 : str
    crs_given : str
        CRS that the user gave to data that say none; empty where that was not needed.
    fields : dict of role to column
        What the user said of the columns.
    """

    role: NonEmpty
    path: str
    sha256: str
    crs_given: str = ""
    fields: dict[str, str] = Field(default_factory=dict)


class LayerEvidence(Record):
    """
    A layer as it was judged, without its shapes.

    Attributes
    ----------
    role, source, sha256, date, valid_until, status, n_features, reason, extent_basis, note, remarks
        See `dzgis.frames.Layer`; before the day of the check and the parcels changed the status.
    crs : str or None
        Of ``layer_<role>``; None where the layer has no frame: absent is not empty.
    n_kept : int
        Features in ``layer_<role>``: those that lie within reach of a parcel.
    extent_crs : str or None
        Of ``extent_<role>``; None where nobody knows where the layer was surveyed.
    crs_given : str
        CRS that the user gave to a layer that says none.
    """

    role: NonEmpty
    source: str
    sha256: str
    date: str
    valid_until: str
    status: LayerStatus
    n_features: int
    reason: Text | None
    extent_basis: Text | None
    note: str
    remarks: tuple[Text, ...]
    crs: str | None
    n_kept: int
    extent_crs: str | None
    crs_given: str = ""

    @property
    def layer(self) -> str:
        """Name of the layer with its features."""
        return f"layer_{self.role}"

    @property
    def extent(self) -> str:
        """Name of the layer with its surveyed extent."""
        return f"extent_{self.role}"


class Evidence(Record):
    """
    What a check rests on, as check.json holds it under ``evidence``.

    Attributes
    ----------
    format : int
        Changes when a reader must know.
    geometry : GeometryFile or None
        None where the shapes were left out on purpose.
    reach_m : dict of role to float
        How far from a parcel features were kept, at least, metres.
    lang : {"zh", "en"}
        Language of the sentences of check.json.
    as_of : date
    project_type : str or None
    rules : RuleSet
        All that were in force, with their tolerance.
    area_limits : AreaComparison
    versions : dict of str to str
        What computed the figures: dzgis, GEOS, PROJ, numpy.
    plan : str
        Id of the plan.
    covers : dict of role to counties
        As the user gave them.
    parcels_crs : str
    n_parcels : int
        That were judged.
    broken : dict of parcel_id to Text
        Parcels that could not be judged, in file order, and why.
    sources : tuple of SourceRecord
    layers : tuple of LayerEvidence
        One a role of the rules.
    """

    format: Literal[1] = 1
    geometry: GeometryFile | None
    reach_m: dict[str, float]
    lang: Language
    as_of: dt.date
    project_type: str | None
    rules: RuleSet
    area_limits: AreaComparison
    versions: dict[str, str]
    plan: str
    covers: dict[str, tuple[str, ...]]
    parcels_crs: NonEmpty
    n_parcels: Annotated[int, Field(ge=1)]
    broken: dict[str, Text]
    sources: tuple[SourceRecord, ...]
    layers: tuple[LayerEvidence, ...]


def crs_words(frame: gpd.GeoDataFrame | None) -> str | None:
    """CRS of a frame, so that `CRS` makes an equal one of it: a code, else all of its words."""
    if frame is None or frame.crs is None:
        return None
    code = frame.crs.to_epsg()
    if code and CRS.from_epsg(code) == frame.crs:
        return f"EPSG:{code}"
    return str(frame.crs.to_wkt())
