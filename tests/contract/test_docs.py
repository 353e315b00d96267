"""
The documentation: links lead somewhere, commands exist, figures are what the code prints.

Nothing in it needs the network to be shown.
"""

import contextlib
import datetime as dt
import io
import itertools
import json
import re
import shlex
from pathlib import Path

import builders
import click
import geopandas as gpd
import jsonschema
import pytest
import typer.main
import yaml

from dzgis import pipeline, reports
from dzgis.cli.app import app
from dzgis.cli.frame import spread
from dzgis.findings import Check, Finding, ParcelCheck
from dzgis.frames import Layer
from dzgis.pipeline.selftest import selftest
from dzgis.reconcile import reconcile_areas
from dzgis.terms import Contact, LayerStatus, Text, Verdict

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
ROOT_PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
EVERYTHING = [*PAGES, *ROOT_PAGES]
SCHEMA = json.loads((ROOT / "docs" / "check.schema.json").read_text(encoding="utf-8"))

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)[^)]*\)|(?:href|src)=\"([^\"]+)\"")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
_OWN_ANCHOR = re.compile(r"\{#([\w-]+)\}\s*$")
_OUTSIDE_LOAD = re.compile(
    r"<(?:script|img|iframe|link)\b[^>]*(?:src|href)=[\"'](?:https?:)?//|!\[[^\]]*\]\(https?://"
    r"|@import|url\([\"']?https?:",
    re.IGNORECASE,
)


def _text(page):
    return page.read_text(encoding="utf-8")


def _name(page):
    return str(page.relative_to(ROOT))


def _blocks(page, language):
    return [body for found, body in _FENCE.findall(_text(page)) if found == language]


# ------------------------------------------------------------------ links


def _links(page):
    prose = _FENCE.sub("", _text(page))
    found = (first or second for first, second in _LINK.findall(prose))
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def _anchors(page):
    """Anchors as mkdocs makes them: given ones, else the heading's letters that are ASCII."""
    anchors = set()
    for heading in _HEADING.findall(_FENCE.sub("", _text(page))):
        own = _OWN_ANCHOR.search(heading)
        ascii_only = heading.encode("ascii", "ignore").decode().lower()
        words = re.sub(r"[^\w\s-]", "", ascii_only).strip()
        anchors.add(own.group(1) if own else re.sub(r"[-\s]+", "-", words))
    return anchors


@pytest.mark.parametrize("page", EVERYTHING, ids=_name)
def test_links_lead_to_files_and_anchors(page):
    for link in _links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{_name(page)}: {link} leads nowhere"
        if anchor and target.suffix == ".md":
            assert anchor in _anchors(target), f"{_name(page)}: {link} has no such anchor"


def _nav_pages(nav):
    for entry in nav:
        value = next(iter(entry.values()))
        yield from [value] if isinstance(value, str) else _nav_pages(value)


def test_navigation_names_every_page_once():
    config = yaml.safe_load(_text(ROOT / "mkdocs.yml"))
    named = sorted(_nav_pages(config["nav"]))
    assert named == sorted(page.relative_to(ROOT / "docs").as_posix() for page in PAGES)


# ------------------------------------------------------------------ commands


def _commands():
    """Every ``dzgis …`` line of a shell block, with its page."""
    for page in EVERYTHING:
        for block in _blocks(page, "sh") + _blocks(page, "bash"):
            for line in block.replace("\\\n", " ").splitlines():
                words = shlex.split(line, comments=True)
                if words and Path(words[0]).name == "dzgis":
                    yield pytest.param(words[1:], id=f"{_name(page)}: {' '.join(words[1:])}")


COMMANDS = list(_commands())


def test_documents_show_commands():
    shown = {" ".join(param.values[0][:1]) for param in COMMANDS}
    assert {"run", "land", "slope", "check", "assign", "map", "plan", "data"} <= shown


@pytest.mark.parametrize("words", COMMANDS)
def test_commands_are_the_programs(words):
    """Verbs, options and the number of arguments are those of the program; nothing is run."""
    command, context = typer.main.get_command(app), click.Context(typer.main.get_command(app))
    rest = spread(words)
    while hasattr(command, "commands") and rest and not rest[0].startswith("-"):
        assert rest[0] in command.commands, f"no verb {rest[0]}"
        command = command.commands[rest.pop(0)]
        context = type(context)(command, parent=context, info_name=command.name)
    if "--help" in rest or "--version" in rest:
        return
    command.parse_args(context, rest)  # raises UsageError for an unknown option


# ------------------------------------------------------------------ figures


def _printed_blocks():
    """Python blocks that are followed by what they print."""
    for page in PAGES:
        text = _text(page)
        for code, printed in itertools.pairwise(_FENCE.finditer(text)):
            between = text[code.end() : printed.start()]
            if (code[1], printed[1]) == ("python", "text") and not between.strip():
                yield pytest.param(code[2], printed[2], id=_name(page))


@pytest.mark.parametrize(("code", "printed"), list(_printed_blocks()))
def test_snippets_print_what_stands_below(code, printed):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(code, "snippet", "exec"), {})  # noqa: S102 - our own documents
    assert said.getvalue() == printed


# rasterstats multiplies matrices in a way that affine will drop.
@pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")
def test_selftest_lines_are_what_selftest_prints():
    trials = {f"✓ {trial.name.say('zh')}: {trial.found}" for trial in selftest() if trial.passed}
    quoted = [
        line
        for page in PAGES
        for block in _blocks(page, "text")
        for line in block.splitlines()
        if line.startswith("✓")
    ]
    assert quoted
    assert [line for line in quoted if line not in trials] == []


# ------------------------------------------------------------------ check.json


def _finding(verdict, *, area_m2, share, contact):
    return Finding(
        role="pbf",
        rule="P06",
        required=True,
        verdict=verdict,
        contact=contact,
        status=LayerStatus.USED,
        centre=None,
        area_m2=area_m2,
        share=share,
        n_pieces=1,
        mean_width_m=12.5,
        feature_ids=("f0",),
        reason=Text("压占", "presses"),
        legal_basis="",
    )


def _check():
    """One parcel that presses, one that could not be measured; one layer used, one absent."""
    pressed = _finding(Verdict.PROHIBITED, area_m2=1000.0, share=0.1, contact=Contact.OVERLAP)
    unknown = _finding(
        Verdict.UNDETERMINED, area_m2=float("nan"), share=float("nan"), contact=Contact.APART
    )
    used = Layer(
        "pbf", None, None, LayerStatus.USED, "a.gpkg::X", "0" * 64, date="2014-12-31", n_features=1
    )
    missing = Layer("ecrl", None, None, LayerStatus.ABSENT, reason=Text("未提供", "not given"))
    parcels = (
        ParcelCheck("P001", Verdict.PROHIBITED, 10_000.0, 1000.0, 1000.0, (pressed,)),
        ParcelCheck("P002", Verdict.UNDETERMINED, 10_000.0, 0.0, 0.0, (unknown,)),
    )
    pieces = gpd.GeoDataFrame(geometry=[], crs="EPSG:4490")
    land = builders.parcels(P001=builders.square(0, 0), P002=builders.square(500, 0))
    areas = reconcile_areas(land.assign(declared_area_m2=[10_000.0, float("nan")]))
    day = dt.date(2020, 12, 31)
    rules = builders.plan().rules.model_copy(update={"id": "plan-2014"})
    return Check(rules, day, (used, missing), parcels, land, pieces, areas)


def _validator():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    return jsonschema.Draft202012Validator(SCHEMA)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_schema_accepts_a_check(lang):
    record = json.loads(json.dumps(reports.check_record(_check(), lang), allow_nan=False))
    _validator().validate(record)


def test_schema_accepts_what_the_pipeline_finds():
    parcels = builders.parcels(A=builders.square(0, 0), B=builders.square(500, 0))
    rules = builders.plan().rules
    found = pipeline.check_parcels(parcels, {}, rules, as_of=dt.date(2020, 12, 31))
    _validator().validate(reports.check_record(found, "en"))


def test_schema_lets_fields_be_added():
    record = reports.check_record(_check(), "en")
    record["parcels"][0]["more"] = record["more"] = 1
    _validator().validate(record)


@pytest.mark.parametrize(
    ("key", "value"),
    [("verdict", "guilty"), ("area_m2", -1.0), ("findings", None), ("parcel_id", 7)],
)
def test_schema_refuses_what_is_no_check(key, value):
    record = reports.check_record(_check(), "en")
    record["parcels"][0][key] = value
    with pytest.raises(jsonschema.ValidationError, match=re.escape(str(value))):
        _validator().validate(record)


def test_schema_names_every_field_that_is_written():
    record = reports.check_record(_check(), "en")
    parcel = record["parcels"][0]
    written = {"layer": record["layers"][0], "parcel": parcel, "finding": parcel["findings"][0]}
    for name, fields in written.items():
        assert set(fields) == set(SCHEMA["$defs"][name]["properties"]), name
    assert set(record) | {"evidence"} == set(SCHEMA["properties"])  # what write_check adds


# ------------------------------------------------------------------ the notebook, the network


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=_name)
def test_notebooks_are_short_and_stored_without_outputs(path):
    cells = json.loads(_text(path))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    source = "\n".join("".join(cell["source"]) for cell in code)
    assert len(cells) <= 15
    assert not any(cell["outputs"] or cell["execution_count"] for cell in code)
    assert not re.search(r"^\s*(def|class) |dzgis\.\w+ import|import dzgis\.", source, re.MULTILINE)


@pytest.mark.parametrize("page", EVERYTHING, ids=_name)
def test_no_page_loads_anything_from_outside(page):
    assert not _OUTSIDE_LOAD.search(_text(page))


def test_the_site_loads_nothing_from_outside():
    config = yaml.safe_load(_text(ROOT / "mkdocs.yml"))
    assert config["theme"]["font"] is False
    loaded = [*config.get("extra_css", []), *config.get("extra_javascript", [])]
    loaded += config["extra"]["polyfills"]
    assert not [one for one in loaded if "//" in one]
    # Without a shim of our own the offline plugin names one of a CDN.
    assert any("iframe-worker" in one for one in config["extra"]["polyfills"])
    assert "analytics" not in config["extra"]
