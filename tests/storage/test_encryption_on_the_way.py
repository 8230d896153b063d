"""TLS to PostgreSQL: the address says it, the driver does it, and doctor asks for it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.runtime.settings import checked_database_url
from storage import checkup
from storage.checkup import Finding, State
from storage.database import open_database
from storage.errors import UnusableDatabase
from tests.postgresql_server import TEMPLATE, Server


def certificate(folder: Path, name: str, host: str) -> Path:
    """A certificate for the host that signed itself, with its key beside it; returns its file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    unencrypted = serialization.NoEncryption()
    pkcs8 = serialization.PrivateFormat.PKCS8
    (folder / f"{name}.key").write_bytes(key.private_bytes(serialization.Encoding.PEM, pkcs8, unencrypted))
    return file


@pytest.fixture
def encrypted(own_server: Server, tmp_path: Path) -> Server:
    """A server that speaks TLS with `server.pem`."""
    file = certificate(tmp_path, "server", "127.0.0.1")
    for source, name, mode in ((file, "server.crt", 0o644), (file.with_suffix(".key"), "server.key", 0o600)):
        placed = own_server.data / name
        shutil.copy(source, placed)
        shutil.chown(placed, own_server.data.owner())
        placed.chmod(mode)
    with (own_server.data / "postgresql.auto.conf").open("a") as settings:
        settings.write("ssl = on\n")
    own_server.stop()
    own_server.start()
    return own_server


def address(server: Server, query: str) -> str:
    return checked_database_url(f"{server.url(TEMPLATE)}?{query}")


async def test_the_address_says_whose_certificate_is_trusted(encrypted: Server, tmp_path: Path) -> None:
    trusted = address(encrypted, f"sslmode=verify-full&sslrootcert={tmp_path / 'server.pem'}")
    await (await open_database(trusted)).close()
    other = certificate(tmp_path, "other", "127.0.0.1")
    with pytest.raises(UnusableDatabase, match="certificate verify failed"):
        await open_database(address(encrypted, f"sslmode=verify-full&sslrootcert={other}"))


async def test_a_certificate_of_another_host_is_refused(encrypted: Server, tmp_path: Path) -> None:
    elsewhere = address(encrypted, f"sslmode=verify-full&sslrootcert={tmp_path / 'server.pem'}")
    with pytest.raises(UnusableDatabase, match="certificate verify failed"):
        await open_database(elsewhere.replace("127.0.0.1", "localhost"))


async def encryption(url: str, monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    """As doctor sees a server that isn't on this machine."""
    monkeypatch.setattr(checkup, "_is_here", lambda host: False)
    return [one for one in await checkup.check_database(url) if one.name == "encryption"]


async def test_doctor_asks_for_encryption_and_for_a_check_of_the_server(
    encrypted: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for query, state, says in (
        ("sslmode=disable", State.WARNING, "isn't encrypted"),
        ("sslmode=require", State.WARNING, "any server is trusted"),
        (f"sslmode=verify-full&sslrootcert={tmp_path / 'server.pem'}", State.OK, "certificate is checked"),
    ):
        (found,) = await encryption(address(encrypted, query), monkeypatch)
        assert (found.state, says in found.says) == (state, True)
        assert ("sslmode=verify-full" in found.remedy) == (state is State.WARNING)


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("", True),
        ("/var/run/postgresql", True),
        ("localhost", True),
        ("127.0.0.2", True),
        ("::1", True),
        ("db", False),
        ("10.0.0.7", False),
        ("postgres.example.com", False),
    ],
)
def test_a_server_on_this_machine_needs_no_encryption(host: str, here: bool) -> None:
    assert checkup._is_here(host) is here
