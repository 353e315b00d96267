"""The zone of a 界址点 TXT: wrong eastings are one fault a kind, however many points there are."""

import pytest

from dzgis.errors import DzgisError
from dzgis.inputs import sample
from dzgis.inputs.txt import read_txt


def test_wrong_eastings_are_one_fault_with_the_first_lines_and_the_count(tmp_path):
    text = sample("parcels").with_suffix(".txt").read_text(encoding="utf-8")
    path = tmp_path / "a.txt"
    path.write_text(text.replace("带号=34", "带号=35"), encoding="utf-8")
    n_points = sum(line.startswith("J") for line in text.splitlines())
    with pytest.raises(DzgisError) as caught:
        read_txt(path)
    (fault,) = caught.value.faults
    assert f"({n_points} such points, lines 14, 15, 16, 17, 18" in fault.en
