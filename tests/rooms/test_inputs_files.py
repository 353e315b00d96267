import hashlib

import pytest
from test_inputs_toy import two_counties

from dzgis.errors import InputError, MissingFileError
from dzgis.inputs import sample, sha256_of


def test_the_hash_of_a_file_is_that_of_its_bytes(tmp_path):
    path = tmp_path / "a.tif"
    path.write_bytes(b"abc")
    assert sha256_of(path) == hashlib.sha256(b"abc").hexdigest()


def test_the_layer_name_is_no_part_of_the_path(tmp_path):
    path = tmp_path / "a.gpkg"
    path.write_bytes(b"abc")
    assert sha256_of(f"{path}::LD") == sha256_of(path)


@pytest.mark.parametrize("suffix", ["dbf", "prj", "cpg", "shx"])
def test_a_shapefile_is_hashed_with_its_sidecars(tmp_path, suffix):
    two_counties().to_file(tmp_path / "a.shp")
    before = sha256_of(tmp_path / "a.shp")
    (tmp_path / f"a.{suffix}").write_bytes(b"changed")
    assert sha256_of(tmp_path / "a.shp") != before


def test_a_folder_is_hashed_over_names_and_contents(tmp_path):
    for name in ("one.gdb", "two.gdb"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a").write_bytes(b"1")
    first = sha256_of(tmp_path / "one.gdb")
    (tmp_path / "one.gdb" / "open.lock").write_bytes(b"")  # ArcGIS has it open
    assert sha256_of(tmp_path / "one.gdb") == first
    (tmp_path / "one.gdb" / "a").rename(tmp_path / "one.gdb" / "b")
    assert sha256_of(tmp_path / "one.gdb") != first


def test_the_hash_of_nothing_is_refused(tmp_path):
    with pytest.raises(MissingFileError, match=r"no such file|不存在"):
        sha256_of(tmp_path / "none.gpkg")


def test_samples_are_files_of_the_data_folder():
    assert sample("counties").name == "counties.gpkg"
    assert sample("dem").suffix == ".tif"


def test_an_unknown_sample_is_refused():
    with pytest.raises(InputError, match="nonsense"):
        sample("nonsense")
