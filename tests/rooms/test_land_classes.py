"""Land classes of parcels on squared paper, and the classes as data.

parcel A: 100 × 100 m; W: paddy 0101 west of 40, E: forest 0301 east of it

100 ┌────┬──────┐
│ W  │  E   │
0 └────┴──────┘
0    40   100
"""

import numpy as np
import pytest
import shapely
from builders import EAST, GROUND, NORTH, layer, parcels, square
from numpy.testing import assert_allclose

from dzgis.area import polygon_area_m2
from dzgis.errors import InputError
from dzgis.land import parcel_land_classes
from dzgis.plan import land_class_scheme
from dzgis.terms import FactStatus, LandGroup
from dzgis.units import round_half_up

SCHEME = land_class_scheme()
A = parcels(A=square(0, 0))
RECORD = round_half_up(float(polygon_area_m2(A).iloc[0]), 2)


def classes(*shapes, on=A, **columns):
    return parcel_land_classes(on, layer("land_use", *shapes, **columns), SCHEME)


def by_code(table):
    return table.set_index("code")


def halves(**columns):
    return classes(square(0, 0, 40, 100), square(40, 0, 60, 100), **columns)


# ------------------------------------------------------------------ the table


def test_each_class_has_its_area_and_they_add_up_to_the_area_of_record():
    table = by_code(halves(land_class=["0101", "0301"]))
    assert list(table.index) == ["0101", "0301"]
    assert_allclose(table["area_m2"], [4000.0, 6000.0], rtol=2 * GROUND)
    assert round(table["area_m2"].sum(), 2) == RECORD
    assert [name.en for name in table["name"]] == ["paddy field", "arbor forest"]
    assert list(table["group"]) == [LandGroup.AGRICULTURAL, LandGroup.AGRICULTURAL]


def test_ridges_are_deducted_by_the_patch_s_coefficient():
    table = by_code(halves(land_class=["0101", "0301"], ridge_share=[0.1234, np.nan]))
    assert table.loc["0101", "ridge_m2"] == pytest.approx(4000 * 0.1234, abs=0.01)
    assert table.loc["0101", "net_m2"] == pytest.approx(4000 * (1 - 0.1234), abs=0.02)
    assert table.loc["0301", "ridge_m2"] == 0.0  # forest has no ridges to deduct
    assert table.loc["0301", "net_m2"] == table.loc["0301", "area_m2"]
    net = (table["area_m2"] - table["ridge_m2"]).round(2)
    assert list(net) == list(table["net_m2"])


def test_a_field_whose_share_of_ridges_is_not_known_is_told():
    """Nothing is taken away: the net area is the most there can be, and that is said."""
    table = by_code(halves(land_class=["0101", "0301"]))
    assert list(table["ridges_known"]) == [False, True]
    assert table.loc["0101", "ridge_m2"] == 0.0
    assert table.loc["0101", "net_m2"] == table.loc["0101", "area_m2"]
    part = halves(land_class=["0101", "0101"], ridge_share=[0.1, np.nan]).iloc[0]
    assert part["ridge_m2"] == pytest.approx(400.0, abs=0.01)
    assert not part["ridges_known"]


def test_two_patches_of_one_class_are_one_row_each_with_its_own_ridges():
    table = halves(land_class=["0103", "0103"], ridge_share=[0.1, 0.2], number=["7", "9"])
    assert len(table) == 1
    assert table.loc[0, "ridge_m2"] == pytest.approx(400 + 1200, abs=0.01)
    assert table.loc[0, "patches"] == "7;9"


def test_village_and_owner_make_rows_and_a_blank_stays_blank():
    table = halves(
        land_class=["0101", "0101"], village=["甲村", "乙村"], owner=["甲村一组", ""]
    ).set_index("village")
    assert set(table.index) == {"甲村", "乙村"}
    assert table.loc["甲村", "owner"] == "甲村一组"
    assert table.loc["乙村", "owner"] == ""
    assert set(table["ownership"]) == {""}


def test_ground_without_a_patch_is_a_row_of_its_own_and_stands_last():
    table = classes(square(0, 0, 40, 100), land_class=["0101"])
    assert list(table["code"]) == ["0101", ""]
    rest = table.iloc[1]
    assert rest["area_m2"] == pytest.approx(6000.0, abs=0.05)
    assert rest["group"] is None
    assert rest["name"].zh == "地类未知"
    assert not rest["ridges_known"]
    assert round(table["area_m2"].sum(), 2) == RECORD


def test_a_layer_elsewhere_leaves_the_whole_parcel_unknown():
    table = classes(square(5000, 0), land_class=["0101"])
    assert list(table["code"]) == [""]
    assert list(table["area_m2"]) == [RECORD]


def test_a_layer_without_features_leaves_the_whole_parcel_unknown():
    table = classes(land_class=[])
    assert list(table["area_m2"]) == [RECORD]


def test_a_gap_a_hair_wide_is_no_ground_without_a_patch():
    table = classes(square(0, 0, 40, 100), square(40.0005, 0, 60, 100), land_class=["0101", "0301"])
    assert list(table["code"]) == ["0101", "0301"]
    assert round(table["area_m2"].sum(), 2) == RECORD


def test_a_narrow_gap_is_told():
    table = classes(square(0, 0, 40, 100), square(40.01, 0, 60, 100), land_class=["0101", "0301"])
    assert list(table["code"]) == ["0101", "0301", ""]
    assert table["area_m2"].iloc[2] == pytest.approx(1.0, abs=0.01)


# ------------------------------------------------------------------ patches on each other


def test_patches_that_say_the_same_count_once():
    table = classes(square(0, 0, 60, 100), square(40, 0, 60, 100), land_class=["0101", "0101"])
    assert list(table["code"]) == ["0101"]
    assert list(table["area_m2"]) == [RECORD]


def test_ground_with_two_classes_is_a_row_that_names_both():
    table = by_code(
        classes(
            square(0, 0, 60, 100),
            square(40, 0, 60, 100),
            land_class=["0101", "0702"],
            number=["11", "12"],
        )
    )
    assert list(table.index) == ["0101", "0101/0702", "0702"]
    assert_allclose(table["area_m2"], [4000.0, 2000.0, 4000.0], rtol=1e-5)
    assert round(table["area_m2"].sum(), 2) == RECORD
    both = table.loc["0101/0702"]
    assert both["group"] is None  # farmland or construction land: not decided here
    assert both["patches"] == "11;12"
    assert not both["ridges_known"]


def test_a_dispute_within_one_group_has_that_group():
    table = by_code(classes(square(0, 0), square(0, 0), land_class=["0101", "0301"]))
    assert table.loc["0101/0301", "group"] is LandGroup.AGRICULTURAL
    assert table.loc["0101/0301", "area_m2"] == RECORD


def test_three_patches_on_each_other():
    r"""0–60, 40–100 and 20–80: five strips of 20 m, the middle one under all three."""
    table = by_code(
        classes(
            square(0, 0, 60, 100),
            square(40, 0, 60, 100),
            square(20, 0, 60, 100),
            land_class=["0101", "0301", "1106"],
        )
    )
    assert_allclose(table["area_m2"], 2000.0, rtol=2e-5)
    assert list(table.index) == ["0101", "0101/0301/1106", "0101/1106", "0301", "0301/1106"]


def test_owners_are_disputed_like_classes():
    table = classes(square(0, 0), square(0, 0), land_class=["0101"] * 2, owner=["乙", "甲"])
    assert list(table["owner"]) == ["乙/甲"]
    assert list(table["code"]) == ["0101"]


def test_a_patch_that_overlaps_by_a_hair_disputes_nothing():
    table = classes(square(0, 0, 40.0004, 100), square(40, 0, 60, 100), land_class=["0101", "0301"])
    assert list(table["code"]) == ["0101", "0301"]
    assert round(table["area_m2"].sum(), 2) == RECORD


# ------------------------------------------------------------------ codes


def test_an_unknown_code_keeps_its_name_and_has_no_group():
    table = classes(square(0, 0), land_class=["013"], land_class_name=["旱地"])
    row = table.iloc[0]
    assert (row["code"], row["name"].zh, row["group"]) == ("013", "旱地", None)
    assert not row["ridges_known"]  # it may be a field


def test_a_suffix_is_taken_off_for_the_group_and_the_layer_s_name_stays():
    table = classes(square(0, 0), land_class=["0201K"], land_class_name=["可调整果园"])
    row = table.iloc[0]
    assert (row["code"], row["name"].zh) == ("0201K", "可调整果园")
    assert row["group"] is LandGroup.AGRICULTURAL


def test_parcels_stay_in_their_order_and_inputs_as_they_were():
    two = parcels(B=square(200, 0), A=square(0, 0))
    patches = layer("land_use", square(0, 0, 300, 100), land_class=["0101"])
    before = patches.frame.copy()
    table = parcel_land_classes(two, patches, SCHEME)
    assert list(table["parcel_id"]) == ["B", "A"]
    assert before.equals(patches.frame)


def test_no_parcels_make_an_empty_table():
    assert classes(square(0, 0), land_class=["0101"], on=A[:0]).empty


def test_the_crs_of_the_layer_does_not_matter():
    one = halves(land_class=["0101", "0301"])
    other = halves(land_class=["0101", "0301"], crs="EPSG:4490")
    assert_allclose(one["area_m2"], other["area_m2"], atol=0.01)


def test_a_layer_without_classes_is_refused():
    with pytest.raises(InputError, match="lacks columns land_class"):
        classes(square(0, 0))


def test_an_invalid_patch_is_refused_and_named():
    x, y = EAST, NORTH
    twisted = shapely.Polygon([(x, y), (x + 100, y + 100), (x + 100, y), (x, y + 100), (x, y)])
    with pytest.raises(InputError, match=r"land_use\.gpkg"):
        classes(twisted, land_class=["0101"])


# ------------------------------------------------------------------ the classes as data


def test_the_standard_is_whole():
    """12 classes of the first level and 73 of the second, as GB/T 21010-2017 counts them."""
    codes = [one.code for one in SCHEME.standards[0].classes]
    assert len([code for code in codes if len(code) == 2]) == 12
    assert len([code for code in codes if len(code) == 4]) == 73
    assert all(standard.status is not FactStatus.STATED for standard in SCHEME.standards)


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        (LandGroup.AGRICULTURAL, "0101 0204 0303 0403 1006 1103 1104 1107 1202 1203 1104A 1107A"),
        (LandGroup.CONSTRUCTION, "0501 0603 0702 0810A 0906 1005 1007 1109 1201 05H1 08H2 0508 09"),
        (LandGroup.UNUSED, "0404 1101 1102 1105 1106 1108 1110 1204 1207"),
        (None, "04 10 11 12 011 9999 H"),
    ],
)
def test_groups_of_codes(group, codes):
    found = [SCHEME.find(code) for code in codes.split()]
    assert {one.group if one else None for one in found} == {group}


def test_first_levels_and_ridges():
    assert SCHEME.first_level("08H2A").name == "公共管理与公共服务用地"
    assert SCHEME.first_level("013") is None
    assert [SCHEME.has_ridges(c) for c in ("0101", "0103K", "0201", "")] == [
        True,
        True,
        False,
        False,
    ]
