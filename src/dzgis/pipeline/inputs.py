"""What a run reads: paths in, checked frames and rasters out, all faults at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from dzgis import inputs as room
from dzgis.crs import crs_name
from dzgis.errors import InputError, raise_all
from dzgis.grid import Raster
from dzgis.inputs import DemSource
from dzgis.plan import rules_to_read
from dzgis.terms import Text
from dzgis.terrain import parse_dem_error

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import geopandas as gpd

    from dzgis.frames import Layer
    from dzgis.inputs import ParcelsApart
    from dzgis.pipeline.elevation import Elevation
    from dzgis.plan.exclusions import ExclusionSet
    from dzgis.plan.model import Plan
    from dzgis.plan.rules import RuleSet
    from dzgis.terrain import DemError

Value = TypeVar("Value")
IN_MEMORY_CELLS = 50_000_000
"""A larger DEM stays in its files where it may: it would take over 200 MB."""


@dataclass(frozen=True)
class Inputs:
    """
    Paths of a run; texts are taken for paths, and a single one for a tuple of one.

    Attributes
    ----------
    dem : tuple of Path
        One or several files of one grid.
    counties : Path
    protection : mapping of role to Path
        ``file::layer`` names a layer. A role that is missing is absent, not empty.
    parcels : Path, optional
    criteria : mapping of name to Path
        Layers that suitability and candidates are measured by, e.g. ``road``, ``town``: points,
        lines, polygons, or rasters.
    covers : mapping of role to county codes or names
        Where a layer was surveyed, if its folder's SOURCES.toml does not say so.
    fields : mapping of role to column
        Which column of the parcels holds what, where several could; see `read_parcels`.
    dem_error : str
        Vertical error of the DEM: a product's id, e.g. ``glo-30``, or ``σ,L`` in metres. With it
        slopes are given with their probability.
    crs : mapping of input to CRS
        CRS of inputs that say none, e.g. ``{"parcels": "EPSG:4543"}``: of ``parcels``,
        ``counties`` or a role. A text alone is that of the parcels. What says another is refused.
    datum_shift : str
        Parameters by which coordinates of 西安80 or 北京54 are carried to CGCS2000: a TOML file, or
        ``key=value,…``. Without them such inputs are refused.
    """

    dem: tuple[Path, ...] = ()
    counties: Path | None = None
    protection: Mapping[str, Path | str] = field(default_factory=dict)
    parcels: Path | None = None
    covers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dem_error: str = ""
    crs: Mapping[str, str] = field(default_factory=dict)
    datum_shift: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    criteria: Mapping[str, Path | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Bring what was given to the types above."""
        given: dict[str, object] = {
            "dem": tuple(map(Path, _several(self.dem))),
            "counties": None if self.counties is None else Path(self.counties),
            "parcels": None if self.parcels is None else Path(self.parcels),
            "covers": {
                role: tuple(map(str, _several(names))) for role, names in self.covers.items()
            },
            "crs": {"parcels": self.crs} if isinstance(self.crs, str) else dict(self.crs),
        }
        for name, value in given.items():
            object.__setattr__(self, name, value)


def _several(given: Path | str | Iterable[Path | str]) -> Iterable[Path | str]:
    return [given] if isinstance(given, str | Path) else given


@dataclass(frozen=True)
class Loaded:
    """
    Checked inputs.

    Attributes
    ----------
    plan : Plan
    as_of : date
        Day on which layers must be in date.
    counties : GeoDataFrame
    layers : mapping of role to Layer
    dem : Raster or None
        In memory, where it was small enough or asked for.
    source : DemSource or None
        The same in its files, read block by block.
    parcels : GeoDataFrame or None
    criteria : mapping of name to GeoDataFrame or Path
        Layers that suitability and candidates are measured by; a path is that of a raster.
    covers : mapping of role to county codes or names
        As given.
    dem_error : DemError or None
    datum_shift : DatumShift or None
    broken : mapping of parcel_id to Text
        Parcels that were set apart, in file order, and why; see `read_parcels_apart`.
    records : tuple of dict
        One a file, for the manifest.
    """

    plan: Plan
    as_of: dt.date
    counties: gpd.GeoDataFrame
    layers: Mapping[str, Layer] = field(default_factory=dict)
    dem: Raster | None = None
    parcels: gpd.GeoDataFrame | None = None
    covers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    records: tuple[Mapping[str, object], ...] = ()
    dem_error: DemError | None = None
    datum_shift: room.DatumShift | None = None
    broken: Mapping[str, Text] = field(default_factory=dict)
    source: DemSource | None = None
    criteria: Mapping[str, gpd.GeoDataFrame | Path] = field(default_factory=dict)

    @property
    def elevation(self) -> Elevation | None:
        """The DEM, in memory or in its files."""
        return self.dem if self.dem is not None else self.source


_NETWORKS = ("road", "railway", "town", "water")
_PROTECTION_OF = {2014: "protection", 2023: "protection_current"}


def sample_inputs(vintage: Literal[2014, 2023] = 2014) -> Inputs:
    """
    Paths of the data that ship with dzgis; all but the counties is GENERATED.

    Parameters
    ----------
    vintage : {2014, 2023}
        Year of the protection layers: those of 2014 are for the plan's rules, those of 2023 have a
        layer for every role of the current ones.
    """
    return Inputs(
        dem=(room.sample("dem"),),
        counties=room.sample("counties"),
        protection=room.recognise_protection(room.sample(_PROTECTION_OF[vintage])),
        parcels=room.sample("parcels"),
        criteria={name: f"{room.sample('networks')}::{name}" for name in _NETWORKS},
    )


@dataclass(frozen=True)
class _Wish:
    """How inputs are read; see `load`."""

    as_of: dt.date | None
    also: Sequence[RuleSet]
    apart: bool
    exclusions: ExclusionSet | None
    in_memory: bool


def load(  # noqa: PLR0913 - what different jobs need to be read
    plan: Plan,
    inputs: Inputs,
    *,
    as_of: dt.date | None = None,
    also: Sequence[RuleSet] = (),
    apart: bool = False,
    exclusions: ExclusionSet | None = None,
    in_memory: bool = True,
) -> Loaded:
    """
    Read and check all inputs.

    Parameters
    ----------
    plan : Plan
    inputs : Inputs
        What is not given is not read; counties default to the sample's.
    as_of : date, optional
        By default the last day of the rules, or today if that is earlier.
    also : sequence of RuleSet
        Other rules whose layers and attributes are read as well.
    apart : bool
        Whether broken parcels are set apart; else a file that has any is refused.
    exclusions : ExclusionSet, optional
        Its layers and attributes are read as well.
    in_memory : bool
        Whether a DEM is read now; otherwise one that is large stays in its files.

    Raises
    ------
    InputError
        With the faults of all inputs together.
    """
    try:
        return _load(plan, inputs, _Wish(as_of, also, apart, exclusions, in_memory))
    finally:
        room.forget_archives()


def _load(plan: Plan, inputs: Inputs, wish: _Wish) -> Loaded:
    faults = _crs_for_nothing(inputs)
    day = wish.as_of or plan.rules.default_as_of()
    path = inputs.counties or room.sample("counties")
    shift = None
    if inputs.datum_shift:
        shift = room.parse_datum_shift(inputs.datum_shift)
    counties = _tried(
        faults, lambda: room.read_counties(path, plan, crs=inputs.crs.get("counties"), shift=shift)
    )
    layers: Mapping[str, Layer] | None = None
    criteria: Mapping[str, gpd.GeoDataFrame | Path] | None = None
    if counties is not None:  # layers are held against the counties
        layers = _tried(
            faults,
            lambda: room.read_protection(
                inputs.protection,
                _with_rules(plan, wish),
                as_of=day,
                counties=counties,
                covers=inputs.covers,
                crs=inputs.crs,
                shift=shift,
            ),
        )
        crs = {name: inputs.crs[name] for name in inputs.criteria if name in inputs.crs}
        criteria = _tried(
            faults, lambda: room.read_criteria(inputs.criteria, plan, counties, crs=crs)
        )
    found: ParcelsApart | None = None
    ground: Raster | DemSource | None = None
    if inputs.dem:
        ground = _tried(faults, lambda: _dem(inputs.dem, counties, in_memory=wish.in_memory))
    error = None
    if inputs.dem_error:
        error = _tried(faults, lambda: parse_dem_error(inputs.dem_error))
    if inputs.parcels is not None:
        read = partial(_parcels, inputs.parcels, plan, inputs, shift, apart=wish.apart)
        found = _tried(faults, read)
    raise_all(faults)
    parcels, broken = found or (None, {})
    if counties is None or layers is None:
        raise AssertionError("a reader returned nothing and named no fault")
    given = {name: {"crs_given": crs} for name, crs in inputs.crs.items()}
    return Loaded(
        plan,
        day,
        counties,
        layers,
        dem=ground if isinstance(ground, Raster) else None,
        source=ground if isinstance(ground, DemSource) else None,
        parcels=parcels,
        criteria=criteria or {},
        covers=inputs.covers,
        records=tuple(
            {**record, **given.get(str(record["role"]), {})}
            for record in _records(inputs, path, ground, layers, parcels)
        ),
        dem_error=error,
        datum_shift=shift,
        broken=broken,
    )


def _dem(
    paths: Sequence[Path], counties: gpd.GeoDataFrame | None, *, in_memory: bool
) -> Raster | DemSource:
    """DEM around the counties, in memory unless it is large and need not be."""
    source = room.dem_around(paths, around=counties)
    small = source.grid.height * source.grid.width <= IN_MEMORY_CELLS
    return room.read_source(source) if in_memory or small else source


def _parcels(
    path: Path, plan: Plan, inputs: Inputs, shift: room.DatumShift | None, *, apart: bool
) -> ParcelsApart:
    """Parcels, and those that were set apart."""
    crs, fields = inputs.crs.get("parcels"), inputs.fields
    if apart:
        return room.read_parcels_apart(path, plan, fields=fields, crs=crs, shift=shift)
    strict = room.read_parcels(path, plan, fields=fields, crs=crs, shift=shift)
    return room.ParcelsApart(strict, {})


def _with_rules(plan: Plan, wish: _Wish) -> Plan:
    """Plan by whose rules layers are read: its own, and those of other sets after them."""
    rules = (*plan.rules.rules, *(rule for other in wish.also for rule in other.rules))
    if wish.exclusions is not None:
        rules += rules_to_read(wish.exclusions, plan.rules).rules
    return plan.model_copy(update={"rules": plan.rules.model_copy(update={"rules": rules})})


def _crs_for_nothing(inputs: Inputs) -> list[Text]:
    """Faults of CRS that are given to what is not read."""
    read = {"counties", *inputs.protection, *inputs.criteria}
    read |= {"parcels"} if inputs.parcels is not None else set()
    return [
        Text(
            f"给了 {name} 的坐标系（{crs}），却没有给出它的数据；请改正 --crs",
            f"a CRS is given for {name} ({crs}), but no data of it; correct --crs",
        )
        for name, crs in inputs.crs.items()
        if name not in read
    ]


def _tried(faults: list[Text], read: Callable[[], Value]) -> Value | None:
    """Result of `read`; its faults are kept, so that the next input is read too."""
    try:
        return read()
    except InputError as error:
        faults.extend(error.faults)
        return None


def _records(
    inputs: Inputs,
    counties: Path,
    dem: Raster | DemSource | None,
    layers: Mapping[str, Layer],
    parcels: gpd.GeoDataFrame | None,
) -> Iterator[dict[str, object]]:
    """Records of all files for the manifest."""
    grid = {} if dem is None else {"crs": crs_name(dem.grid.crs), "cell_size": dem.grid.cell_size}
    for path in inputs.dem:
        yield {"role": "dem", "path": str(path), "sha256": room.sha256_of(path), **grid}
    digest = room.sha256_of(counties)
    crs = room.source_crs(counties) or inputs.crs.get("counties", "")
    yield {"role": "counties", "path": _shown(counties), "sha256": digest, "crs": crs}
    for role, layer in layers.items():
        if layer.frame is not None:
            yield {
                "role": role,
                "path": layer.source,
                "sha256": layer.sha256,
                "crs": room.source_crs(layer.source) or inputs.crs.get(role, ""),
                "used_in_crs": crs_name(layer.frame.crs),
                "status": layer.status.value,
                "date": layer.date,
                "valid_until": layer.valid_until,
            }
    for name, given in inputs.criteria.items():
        digest = room.sha256_of(Path(given))
        crs = room.source_crs(given) or inputs.crs.get(name, "")
        record = {"role": name, "path": _shown(Path(given)), "sha256": digest, "crs": crs}
        yield {**record, "used_for": "criteria"}
    if inputs.parcels is not None:
        path = inputs.parcels
        crs = "" if parcels is None else crs_name(parcels.crs)
        digest = room.sha256_of(path)
        record = {"role": "parcels", "path": _shown(path), "sha256": digest, "crs": crs}
        yield record | ({"fields": dict(inputs.fields)} if inputs.fields else {})


def _shown(path: Path) -> str:
    """Source as its record has it: an address of a database with both its slashes."""
    return room.named(*room.split_source(path))
