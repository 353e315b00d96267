"""The house of the design: imports point from the roof to the rooms and from there to the ground.

roof     api, cli, web, __main__      pipeline is the only place where rooms meet
rooms    inputs, terrain, protection, land, suitability, allocation, compliance, …
ground   compiled, database, errors, units, terms, crs, area, grid, coverage, rings, overlay, …
"""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import dzgis

SOURCE = Path(dzgis.__file__).parent
GROUND = {
    "boundary_file",
    "changes",
    "parcel_facts",
    "planning",
    "outlines",
    "png",
    "compiled",
    "database",
    "errors",
    "units",
    "terms",
    "crs",
    "area",
    "official_area",
    "reconcile",
    "grid",
    "coverage",
    "coverage_kernel",
    "zonal_statistics",
    "rings",
    "rings_kernel",
    "overlay",
    "faults",
    "frames",
    "findings",
    "fonts",
    "plan",
    "engine",
}
ROOMS = {
    "inputs",
    "terrain",
    "protection",
    "land",
    "suitability",
    "allocation",
    "compliance",
    "reports",
    "maps",
    "stores",
}
PIPELINE = {"pipeline"}
ROOF = {"api", "cli", "web", "__main__", "__init__"}
HEAVY = ("geopandas", "rasterio", "folium", "pandas", "numpy", "shapely", "scipy", "matplotlib")

MODULES = {
    ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts): path
    for path in sorted(SOURCE.rglob("*.py"))
}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}
# A package that imports its names late says in a stub which they are.
STUBS = {
    name: ast.parse(path.with_suffix(".pyi").read_text(encoding="utf-8"))
    for name, path in MODULES.items()
    if path.with_suffix(".pyi").exists()
}


def part(module):
    """Part of the house that a module belongs to, e.g. ``inputs`` for dzgis.inputs.download."""
    names = module.split(".")
    return names[1] if len(names) > 1 else "__init__"


def package(module):
    return module.removesuffix(".__init__")


def resolved(module, name):
    """Module that an imported name is, or is in."""
    for candidate in (f"{name}.__init__", name):
        if candidate in MODULES:
            return candidate
    return resolved(module, name.rpartition(".")[0]) if "." in name else None


def imported_names(module, node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    base = node.module or ""
    if node.level:
        parents = package(module).split(".")
        up = node.level - module.endswith("__init__")
        base = ".".join([*parents[: len(parents) - up], *filter(None, [base])])
    return [f"{base}.{alias.name}" for alias in node.names]


def imports(module):
    """Modules of dzgis that a module imports, wherever in it the import stands."""
    trees = [TREES[module], *([STUBS[module]] if module in STUBS else [])]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = [name for node in nodes for name in imported_names(module, node)]
    inside = [name for name in names if name.split(".")[0] == "dzgis"]
    return {resolved(module, name) for name in inside} - {None, module}


ARROWS = {(source, target) for source in MODULES for target in imports(source)}


def wrong(sources, allowed):
    """Arrows out of `sources` to parts that are neither allowed nor the source's own."""
    return sorted(
        f"{source} → {target}"
        for source, target in ARROWS
        if part(source) in sources and part(target) not in {*allowed, part(source)}
    )


# ------------------------------------------------------------------ arrows


def test_imports_were_found():
    assert ("dzgis.terrain.ground", "dzgis.crs") in ARROWS
    assert ("dzgis.findings", "dzgis.plan.rules") in ARROWS  # under TYPE_CHECKING
    assert len(ARROWS) > 100


def test_every_module_has_its_place_in_the_house():
    assert {part(module) for module in MODULES} <= GROUND | ROOMS | PIPELINE | ROOF


def test_the_ground_floor_imports_no_room_and_no_roof():
    assert wrong(GROUND, GROUND) == []


def test_rooms_import_the_ground_floor_and_never_each_other():
    assert wrong(ROOMS, GROUND) == []


def test_the_pipeline_imports_rooms_and_ground():
    assert wrong(PIPELINE, ROOMS | GROUND) == []


def test_only_the_roof_imports_the_roof():
    arrows = [f"{s} → {t}" for s, t in ARROWS if part(t) in ROOF - {"__init__"}]
    assert [a for a in arrows if part(a.split(" → ")[0]) not in ROOF] == []


def test_no_private_module_or_name_of_another_part_is_imported():
    strange = [
        f"{module}: {alias.name}"
        for module, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dzgis")
        for alias in node.names
        if alias.name.startswith("_") and not alias.name.startswith("__")
    ]
    assert strange == []


def test_no_cycles_between_modules():
    # A package's __init__ gathers the names of its files; a file may name its own package.
    graph = {
        module: {
            target
            for target in imports(module)
            if not (target.endswith("__init__") and module.startswith(package(target) + "."))
        }
        for module in MODULES
    }
    assert len(list(TopologicalSorter(graph).static_order())) == len(MODULES)


# ------------------------------------------------------------------ what modules say


def test_every_module_has_a_docstring():
    assert [name for name, tree in TREES.items() if not ast.get_docstring(tree)] == []


def test_only_the_command_line_prints():
    printing = [
        f"{name}:{node.lineno}"
        for name, tree in TREES.items()
        if part(name) != "cli"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert printing == []


CHINESE = re.compile(r"[\u4e00-\u9fff]")


def chinese_constants(node):
    for child in ast.walk(node):
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield from CHINESE.findall(child.value)


def test_no_branch_compares_chinese_words():
    compared = [
        f"{name}:{node.lineno}"
        for name, tree in TREES.items()
        if part(name) != "inputs"
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare | ast.MatchValue) and any(chinese_constants(node))
        # A range of code points tells scripts apart, not words.
        if not isinstance(node, ast.Compare)
        or not all(isinstance(op, ast.LtE | ast.GtE) for op in node.ops)
    ]
    assert compared == []


def documented(tree):
    """Constants that are docstrings."""
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    return {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, kinds) and ast.get_docstring(node) is not None
    }


KNOWN_URLS = {
    "https://copernicus-dem-30m.s3.amazonaws.com",  # where `dzgis data fetch` reads, when asked
    "http://mrcc.com/qgis.dtd",  # names the type of a QGIS document
}
NAMESPACE = re.compile(r"http://(www\.w3\.org|www\.opengis\.net|purl\.org|schemas\.)")


def addresses(module):
    """Addresses in a module's strings, its docstrings left out."""
    skip = documented(TREES[module])
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skip:
            yield from re.findall(r"https?://[\w.-]+\.[a-z]+[\w./-]*", node.value)


def test_no_address_of_the_internet_but_the_known_ones():
    strange = [
        f"{module}: {url}"
        for module in MODULES
        for url in addresses(module)
        if url not in KNOWN_URLS and not NAMESPACE.match(url)
    ]
    assert strange == []


# ------------------------------------------------------------------ names and speed


def test_public_names_exist():
    assert all(hasattr(dzgis, name) for name in dzgis.__all__)
    assert set(dzgis.__all__) <= set(dir(dzgis))


def test_unknown_names_are_refused():
    with pytest.raises(AttributeError, match="module 'dzgis' has no attribute 'nothing'"):
        dzgis.nothing  # noqa: B018 - the access is the test


def test_names_that_parts_offer_exist():
    offers = [m for m in MODULES if m.endswith("__init__") and m != "dzgis.__init__"]
    for module in map(package, offers):
        loaded = importlib.import_module(module)
        assert all(hasattr(loaded, name) for name in getattr(loaded, "__all__", ()))


LOADED = "import json, sys; print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
START = {
    "import dzgis": f"import dzgis; {LOADED}",
    "dzgis --help": f"""
import sys
sys.argv = ["dzgis", "--help"]
try:
    from dzgis.cli import main
    main()
except SystemExit as leave:
    assert not leave.code, leave.code
{LOADED}
""",
}


@pytest.mark.parametrize("start", START)
def test_starting_imports_nothing_heavy(start):
    answer = subprocess.run(
        [sys.executable, "-c", START[start]], capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(answer.stderr.splitlines()[-1]))
    assert "dzgis" in loaded
    assert sorted(loaded & set(HEAVY)) == []
