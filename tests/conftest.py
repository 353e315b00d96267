"""What all tests share: messages in English, and hypothesis without a clock."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import builders
import postgis_server
import pytest
from hypothesis import HealthCheck, settings

# QGIS's own Python runs it, with modules that no environment of ours has.
collect_ignore = ["end_to_end/qgis_check.py"]

# The first example pays for importing GEOS and PROJ, and machines of CI differ in speed.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("local"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


def pytest_collection_modifyitems(items):
    """Files that run whole jobs come first, so that no worker is left with one at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session", autouse=True)
def _english():
    """Messages in English, whatever the locale."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DZGIS_LANG", "en")
        yield


@pytest.fixture(scope="session")
def postgis():
    """Address of a database with PostGIS, on a server that was started for these tests."""
    if postgis_server.binaries() is None:
        reason = "no PostGIS server (Debian: apt-get install postgresql-postgis)"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with (
        tempfile.TemporaryDirectory(prefix="dzgis-postgis-") as folder,
        postgis_server.server(Path(folder)) as address,
    ):
        yield address


@pytest.fixture(scope="session")
def plan():
    """Two square counties, two clusters, two axes: see `builders.plan`."""
    return builders.plan()


@pytest.fixture
def counties():
    return builders.counties()


@pytest.fixture
def slope_classes():
    """Classes to 8°, 15°, 25° and above; the second and third are low hills."""
    return builders.slope_classes()
