"""The whole set, in the order of its table."""

from of_archives import ARCHIVES
from of_binaries import GEOPACKAGES, PARQUET
from of_paths import OTHERS, PATHS
from of_shapefiles import SHAPEFILES
from of_shapes import PLACES, SHAPES
from of_texts import DRAWINGS, JSON, TXT, XML

GROUPS = {
    "Shapefile": SHAPEFILES,
    "图形 Shapes": SHAPES,
    "坐标系与位置 CRS and place": PLACES,
    "压缩包 Archives": ARCHIVES,
    "GeoPackage, SQLite": GEOPACKAGES,
    "KML, GML": XML,
    "GeoJSON": JSON,
    "GeoParquet": PARQUET,
    "DXF": DRAWINGS,
    "其他格式 Other formats": OTHERS,
    "路径 Paths": PATHS,
    "界址点 TXT": TXT,
}
FAULTS = tuple(fault for group in GROUPS.values() for fault in group)

HEAD = """# 坏输入 Bad inputs

每一个都必须以退出码 2 和一条明白的话结束，不留下任何输出；只坏了一条记录的，`check` 把它单列，
其他命令退回。表由 `faults.py` 生成，测试核对两者一致：
`python tests/faults/faults.py`。文件都在测试时生成，仓库里不存。

Each must end with exit code 2 and clear words, and leave no output; `check` sets single broken
records apart, other verbs refuse the file. The table is made by
`faults.py`, and a test holds the two together. The files are made when the test runs; none is
stored. “须说” is a pattern of what must be said.
"""


def table_text():
    """Text of README.md."""
    parts = [HEAD]
    for title, group in GROUPS.items():
        parts.append(
            f"\n## {title}\n\n| 名 name | 是什么 what | 须说 | must say |\n|---|---|---|---|\n"
        )
        for fault in group:
            cells = (fault.name, fault.what, fault.zh, fault.en)
            shown = [cell.replace("|", "\\|").replace("<", "&lt;") for cell in cells]
            shown[2:] = [f"`{cell}`" for cell in (c.replace("|", "\\|") for c in cells[2:])]
            parts.append("| " + " | ".join(shown) + " |\n")
    return "".join(parts)


if __name__ == "__main__":
    from pathlib import Path

    Path(__file__).with_name("README.md").write_text(table_text(), encoding="utf-8")
