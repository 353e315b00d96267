"""Archives that would harm a disk, and archives that are broken."""

import making as m
from fault import Fault, file


def zipped(*members, **options):
    return lambda folder: m.packed(folder, [*m.shapefile_members(folder), *members], **options)


def two_shapefiles(folder):
    return m.packed(folder, [*m.shapefile_members(folder), *m.shapefile_members(folder, "b")])


def nested_zip(folder):
    inner = m.packed(folder, m.shapefile_members(folder), "inner.zip")
    return m.packed(folder, [("inner.zip", inner.read_bytes())])


def cut_zip(folder):
    path = m.packed(folder, m.shapefile_members(folder))
    m.cut(path, 200)
    return path


def spoilt_zip(folder):
    path = m.packed(folder, m.shapefile_members(folder))
    m.patch(path, path.read_bytes().index(b"a.shp") + 20, b"\xff\xfe\xfd\xfc" * 4)
    return path


def broken_inside(folder):
    members = m.shapefile_members(folder)
    return m.packed(folder, [(n, data[:-40] if n == "a.shp" else data) for n, data in members])


ARCHIVES = (
    Fault(
        "zip_text",
        "不是压缩包 no archive",
        file("a.zip", "hello"),
        "不是可读的 zip",
        "not a readable zip",
    ),
    Fault("zip_truncated", "压缩包截短 cut short", cut_zip, "不是可读的 zip", "not a readable zip"),
    Fault(
        "zip_spoilt", "压缩数据损坏 spoilt data", spoilt_zip, "不是可读的 zip", "not a readable zip"
    ),
    Fault(
        "zip_bomb_declared",
        "声明解压后 4 GB declares 4 GB",
        m.declared_bomb,
        "疑为压缩炸弹",
        "may be a zip bomb",
        dangerous=True,
    ),
    Fault(
        "zip_bomb_real",
        "压缩 1000 倍 packed a thousandfold",
        m.real_bomb,
        "疑为压缩炸弹",
        "may be a zip bomb",
        dangerous=True,
    ),
    Fault(
        "zip_bomb_hidden",
        "声明 1000 字节，实有 100 MB says 1000 bytes, holds 100 MB",
        m.understated,
        "不是可读的 zip",
        "not a readable zip",
        dangerous=True,
    ),
    Fault(
        "zip_bomb_overlap",
        "文件相互重叠 members over each other",
        m.overlapping,
        "相互重叠",
        "lie over each other",
    ),
    Fault(
        "zip_parent",
        "路径含 .. path with ..",
        zipped(("../evil.shp", b"x")),
        r"\.\./evil\.shp 的路径越出压缩包",
        r"\.\./evil\.shp lead out of the archive",
    ),
    Fault(
        "zip_parent_backslash",
        "路径含 ..\\ path with ..\\",
        zipped(("..\\..\\evil.shp", b"x")),
        "的路径越出压缩包",
        "lead out of the archive",
    ),
    Fault(
        "zip_absolute",
        "绝对路径 absolute path",
        zipped(("/tmp/evil.shp", b"x")),  # noqa: S108
        "/tmp/evil.shp 的路径越出压缩包",  # noqa: S108
        "/tmp/evil.shp lead out of the archive",  # noqa: S108
    ),
    Fault(
        "zip_drive",
        "带盘符 path with a drive",
        zipped(("C:/evil.shp", b"x")),
        "C:/evil.shp 的路径越出压缩包",
        "C:/evil.shp lead out of the archive",
    ),
    Fault(
        "zip_symlink",
        "含链接 symbolic link",
        zipped((m.link_info("link.shp"), b"/etc/passwd")),
        "link.shp 是链接",
        "link.shp are links",
    ),
    Fault("zip_encrypted", "加密 encrypted", m.encrypted, "加了密码", "are encrypted"),
    Fault(
        "zip_nested",
        "压缩包套压缩包 zip in a zip",
        nested_zip,
        "没有可读的矢量文件",
        "has no vector file",
    ),
    Fault(
        "zip_two_shapefiles",
        "两个 shapefile two shapefiles",
        two_shapefiles,
        "现有图层：a, b；请写成 路径::图层名",
        "its layers are: a, b; write path::LAYER",
    ),
    Fault(
        "zip_broken_names",
        "文件名编码不明 names in no encoding",
        m.broken_names,
        "的文件名读不出",
        "names in no known encoding",
    ),
    Fault(
        "zip_names_twice",
        "重名 names twice",
        zipped(("A.shp", b"x")),
        "重名的文件：a.shp",
        "files of one name: a.shp",
    ),
    Fault(
        "zip_broken_inside",
        "内有损坏的 shapefile broken shapefile inside",
        broken_inside,
        "a.zip/a.shp 被截断",
        "a.zip/a.shp is truncated",
    ),
    Fault(
        "zip_many",
        "两万个文件 twenty thousand members",
        lambda folder: m.packed(folder, ((f"{n}.txt", b"") for n in range(20_001))),
        "超过 20000",
        "more than 20000",
    ),
    Fault(
        "zip_no_data",
        "没有数据 no data",
        lambda folder: m.packed(folder, [("a.doc", b"x")]),
        "没有可读的矢量文件",
        "has no vector file",
    ),
    Fault(
        "rar",
        "别的压缩包 other archive",
        file("a.rar", b"Rar!\x1a\x07"),
        "请先解压",
        "unpack an archive",
    ),
)
