"""What is left out of the evidence moves no figure, wherever parcels and features lie."""

import datetime as dt
from dataclasses import replace

import builders as b
from hypothesis import given, settings
from hypothesis import strategies as st

from dzgis import pipeline, reports
from dzgis.pipeline.evidence import evidence_frames
from dzgis.terms import LayerStatus

DAY = dt.date(2020, 12, 31)
SETBACKS = st.sampled_from([0.0, 30.0, 400.0])
CRS = st.sampled_from(["EPSG:4543", "EPSG:4490", "EPSG:4544"])
BOXES = st.tuples(
    st.integers(-2000, 2000), st.integers(-300, 300), st.integers(5, 700), st.integers(5, 400)
)


def held(layer, frames):
    """Layer as it is read from the evidence."""
    extent = frames.get(f"extent_{layer.role}")
    return replace(layer, frame=frames[f"layer_{layer.role}"], extent=extent)


@settings(max_examples=40)
@given(
    parcels=st.lists(BOXES, min_size=1, max_size=3),
    features=st.lists(BOXES, max_size=8),
    extents=st.lists(BOXES, min_size=1, max_size=3),
    setback_m=SETBACKS,
    crs=st.tuples(CRS, CRS),
)
def test_a_check_of_the_evidence_is_the_check(parcels, features, extents, setback_m, crs):
    rules = b.rules(b.rule("P1", "pbf", setback_m=setback_m), b.rule("P2", "pbf", "conditional"))
    land = b.parcels(**{f"D{n}": b.square(*box) for n, box in enumerate(parcels)}).to_crs(crs[0])
    layer = b.layer("pbf", *(b.square(*box) for box in features), crs=crs[1])
    surveyed = b.frame(*(b.square(*box) for box in extents)).to_crs(crs[1])
    layer = replace(layer, extent=surveyed, status=LayerStatus.USED)
    frames = evidence_frames(land, {"pbf": layer}, rules)
    of_all = pipeline.check_parcels(land, {"pbf": layer}, rules, as_of=DAY)
    again = pipeline.check_parcels(land, {"pbf": held(layer, frames)}, rules, as_of=DAY)
    assert reports.check_record(again, "en") == reports.check_record(of_all, "en")
