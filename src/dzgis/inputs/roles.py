"""Which protection layer a file holds, from the standard layer code, its words or its fields."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dzgis.errors import InputError, MissingFileError, listed
from dzgis.inputs.aliases import folded, tables
from dzgis.inputs.files import is_geodatabase, named, split_source
from dzgis.inputs.register_file import REGISTER
from dzgis.inputs.registry import registered_role
from dzgis.inputs.vector import field_names, spatial_layers
from dzgis.terms import Text, role_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_NO_LETTERS, _NO_WORD = re.compile(r"[^a-z]+"), re.compile(r"[^a-z_]+")


def recognise_role(layer_name: str, fields: Iterable[str]) -> str | None:
    """
    Role of a layer, by its name first and by its fields else.

    Parameters
    ----------
    layer_name : str
        A standard code as a whole word (``YJJBNTTB``, ``530181_STBHHX_2020``), or a name with
        the Chinese words of a role in it.
    fields : iterable of str

    Returns
    -------
    str or None
        None where no role fits, or several do.

    Examples
    --------
    >>> recognise_role("YJJBNTTB", []), recognise_role("layer1", ["BH_DJ"]), recognise_role("x", [])
    ('pbf', 'forest', None)
    """
    found = possible_roles(layer_name, fields)
    return next(iter(found)) if len(found) == 1 else None


def possible_roles(layer_name: str, fields: Iterable[str]) -> set[str]:
    """Roles that a layer's name points to, else those that its fields do; see `recognise_role`."""
    roles = tables()["roles"]
    name = folded(layer_name)
    words = {name, *_NO_LETTERS.split(name), *(w.strip("_") for w in _NO_WORD.split(name))}
    by_code = {role for role, known in roles.items() if words & set(map(folded, known["layers"]))}
    by_words = {role for role, known in roles.items() if any(w in name for w in known["words"])}
    return by_code or by_words or _by_fields(fields)


def _by_fields(fields: Iterable[str]) -> set[str]:
    """Roles that fields point to; one that yields does so only where no other does."""
    has = set(map(folded, fields))
    roles = tables()["roles"]
    found = {
        role
        for role, known in roles.items()
        if any(set(map(folded, together.split("+"))) <= has for together in known["fields"])
    }
    return {role for role in found if not roles[role].get("yields")} or found


def check_role(path: Path, layer: str, role: str) -> None:
    """
    Raise when a layer is given for a role and is of another by its register, name or fields.

    The register comes first: an entry with the role is how a user insists on it.

    Raises
    ------
    InputError
    """
    said = registered_role(path, layer)
    found = {said} if said else _contrary_roles(path, layer)
    if not found or role in found:
        return
    where, others = named(path, layer), sorted(found)
    zh = "、".join(f"“{role_text(other).zh}”（{other}）" for other in others)
    en = ", ".join(f"'{role_text(other).en}' ({other})" for other in others)
    words = role_text(role)
    how = Text("登记" if said else "图层名或字段", "register" if said else "name or fields")
    raise InputError(
        Text(
            f"{where} 按{how.zh}是{zh}，却作“{words.zh}”（{role}）给出；请改正角色，"
            f'确实无误则在 {REGISTER} 登记该图层 role = "{role}"',
            f"{where} is by its {how.en} {en}, but is given as '{words.en}' ({role}); correct the "
            f'role, or register the layer with role = "{role}" in {REGISTER} if it is right',
        )
    )


def _contrary_roles(path: Path, layer: str) -> set[str]:
    """Roles that a layer is of beyond doubt: fields of one that yields prove nothing."""
    by_name = possible_roles(layer, [])
    yields = {role for role, known in tables()["roles"].items() if known.get("yields")}
    return by_name or possible_roles(layer, field_names(path, layer)) - yields


def layer_roles(path: Path) -> dict[str, str | None]:
    """
    Role of each layer of a source: as its folder's register says, else as it is recognised.

    ``path::LAYER`` asks for one layer.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    file, layer = split_source(path)
    names = spatial_layers(file) if layer is None else [layer]
    return {name: _role_of(file, name) for name in names}


def _role_of(path: Path, layer: str) -> str | None:
    return registered_role(path, layer) or recognise_role(layer, field_names(path, layer))


def recognise_protection(path: Path | str) -> dict[str, str]:
    """
    Find the protection layers in a file or in the files of a folder.

    Parameters
    ----------
    path : Path or str
        A vector file, a folder of such files, or ``path::LAYER``.

    Returns
    -------
    dict
        Role to source (``path::layer``), for `read_protection`. Layers of no known role are left
        out.

    Raises
    ------
    MissingFileError, InputError
        If no layer is recognised, or two have the same role.
    """
    file, layer = split_source(path)
    found: dict[str, list[str]] = {}
    seen: list[str] = []
    for one in _files(file):
        layers = spatial_layers(one) if layer is None else [layer]
        for name in layers:
            seen.append(named(one, name))
            role = _role_of(one, name)
            if role is not None:
                found.setdefault(role, []).append(named(one, name))
    _check_roles(file, found, seen)
    return {role: sources[0] for role, sources in found.items()}


def _files(path: Path) -> list[Path]:
    if not path.is_dir() or is_geodatabase(path):
        return [path]
    suffixes = tables()["files"]["vector"]
    found = sorted(one for one in path.iterdir() if one.suffix.lower() in suffixes)
    if not found:
        raise MissingFileError(
            Text(
                f"文件夹 {path} 中没有矢量文件；请给出含保护图层的文件",
                f"the folder {path} has no vector file; give one with protection layers",
            )
        )
    return found


def _check_roles(path: Path, found: dict[str, list[str]], seen: list[str]) -> None:
    twice = {role: sources for role, sources in found.items() if len(sources) > 1}
    if twice:
        shown = "; ".join(f"{role}: {listed(sources)}" for role, sources in twice.items())
        raise InputError(
            Text(
                f"{path} 中同一类保护图层不止一个：{shown}；请写 角色=路径::图层名 指定",
                f"{path} has more than one layer of a role: {shown}; choose with ROLE=PATH::LAYER",
            )
        )
    if not found:
        raise InputError(
            Text(
                f"{path} 的图层（{listed(seen)}）都认不出是哪类保护图层；请写 角色=路径::图层名，"
                f"角色可为：{listed(tables()['roles'], len(tables()['roles']))}",
                f"no layer of {path} ({listed(seen)}) is of a known role; write ROLE=PATH::LAYER, "
                f"where ROLE is one of: {listed(tables()['roles'], len(tables()['roles']))}",
            )
        )
