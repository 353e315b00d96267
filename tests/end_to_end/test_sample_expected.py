"""What dzgis finds on the sample parcels is what was computed without it, as the page says."""

import datetime as dt
import importlib.util
import tomllib
from pathlib import Path

import pytest
import shapely

import dzgis
from dzgis.errors import InputError
from dzgis.inputs import recognise_protection, sample
from dzgis.plan import load_rules
from dzgis.terms import Contact, Verdict

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "data" / "parcels" / "expected.toml"
PAGE = ROOT / "docs" / "how-to" / "sample-verdicts.md"
EXPECTED = tomllib.loads(TABLE.read_text(encoding="utf-8"))["parcel"]
IN_FORCE = dt.date(2026, 11, 24)

#: Planar areas of the table against ellipsoidal ones, m² and share.
AREA_M2, AREA_SHARE = 0.5, 2e-4
_MEASURED = (Contact.SLIVER, Contact.OVERLAP)


def _sources(vintage):
    if vintage == "2014":
        return recognise_protection(sample("protection"))
    found = recognise_protection(sample("protection_current"))
    return found | recognise_protection(sample("land_use"))


def _rules(name):
    if name == "plan-2014":
        return dzgis.load_plan("dianzhong-2014").rules
    try:
        return load_rules(name)
    except InputError as error:
        pytest.skip(f"the rule set {name} cannot be loaded yet: {error}")


@pytest.fixture(scope="module")
def parcels():
    return dzgis.open_parcels(sample("parcels"), dzgis.load_plan("dianzhong-2014"))


@pytest.fixture(scope="module")
def counties():
    return dzgis.open_counties(sample("counties"), dzgis.load_plan("dianzhong-2014"))


def _check(name, vintage, parcels, counties):
    """Checks of all parcels, those of one kind of project at a time."""
    rules = _rules(name)
    plan = dzgis.load_plan("dianzhong-2014").model_copy(update={"rules": rules})
    day = rules.default_as_of() if name == "plan-2014" else IN_FORCE
    layers = dzgis.open_protection(_sources(vintage), plan, counties=counties, as_of=day)
    if name == "plan-2014":
        return [dzgis.check(parcels, layers, rules, as_of=day)]
    kinds = {}
    for parcel in EXPECTED:
        kinds.setdefault(parcel["project_type"], []).append(parcel["id"])
    return [
        dzgis.check(parcels.loc[ids], layers, rules, as_of=day, project_type=kind)
        for kind, ids in kinds.items()
    ]


@pytest.fixture(scope="module", params=["plan-2014/2014", "plan-2014/2023", "current/2023"])
def found(request, parcels, counties):
    """Rule set, vintage of the layers, what was judged by parcel, ground by parcel and role."""
    name, vintage = request.param.split("/")
    checks = _check(name, vintage, parcels, counties)
    judged = {one.parcel_id: one for check in checks for one in check.parcels}
    ground = {
        key: _united_m2(pieces)
        for check in checks
        for key, pieces in check.pieces.groupby(["parcel_id", "role"])
    }
    return name, vintage, judged, ground


def _united_m2(pieces):
    measured = pieces[[Contact(one) in _MEASURED for one in pieces["contact"]]]
    return float(shapely.area(shapely.union_all(measured.geometry.to_numpy())))


def _table(parcel, name, vintage):
    (row,) = [c for c in parcel["checks"] if (c["rules"], c["layers"]) == (name, vintage)]
    return row


def test_verdicts_are_those_of_the_table(found):
    name, vintage, judged, _ = found
    wanted = {p["id"]: _table(p, name, vintage)["verdict"] for p in EXPECTED}
    assert {code: str(one.verdict) for code, one in judged.items()} == wanted


def test_each_role_is_judged_as_the_table_says(found):
    name, vintage, judged, _ = found
    wrong = []
    for parcel in EXPECTED:
        wanted = _table(parcel, name, vintage)["roles"]
        by_role = {}
        for finding in judged[parcel["id"]].findings:
            if finding.status.value != "absent":
                by_role.setdefault(finding.role, []).append(finding.verdict)
        for role, verdicts in by_role.items():
            verdict = max(verdicts, key=lambda one: one.gravity)
            if verdict != Verdict(wanted.get(role, "clear")):
                wrong.append((parcel["id"], role, str(verdict), wanted.get(role)))
    assert wrong == []


def _wanted_m2(parcel, row, role):
    """Ground under all features of a role; those of the samples that restrict do not overlap."""
    contacts = [c for c in parcel["contacts"] if (c["layers"], c["role"]) == (row["layers"], role)]
    return sum(c["area_m2"] for c in contacts) if role in row["roles"] else 0.0


def test_ground_under_each_role_is_that_of_the_table(found):
    name, vintage, judged, ground = found
    n_compared, wrong = 0, []
    for parcel in EXPECTED:
        row = _table(parcel, name, vintage)
        for role in dict.fromkeys(f.role for f in judged[parcel["id"]].findings):
            wanted = _wanted_m2(parcel, row, role)
            area = ground.get((parcel["id"], role), 0.0)
            if abs(area - wanted) > AREA_M2 + AREA_SHARE * wanted:
                wrong.append((parcel["id"], role, area, wanted))
            n_compared += wanted > 0
    assert wrong == []
    assert n_compared >= 15


def _gravest(contacts):
    order = [Contact.APART, Contact.TOUCHING, Contact.SLIVER, Contact.OVERLAP]
    return max(map(Contact, contacts), key=order.index, default=Contact.APART)


def test_touching_and_slivers_are_told_from_overlaps(found):
    name, vintage, judged, _ = found
    wrong, kinds = [], set()
    for parcel in EXPECTED:
        row = _table(parcel, name, vintage)
        for role in row["roles"]:
            contacts = [
                c for c in parcel["contacts"] if (c["layers"], c["role"]) == (vintage, role)
            ]
            wanted = _gravest(c["contact"] for c in contacts)
            findings = [f for f in judged[parcel["id"]].findings if f.role == role]
            got = _gravest(f.contact for f in findings)
            kinds.add(wanted)
            if got != wanted:
                wrong.append((parcel["id"], role, got, wanted))
    assert wrong == []
    assert kinds >= {Contact.TOUCHING, Contact.SLIVER, Contact.OVERLAP}


def test_every_role_of_the_current_rules_meets_some_parcels_and_not_others():
    rules = _rules("current")
    for role in rules.roles:
        how = {
            parcel["id"]: {c["contact"] for c in parcel["contacts"] if c["role"] == role}
            for parcel in EXPECTED
        }
        pressed = {code for code, contacts in how.items() if "overlap" in contacts}
        assert pressed, role
        assert len(pressed) < len(EXPECTED), role


def test_verdicts_change_when_only_the_layers_do():
    changes = [
        (_table(p, "plan-2014", "2014")["verdict"], _table(p, "plan-2014", "2023")["verdict"])
        for p in EXPECTED
    ]
    assert sum(old != new for old, new in changes) >= 10
    assert ("prohibited", "clear") in changes
    assert ("clear", "prohibited") in changes


def test_the_page_is_made_from_the_table():
    path = ROOT / "data" / "build" / "verdict_page.py"
    spec = importlib.util.spec_from_file_location("verdict_page", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert PAGE.read_text(encoding="utf-8") == module.page(TABLE)
