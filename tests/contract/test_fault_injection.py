"""
No exception and no empty answer at any step turns a conflict into "no conflict found".

Each step of a check is made to fail, or to answer with nothing, while the whole command runs on
real files: a parcel on farmland, one in grade II forest, one beyond the urban boundary, one on all
of them. Whatever happens, none of them may come out as clear.
"""

from __future__ import annotations

import importlib
import json

import builders
import geopandas as gpd
import pytest

from dzgis.cli.frame import run_guarded
from dzgis.inputs.surveyed import Surveyed
from dzgis.plan import load_rules
from dzgis.protection.select import Chosen

pytestmark = pytest.mark.slow

PARCELS = {
    "FARM": builders.square(0, 0),
    "WOOD": builders.square(1000, 0),
    "OUT": builders.square(2000, 0),
    "ALL": builders.square(3000, 0),
}
CONFLICTS = {"FARM": "prohibited", "WOOD": "conditional", "OUT": "conditional", "ALL": "prohibited"}


def written(path, frame, layer):
    frame.to_file(path, layer=layer, driver="GPKG", metadata=None)
    return f"{path}::{layer}"


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """Files of parcels and of the four required layers; the hull of each holds every parcel."""
    folder = tmp_path_factory.mktemp("fault")
    ends = [builders.square(-900, -900, 10), builders.square(4900, 900, 10)]
    ends += [builders.square(-900, 900, 10), builders.square(4900, -900, 10)]
    fields = builders.frame(builders.square(50, 0), builders.square(3050, 0), *ends)
    woods = builders.frame(
        builders.square(1050, 0), builders.square(3000, 0, 30), *ends,
        BH_DJ=["2"] * 6, GJGYL_BHDJ=["3", "2", "3", "3", "3", "3"], DI_LEI=["灌木林地"] * 6,
    )  # fmt: skip
    within = builders.square(-950, -950, 2800, 2000), builders.square(3500, -950, 1500, 2000)
    boundary = builders.frame(*within, GHFQMC=["城镇集中建设区"] * 2)
    parcels = builders.parcels(**PARCELS).rename_axis("DKBH").reset_index()
    parcels = parcels.drop(columns="name")
    return {
        "parcels": written(folder / "parcels.gpkg", parcels, "DK"),
        "pbf": written(folder / "pbf.gpkg", fields, "YJJBNTTB"),
        "ecrl": written(folder / "ecrl.gpkg", builders.frame(*ends), "STBHHX"),
        "forest": written(folder / "forest.gpkg", woods, "LD"),
        "udb": written(folder / "udb.gpkg", boundary, "CZKFBJ"),
    }


def checked(sources, out):
    """Exit code of the command, and the verdicts that it wrote, if any."""
    layers = [f"{role}={sources[role]}" for role in ("pbf", "ecrl", "forest", "udb")]
    words = ["check", sources["parcels"], "-o", str(out), "--rules", "current"]
    words += ["--project-type", "C", "--as-of", "2026-06-01", "--reports", "none"]
    words += ["--protect", *layers]
    code = run_guarded(words)
    if not (out / "check.json").exists():
        return code, {}
    record = json.loads((out / "check.json").read_text(encoding="utf-8"))
    return code, {one["parcel_id"]: one["verdict"] for one in record["parcels"]}


def test_undisturbed_the_conflicts_are_found(sources, tmp_path):
    assert checked(sources, tmp_path / "out") == (1, CONFLICTS)


def _raise(*_, **__):
    raise RuntimeError("made to fail")


def _none(*_, **__):
    return None


def _nothing(*_, **__):
    return []


def _empty_frame(original):
    """The step's own answer without its rows."""

    def answer(*args, **kwargs):
        return original(*args, **kwargs).iloc[:0]

    return answer


def _chosen_nothing(original):
    def answer(*args, **kwargs):
        certain, unclear = original(*args, **kwargs)
        return Chosen(certain.iloc[:0], unclear.iloc[:0])

    return answer


def _no_parcels(original):
    def answer(*args, **kwargs):
        found = original(*args, **kwargs)
        return found._replace(**{found._fields[0]: found[0].iloc[:0]})

    return answer


def _no_rows(original):
    """Arrays of row numbers, without any."""

    def answer(*args, **kwargs):
        return original(*args, **kwargs)[:0]

    return answer


EMPTY = {
    # reading
    "dzgis.inputs.gdal.gdal_frame": None,  # bound in the reader, see below
    "dzgis.inputs.vector._areal": _empty_frame,
    "dzgis.inputs.protection_layer.in_cgcs2000": None,
    "dzgis.inputs.protection_layer.surveyed_extent": lambda _: lambda *_, **__: Surveyed(),
    "dzgis.inputs.protection.read_layer": None,
    "dzgis.inputs.read_protection": lambda _: lambda *_, **__: {},
    "dzgis.inputs.read_parcels_apart": _no_parcels,
    # measuring
    "dzgis.protection.overlaps": _empty_frame,
    "dzgis.protection.cover_problems": _empty_frame,
    "dzgis.protection.overlap.chosen_features": _chosen_nothing,
    "dzgis.protection.overlap._pieces_of_rule": lambda _: _nothing,
    "dzgis.protection.overlap._near": _empty_frame,
    "dzgis.protection.overlap._met": lambda _: _nothing,
    "dzgis.protection.overlap._beyond": lambda _: _nothing,
    "dzgis.protection.overlap._cut": lambda _: _nothing,
    "dzgis.protection.overlap.cut": lambda _: _nothing,
    "dzgis.overlay.near_rows": _no_rows,
    "dzgis.overlay.framed_pairs": None,
    "dzgis.protection.pieces._common": None,
    "dzgis.protection.setback": _empty_frame,
    # judging
    "dzgis.compliance.judge": lambda _: _nothing,
    "dzgis.compliance.judge._by_parcel": lambda _: lambda *_: {},
    "dzgis.compliance.judge._finding": lambda _: _none,
    "dzgis.compliance.judge._measured": None,
    "dzgis.compliance.judge._verdict": None,
    "dzgis.compliance.judge.overall_verdict": None,
    "dzgis.compliance.judge._status": None,
    "dzgis.compliance.judge.finding_reason": None,
    # what holds it together
    "dzgis.protection.overlooked": None,
    "dzgis.pipeline.check.met_features": None,
    "dzgis.pipeline.check.reconcile_areas": _empty_frame,
    "dzgis.reports.check_record": None,
}
"""Steps by where they are called, and how each answers with nothing; None where it cannot."""


def _module_of(name):
    """`dzgis.compliance.judge` is a function of the package and a module of the same name."""
    import sys

    where, _, step = name.rpartition(".")
    importlib.import_module(where)
    return sys.modules[where], step


@pytest.mark.parametrize("name", EMPTY)
def test_an_exception_at_any_step_is_no_verdict(name, sources, tmp_path, monkeypatch):
    module, step = _module_of(name)
    monkeypatch.setattr(module, step, _raise)
    if name == "dzgis.inputs.gdal.gdal_frame":
        monkeypatch.setattr("dzgis.inputs.sources.GDAL", _reader(_raise))
    assert checked(sources, tmp_path / "out") == (3, {})


@pytest.mark.parametrize("name", [name for name, empty in EMPTY.items() if empty])
def test_an_empty_answer_at_any_step_is_not_clear(name, sources, tmp_path, monkeypatch):
    module, step = _module_of(name)
    monkeypatch.setattr(module, step, EMPTY[name](getattr(module, step)))
    code, verdicts = checked(sources, tmp_path / "out")
    assert code in (1, 2, 3)
    assert "clear" not in verdicts.values()
    assert "within_tolerance" not in verdicts.values()
    if verdicts:
        assert verdicts.keys() == CONFLICTS.keys()


def _reader(frame):
    from dataclasses import replace

    from dzgis.inputs import sources as module

    return replace(module.GDAL, frame=frame)


@pytest.mark.parametrize("role", ["pbf", "ecrl", "forest", "udb"])
def test_a_layer_read_as_empty_is_counted_again(role, sources, tmp_path, monkeypatch):
    """The first reader loses all records of one layer; the second finds them."""
    from dzgis.inputs import sources as module

    read = module.GDAL.frame

    def lost(path, layer):
        frame = read(path, layer)
        return frame.iloc[:0] if path.stem == role else frame

    monkeypatch.setattr(module, "GDAL", _reader(lost))
    monkeypatch.setattr("dzgis.inputs.second_count.GDAL", module.GDAL)
    code, verdicts = checked(sources, tmp_path / "out")
    assert (code, verdicts) == (3, {})


RULES = [
    rule.id for rule in load_rules("current").spatial if rule.role in CONFLICTS or rule.required
]


@pytest.mark.parametrize("rule_id", RULES)
@pytest.mark.parametrize("answer", ["exception", "nothing"])
def test_a_rule_that_fails_or_says_nothing_is_no_verdict(
    rule_id, answer, sources, tmp_path, monkeypatch
):
    from sys import modules

    module = modules["dzgis.compliance.judge"]
    judge_rule = module._finding

    def finding(rule, case):
        if rule.id != rule_id:
            return judge_rule(rule, case)
        return _raise() if answer == "exception" else None

    monkeypatch.setattr(module, "_finding", finding)
    assert checked(sources, tmp_path / "out") == (3, {})


@pytest.mark.parametrize("rule_id", RULES)
def test_a_rule_whose_pieces_are_lost_is_found_by_the_second_look(
    rule_id, sources, tmp_path, monkeypatch
):
    from dzgis.protection import overlap as module

    pieces = module._pieces_of_rule

    def lost(land, layer, rule, tolerance):
        return [] if rule.id == rule_id else list(pieces(land, layer, rule, tolerance))

    monkeypatch.setattr(module, "_pieces_of_rule", lost)
    code, verdicts = checked(sources, tmp_path / "out")
    pressed = {"C-PBF-1", "C-FOR-2", "C-UDB-1"}
    assert (code, verdicts) == ((3, {}) if rule_id in pressed else (1, CONFLICTS))


def test_the_sources_are_what_they_are_drawn_as(sources):
    path, layer = sources["forest"].split("::")
    assert len(gpd.read_file(path, layer=layer)) == 6
