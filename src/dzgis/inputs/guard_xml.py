"""KML and GML: no document type, so no entities; the root element is the format's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.parsers import expat

from dzgis.errors import InputError
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_CHUNK = 1 << 16
_KML_ROOTS = {"kml"}
_GML_NAMESPACE = "http://www.opengis.net/gml"
_NO_GML = ("OGRVRT", "VRT", "GDAL")
"""How the roots of GDAL's own documents begin, which name other files."""


@dataclass(frozen=True)
class _Root:
    """The root element: local name, and the namespaces that are declared in it."""

    name: str
    namespaces: tuple[str, ...] = ()


class _Stop(Exception):  # noqa: N818  no error: everything before the root was seen
    """Carries the root, or None where a document type comes before it."""

    def __init__(self, root: _Root | None) -> None:
        super().__init__(root)
        self.root = root


def check_kml(path: Path) -> None:
    """Raise when a file is no KML, or declares a document type."""
    _check_root(path, "KML", lambda root: root.name in _KML_ROOTS)


def check_gml(path: Path) -> None:
    """Raise when a file is no GML, or declares a document type."""
    _check_root(path, "GML", _is_gml)


def _is_gml(root: _Root) -> bool:
    spoken = any(uri.startswith(_GML_NAMESPACE) for uri in root.namespaces)
    return spoken and not root.name.startswith(_NO_GML)


def _check_root(path: Path, what: str, is_root: Callable[[_Root], bool]) -> None:
    """
    Read up to the root element and no further: entities can be declared only before it.

    Raises
    ------
    InputError
    """
    try:
        root = _root(path)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise InputError(_unreadable(path, what, str(error))) from error
    if root is None:
        raise InputError(
            Text(
                f"{path} 声明了文档类型（DOCTYPE），可能借实体展开撑满内存或读取别的文件；"
                "数据不需要它，请重新导出",
                f"{path} declares a document type (DOCTYPE), by whose entities it may fill the "
                "memory or read other files; data need none, export it again",
            )
        )
    if not is_root(root):
        raise InputError(_unreadable(path, what, f"<{root.name}>"))


def _unreadable(path: Path, what: str, why: str) -> Text:
    return Text(
        f"{path} 不是可读的矢量文件：内容不是 {what}，或已损坏（{why}）；请重新导出",
        f"{path} is not a readable vector file: its content is no {what}, or is damaged ({why}); "
        "export it again",
    )


def _root(path: Path) -> _Root | None:
    """Root element; None where a document type is declared."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    namespaces: list[str] = []

    def doctype(*_: object) -> None:
        raise _Stop(None)

    def element(name: str, _: dict[str, str]) -> None:
        raise _Stop(_Root(name.rpartition(" ")[2], tuple(namespaces)))

    def namespace(_: str | None, uri: str | None) -> None:
        namespaces.append(uri or "")

    parser.StartNamespaceDeclHandler = namespace
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = element
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
    except _Stop as stopped:
        return stopped.root
    return _Root("")
