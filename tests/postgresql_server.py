"""A real PostgreSQL for the tests: started once in a temporary folder, a database of its own for each test."""

from __future__ import annotations

import asyncio
import getpass
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from storage.postgresql import migrate_as_owner

OWNER, SERVING = "owner", "attendance"
TEMPLATE = "ledger_template"
TIMELESS = "timeless_template"
"""Like the other, but audit entries may be of any time: for tests that set the clock."""
IS_DATED_NOW = "function is_dated_now(timestamp with time zone,timestamp with time zone)"
ANY_TIME = "SELECT true"
"""What that function is there."""
HOW_TO_GET_IT = "no PostgreSQL here: install Debian's postgresql (apt-get install postgresql), or any with btree_gist"


def programs() -> Path | None:
    """The folder of PostgreSQL's programs, the newest one that comes with btree_gist."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))
    if found := shutil.which("initdb"):
        folders.append(Path(found).resolve().parent)
    for folder in folders:
        asked = subprocess.run([folder / "pg_config", "--sharedir"], capture_output=True, text=True, check=False)
        if (Path(asked.stdout.strip()) / "extension" / "btree_gist.control").exists():
            return folder
    return None


class Server:
    """A server that tests may stop, kill and start again."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs = programs
        self.folder = folder
        self.data = folder / "data"
        self.port = _free_port()
        self._databases = 0
        # A server refuses to run as root, so that root's tests run it as Debian's own user for it.
        self._as = ["runuser", "-u", "postgres", "--"] if getpass.getuser() == "root" else []

    def create(self) -> None:
        if self._as:
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "--auth=trust", "--username=superuser", "--encoding=UTF8", "--no-sync", str(self.data))
        self.start()
        with self.connected("postgres") as connection:
            connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB")
            connection.execute(f"CREATE ROLE {SERVING} LOGIN")
            connection.execute(f"CREATE DATABASE {TEMPLATE} OWNER {OWNER}")
            connection.execute(f"CREATE DATABASE empty_template OWNER {OWNER}")
        asyncio.run(migrate_as_owner(self.url(TEMPLATE, OWNER), serve_as=SERVING))
        with self.connected("postgres") as connection:
            connection.execute(f"CREATE DATABASE {TIMELESS} OWNER {OWNER} TEMPLATE {TEMPLATE}")
        self.let_tests_set_the_time(TIMELESS)

    def start(self) -> None:
        settings = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        settings += " -c max_connections=200"
        log = str(self.folder / "log")
        self._run("pg_ctl", "start", "--wait", "-D", str(self.data), "-l", log, "-o", settings)

    def stop(self, mode: str = "fast") -> None:
        """`immediate` is a crash: nothing is finished, and the next start recovers from the log."""
        self._run("pg_ctl", "stop", "--wait", "-D", str(self.data), "-m", mode)

    def kill(self) -> None:
        """The postmaster alone, with SIGKILL, as a machine that runs out of memory does."""
        os.kill(self._postmaster(), signal.SIGKILL)

    @contextmanager
    def hanging(self, backend: int) -> Iterator[None]:
        """For the block, neither the postmaster nor that backend does anything."""
        frozen = (self._postmaster(), backend)
        for process in frozen:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in frozen:
                os.kill(process, signal.SIGCONT)

    def _postmaster(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def database(self, template: str = TEMPLATE) -> str:
        """The name of a fresh database with the schema in it."""
        self._databases += 1
        name = f"ledger_{self._databases}"
        with self.connected("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template}")
        return name

    def let_tests_set_the_time(self, name: str) -> None:
        """Audit entries of any time are dated now."""
        with self.connected(name, OWNER) as connection:
            connection.execute(
                "CREATE OR REPLACE FUNCTION is_dated_now(dated timestamptz, began timestamptz) RETURNS boolean"
                f" LANGUAGE sql AS '{ANY_TIME}'"
            )

    def drop(self, name: str) -> None:
        with self.connected("postgres") as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def url(self, database: str, role: str = SERVING) -> str:
        return f"postgresql://{role}@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def connected(self, database: str, role: str = "superuser") -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        with psycopg.connect(self.url(database, role), autocommit=True) as connection:
            yield connection

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as, str(self.programs / program), *arguments]
        done = subprocess.run(
            command, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60
        )
        assert done.returncode == 0, done.stderr.decode()


@contextmanager
def serving() -> Iterator[Server]:
    """A server in a folder of its own, gone afterwards. Raises FileNotFoundError where none is installed."""
    found = programs()
    if found is None:
        raise FileNotFoundError(HOW_TO_GET_IT)
    folder = Path(tempfile.mkdtemp(prefix="attendance-postgresql-"))
    server = Server(found, folder)
    try:
        server.create()
        yield server
    finally:
        if (server.data / "postmaster.pid").exists():
            server.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])
