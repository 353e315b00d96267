"""What a fault is, and the ways in which most of them are made."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import making as m

Make = Callable[[Path], object]


@dataclass(frozen=True)
class Fault:
    """
    One input that must be refused.

    `zh` and `en` are parts of what must be said; `dangerous` ones are read in a process of their
    own under a limit of memory. Where `apart`, only one record is broken: `check` sets it apart,
    and other verbs refuse the file.
    """

    name: str
    what: str
    make: Make
    zh: str
    en: str
    options: tuple[str, ...] = ()
    dangerous: bool = False
    apart: bool = False

    @property
    def verb(self):
        """A verb that refuses it."""
        return "assign" if self.apart else "check"


def shp(change, shapes=None, **more):
    return lambda folder: m.shapefile(folder, change, shapes, **more)


def gpkg(shapes, **more):
    return lambda folder: m.write(folder / "a.gpkg", shapes, **more)


def file(name, words):
    return lambda folder: m.content(folder / name, words)


def halved(make):
    def change(folder):
        path = make(folder)
        m.cut(path, path.stat().st_size // 2)
        return path

    return change


def patched(make, at, new):
    def change(folder):
        path = make(folder)
        m.patch(path, at, new)
        return path

    return change


GPKG = gpkg(None)
