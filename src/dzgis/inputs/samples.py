"""The data that ships with dzgis: which file is which, in the wheel or in the source tree."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from dzgis.errors import InputError, MissingFileError, listed
from dzgis.terms import Text

SAMPLES: dict[str, str] = {
    "counties": "boundaries/counties.gpkg",
    "dem": "dem/*.tif",
    "protection": "protection/protection.gpkg",
    "protection_current": "protection/current.gpkg",
    "land_use": "land_use/land_use.gpkg",
    "networks": "networks/networks.gpkg",
    "parcels": "parcels/parcels.gpkg",
    "parcels_txt": "parcels/parcels.txt",
}
"""Pattern of each sample under the data folder; the first file in name order is taken."""

_SOURCE_TREE_DEPTH = 3


def data_folder() -> Path:
    """Folder of the shipped data: in the installed package, else in the source tree."""
    packaged = Path(str(resources.files("dzgis"))) / "data"
    if packaged.is_dir():
        return packaged
    return Path(__file__).resolve().parents[_SOURCE_TREE_DEPTH] / "data"


def sample(name: str) -> Path:
    """
    Path of a file of the shipped data.

    Parameters
    ----------
    name : str
        A key of `SAMPLES`, e.g. ``"dem"``.

    Raises
    ------
    InputError
        If there is no sample of that name.
    MissingFileError
        If the data were not installed.
    """
    if name not in SAMPLES:
        raise InputError(
            Text(
                f"没有名为 {name} 的示例数据；可用：{listed(SAMPLES)}",
                f"no sample data called {name}; there are: {listed(SAMPLES)}",
            )
        )
    found = sorted(data_folder().glob(SAMPLES[name]))
    if not found:
        raise MissingFileError(
            Text(
                f"示例数据 {SAMPLES[name]} 不在 {data_folder()}；请重新安装 dzgis",
                f"sample data {SAMPLES[name]} are not in {data_folder()}; install dzgis again",
            )
        )
    return found[0]
