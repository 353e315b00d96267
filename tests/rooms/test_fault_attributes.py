"""Faults of fields, codes, ids, words and declared areas."""

import pytest
from shapely import Polygon
from test_fault_shapes import at, box, codes, examined

from dzgis.inputs.quality.standards import recognise_standard, standard_rules
from dzgis.inputs.quality.words import garbled
from dzgis.terms import Severity


def of(code, *shapes, **more):
    return [one for one in examined(*(shapes or (box(0, 0),)), **more) if one.code == code]


# ------------------------------------------------------------------ fields of standard layers

PBF = ["BSM", "YJJBNTTBBH", "DLBM", "GDLX", "JBNTLX", "PDJB", "TKMJ", "TBMJ", "JBNTMJ"]


def filled(fields, **values):
    plain = {"DLBM": "0101", "PDJB": "1", "GDLX": "PD", "TBMJ": 10_000.0, "JBNTMJ": 9_000.0}
    return {field: [values.get(field, plain.get(field, "1"))] for field in fields}


def test_a_layer_with_all_fields_of_its_standard_has_no_fault():
    assert examined(box(0, 0), layer="YJJBNTTB", **filled(PBF)) == []


def test_missing_fields_are_named_with_their_aliases():
    fields = [name for name in PBF if name not in ("PDJB", "JBNTMJ")]
    found = of("missing_field", layer="YJJBNTTB", **filled(fields))
    assert [one.message.en.rpartition("field ")[2] for one in found] == [
        "PDJB",
        "JBNTMJ / YJJBNTMJ",
    ]
    assert {one.severity for one in found} == {Severity.WARNING}  # the list is to be confirmed


def test_aliases_stand_for_a_field_in_any_case():
    fields = [name.lower() for name in PBF]
    fields[fields.index("jbntmj")] = "yjjbntmj"
    found = of("missing_field", layer="x_YJJBNTTB_2020", **filled(fields, dlbm="0101"))
    assert found == []


@pytest.mark.parametrize(
    ("layer", "fields", "code"),
    [
        ("DLTB", [], "DLTB"),
        ("530181_DLTB_2020", [], "DLTB"),
        ("x", ["DLBM", "TBBH", "TBMJ"], "DLTB"),
        ("STBHHX", [], "STBHHX"),
        ("LD", [], "LDYZT"),
        ("XZQ", [], "XZQ"),
        ("XDLTBX", [], None),
    ],
)
def test_standards_are_recognised_by_name_or_fields(layer, fields, code):
    found = recognise_standard(layer, fields)
    assert (found.code if found else None) == code


def test_the_nearest_vintage_is_asked():
    old = ["BSM", "YSDM", "TBBH", "DLBM", "DLMC", "QSXZ", "QSDWDM", "ZLDWDM", "TBMJ", "GDPDJ"]
    old += ["KCLX", "TKXS", "XZDWMJ", "LXDWMJ", "TKMJ", "TBDLMJ"]
    assert recognise_standard("DLTB", old).nearest(old).name == "二调"


def test_every_list_of_a_standard_says_where_it_is_from():
    assert all(rule.source and rule.status == "to_be_confirmed" for rule in standard_rules())


# ------------------------------------------------------------------ codes


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("DLBM", "0101", None),
        ("DLBM", "05H1", None),
        ("DLBM", "1104A", None),
        ("DLBM", "0201K", None),
        ("DLBM", "9999", "unknown_code"),
        ("DLBM", "", "blank_code"),
        ("DLBM", None, "blank_code"),
        ("PDJB", "5", None),
        ("PDJB", 5.0, None),
        ("PDJB", "6", "unknown_code"),
        ("PDJB", "", None),
        ("BH_DJ", "Ⅱ", None),
        ("BH_DJ", "4", None),
        ("BH_DJ", "5", "unknown_code"),
        ("SEN_LIN_LB", "011", None),
        ("SEN_LIN_LB", "099", "unknown_code"),
        ("QSXZ", "20", None),
        ("QSXZ", "99", "unknown_code"),
        ("XZQDM", "530181", None),
        ("XZQDM", "530181001", None),
        ("XZQDM", "53018", "unknown_code"),
        ("XZQDM", "安宁", "unknown_code"),
        ("XZQDM", "", "blank_code"),
        ("ZLDWDM", "5301811002010000000", None),
        ("ZLDWDM", "530181", "unknown_code"),
    ],
)
def test_codes_at_and_beside_the_standard(field, value, fault):
    found = [c for c in codes(examined(box(0, 0), **{field: [value]})) if c.endswith("_code")]
    assert found == ([fault] if fault else [])


def test_a_code_fault_names_record_id_and_place():
    values = {"BSM": ["a", "b"], "DLBM": ["0101", "9999"]}
    (fault,) = of("unknown_code", box(0, 0), box(200, 0), **values)
    assert (fault.record, fault.feature_id) == (2, "b")
    assert box(200, 0).contains(fault.geometry)
    assert "9999" in fault.message.en


# ------------------------------------------------------------------ ids


def test_ids_that_come_twice_or_are_blank():
    shapes = [box(200.0 * n, 0) for n in range(4)]
    found = examined(*shapes, BSM=["1", "1", "", "2"])
    assert [(one.code, one.record) for one in found] == [
        ("duplicate_id", 1),
        ("duplicate_id", 2),
        ("blank_id", 3),
    ]
    assert {one.severity for one in found} == {Severity.WARNING}


def test_ids_of_parcels_must_be_unique():
    found = examined(box(0, 0), box(200, 0), role="parcels", DKBH=["1", "1"])
    assert [(one.code, one.severity) for one in found] == [("duplicate_id", Severity.ERROR)] * 2


def test_a_field_of_zeros_holds_no_ids():
    assert examined(box(0, 0), box(200, 0), role="parcels", id=[0, 0]) == []


# ------------------------------------------------------------------ words


def misread(text, meant, read):
    return text.encode(meant).decode(read)


@pytest.mark.parametrize(
    "text",
    [
        misread("昆明云南", "utf-8", "gb18030"),
        misread("安宁市", "utf-8", "latin-1"),
        misread("云南省", "gbk", "latin-1"),
        "安宁\ufffd",
    ],
)
def test_garbled_text_is_found(text):
    (fault,) = of("garbled_text", MC=[text])
    assert fault.severity is Severity.ERROR
    assert fault.record == 1


@pytest.mark.parametrize(
    "text", ["安宁市太平新城", "Café", "Ⅱ级", "10 %", "“引号”", "水田（旱改水）", "联通", "①", "m²"]
)
def test_good_text_is_left_alone(text):
    assert garbled(text) is None
    assert of("garbled_text", MC=[text]) == []


def test_garbled_field_names_are_found():
    (fault,) = of("garbled_text", 浜戝崡=["1"])
    assert (fault.record, "the field name" in fault.message.en) == (None, True)


def test_control_characters_are_told():
    (fault,) = of("control_character", MC=["安宁\x07市"])
    assert fault.severity is Severity.WARNING
    assert "\x07" not in fault.message.zh


def test_line_breaks_and_tabs_are_no_fault():
    assert examined(box(0, 0), MC=["一\n二\t三"]) == []


# ------------------------------------------------------------------ areas


@pytest.mark.parametrize(
    ("field", "declared", "fault"),
    [
        ("TBMJ", 10_000.0, None),
        ("TBMJ", 10_040.0, None),  # 0.4 %
        ("TBMJ", 10_060.0, "area_differs_slightly"),
        ("TBMJ", 10_490.0, "area_differs_slightly"),
        ("TBMJ", 10_510.0, "area_differs"),
        ("TBMJ", 9_400.0, "area_differs"),
        ("MIAN_JI", 1.0, None),
        ("MIAN_JI", 1.0099, None),  # 0.99 %, but within 0.01 公顷
        ("MIAN_JI", 1.0101, "area_differs_slightly"),
        ("MIAN_JI", 10_000.0, "area_differs"),  # m² in a field of hectares
        ("YJJBNTMJ", 7_000.0, None),  # a net area may be smaller
        ("YJJBNTMJ", 10_600.0, "area_differs"),
        ("TBMJ", None, None),
    ],
)
def test_declared_areas_at_and_beside_the_limits(field, declared, fault):
    found = codes(examined(box(0, 0), **{field: [declared]}))
    assert [code for code in found if code.startswith("area")] == ([fault] if fault else [])


def test_the_difference_is_the_measure():
    (fault,) = of("area_differs", TBMJ=[11_000.0])
    assert (fault.measure, fault.unit) == (pytest.approx(1_000.0, abs=0.1), "m2")
    assert "(+10.00 %)" in fault.message.en


@pytest.mark.parametrize(("declared", "found"), [(15.0, []), (15.5, ["area_differs_slightly"])])
def test_parcels_declare_in_their_own_unit(declared, found):
    faults = examined(box(0, 0), role="parcels", DKBH=["1"], area_mu=[declared])
    assert codes(faults) == found


def test_an_invalid_shape_has_no_area():
    bow_tie = Polygon(at((0, 0), (100, 100), (100, 0), (0, 100)))
    assert of("area_differs", bow_tie, TBMJ=[1.0]) == []
