"""Paths that lead to no file of data, and formats that are not taken."""

from pathlib import Path

import making as m
from fault import Fault, file, halved

OTHERS = (
    Fault(
        "gdb_empty",
        "空的 .gdb no tables",
        lambda folder: (folder / "a.gdb").mkdir() or folder / "a.gdb",
        "没有数据表",
        "has no tables",
    ),
    Fault("gdb_file", ".gdb 是文件 a file", file("a.gdb", "hello"), "是一个文件", "is a file"),
    Fault(
        "gdb_truncated",
        ".gdb 的表截短 tables cut short",
        m.truncated_geodatabase,
        "a.gdb",
        "a.gdb",
        dangerous=True,
    ),
    Fault("fgb_text", "是文本 text", file("a.fgb", "hello"), "不是 FlatGeobuf", "no FlatGeobuf"),
    Fault(
        "fgb_truncated",
        "截短 cut short",
        halved(lambda folder: m.write(folder / "a.fgb")),
        "a.fgb",
        "a.fgb",
        dangerous=True,
    ),
    Fault("tab_text", "是文本 text", file("a.tab", "hello"), "不是 MapInfo TAB", "no MapInfo TAB"),
    Fault(
        "tab_view",
        "引用别的表 refers to others",
        file("a.tab", '!table\n!version 100\nOpen Table "/etc/passwd" Hide\n'),
        "只是引用别的表",
        "only refers to other tables",
    ),
    Fault("mif_text", "是文本 text", file("a.mif", "hello"), "不是 MapInfo MIF", "no MapInfo MIF"),
    Fault(
        "vrt_file",
        "VRT 指向别的文件 VRT of another file",
        file(
            "a.vrt",
            m.vrt("/etc/passwd"),
        ),
        "不认得后缀 .vrt",
        "suffix .vrt is not known",
    ),
    Fault(
        "vrt_as_gml",
        "VRT 冒充 GML VRT called GML",
        file(
            "a.gml",
            m.vrt("http://127.0.0.1:9/a"),
        ),
        "OGRVRTDataSource",
        "OGRVRTDataSource",
    ),
    Fault(
        "csv",
        "没有图形的表 table without shapes",
        file("a.csv", "a,b\n1,2\n"),
        "不认得后缀",
        "suffix .csv",
    ),
)

PATHS = (
    Fault(
        "missing",
        "不存在 nothing there",
        lambda folder: folder / "a.gpkg",
        "文件不存在",
        "no such file",
    ),
    Fault("folder", "文件夹 a folder", lambda folder: folder, "是文件夹", "is a folder"),
    Fault("empty", "0 字节 of 0 bytes", file("a.gpkg", b""), "0 字节", "0 bytes"),
    Fault(
        "device", "设备 a device", lambda _: Path("/dev/zero"), "不是普通文件", "no ordinary file"
    ),
    Fault("pipe", "管道 a pipe", m.pipe, "不是普通文件", "no ordinary file"),
    Fault(
        "link_loop",
        "链接成环 link to itself",
        m.linked_to_itself,
        "指向自身的链接",
        "leads to itself",
    ),
    Fault(
        "newline_in_name",
        "文件名含换行 newline in the name",
        lambda folder: m.renamed(folder, "a\ndzgis: b.gpkg"),
        r"a\\ndzgis: b.gpkg 中有不能用的字符",
        r"a\\ndzgis: b.gpkg holds",
    ),
    Fault(
        "mark_in_name",
        "文件名含 ! mark in the name",
        lambda folder: m.renamed(folder, "a!b.gpkg"),
        "不能用的字符 '!'",
        "holds '!'",
    ),
    Fault(
        "name_too_long",
        "文件名过长 name too long",
        lambda f: f / ("a" * 300 + ".gpkg"),
        "打不开",
        "cannot open",
    ),
    Fault(
        "http", "网址 address", lambda _: "http://127.0.0.1:9/a.gpkg", "网络地址", "on the network"
    ),
    Fault(
        "vsicurl",
        "GDAL 网址 GDAL's address",
        lambda _: "/vsicurl/http://127.0.0.1:9/a.gpkg",
        "网络地址",
        "on the network",
    ),
    Fault(
        "vsizip",
        "GDAL 压缩包路径 GDAL's path into a zip",
        lambda folder: f"/vsizip/{m.packed(folder, m.shapefile_members(folder))}/a.shp",
        "虚拟路径",
        "virtual path",
    ),
    Fault(
        "unknown_layer",
        "没有这个图层 no such layer",
        lambda folder: f"{m.write(folder / 'a.gpkg')}::DK",
        "要读的图层 DK ；现有图层：a",
        "no single layer DK to read in .*its layers are: a",
    ),
    Fault(
        "database_password",
        "地址里有密码 password in the address",
        lambda _: "postgresql://me:secret@127.0.0.1:9/land::dk",
        r"postgresql://me:\*\*\*@127",
        r"postgresql://me:\*\*\*@127",
    ),
    Fault(
        "database_unreachable",
        "数据库连不上 no server",
        lambda _: "postgresql://me@127.0.0.1:9/land::dk",
        "读写数据库 postgresql://me@127.0.0.1:9/land 失败",
        "the database postgresql://me@127.0.0.1:9/land cannot be read",
    ),
)
