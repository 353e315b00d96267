"""An own PostGIS server for the tests: on loopback, in its own folder, as a user of no rank."""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

_WAIT_S = 30.0


def binaries():
    """Folder with the server's programs where PostGIS is there too, None where not."""
    found = [Path(path).resolve().parent for path in [shutil.which("initdb") or ""] if path]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in found:
        version = folder.parent.name
        control = Path(f"/usr/share/postgresql/{version}/extension/postgis.control")
        if (folder / "initdb").exists() and control.exists():
            return folder
    return None


def _user():
    """Somebody who is not root, since the server refuses to be: None where we are nobody's root."""
    if os.name != "posix" or os.geteuid() != 0:
        return None
    import pwd

    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    return None


def _free_port():
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


@contextlib.contextmanager
def server(folder):
    """Start a server with the database ``land``; give its address, and stop it."""
    programs, user, port = binaries(), _user(), _free_port()
    data = folder / "data"
    data.mkdir(mode=0o700)
    as_user = {}
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
        os.chown(data, user.pw_uid, user.pw_gid)
        as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "cwd": folder}
    env = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": str(folder)}
    common = {"env": env, **as_user}
    make = [programs / "initdb", "-D", data, "-U", "land", "-A", "trust", "-E", "UTF8", "-N"]
    subprocess.run(make, check=True, **quiet, **common)
    options = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}"]
    options += ["-c", "fsync=off", "-p", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, *options], stdout=log, stderr=log, **common
        )
    try:
        yield _with_database(port, process)
    finally:
        process.terminate()
        process.wait(_WAIT_S)


def _with_database(port, process):
    import psycopg

    url = f"postgresql://land@127.0.0.1:{port}"
    until = time.monotonic() + _WAIT_S
    while True:
        try:
            with psycopg.connect(f"{url}/postgres", autocommit=True) as opened:
                opened.execute("CREATE DATABASE land")
                break
        except psycopg.OperationalError:
            if time.monotonic() > until or process.poll() is not None:
                raise
            time.sleep(0.1)
    with psycopg.connect(f"{url}/land") as opened:
        opened.execute("CREATE EXTENSION postgis")
    return f"{url}/land"
