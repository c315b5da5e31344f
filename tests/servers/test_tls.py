"""PostgreSQL on another machine, reached by TLS: only the one that can show who it is gets what people write."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from persistence.database import Database
from server.operate.check import check_orders
from server.operate.failure import Failure
from server.operate.move import move
from server.operate.storage import opened
from server.settings import Settings
from tests.databases import put_at, url_of
from tests.postgres import Cluster
from tests.server.orders.house import House
from tests.servers.fleet import Fleet, until_saved

pytestmark = pytest.mark.anyio
HOST = "localhost"


class Authority:
    """Makes certificates. file: what who trusts it is given."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.file = folder / "authority.crt"
        self._folder = folder
        self._key = folder / "authority.key"
        _openssl(
            "req", "-x509", *_key_in(self._key), "-out", self.file, "-subj", "/CN=Authority", "-days", "2"
        )

    def certify(self, name: str, days: int = 2) -> tuple[Path, Path]:
        """A certificate for a machine, and its key."""
        key, asked, names, given = (
            self._folder / f"{name}{days}.{end}" for end in ("key", "csr", "san", "crt")
        )
        names.write_text(f"subjectAltName=DNS:{name}")
        _openssl("req", *_key_in(key), "-out", asked, "-subj", f"/CN={name}")
        by = ("-CA", self.file, "-CAkey", self._key, "-CAcreateserial")
        _openssl("x509", "-req", "-in", asked, *by, "-extfile", names, "-days", str(days), "-out", given)
        return given, key


def _key_in(file: Path) -> tuple[str | Path, ...]:
    return ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", file)


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class Encrypted(Cluster):
    """A PostgreSQL server on a port of this machine, with TLS. url: of a new database in it."""

    def __init__(self, authority: Authority) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.good = authority.certify(HOST)
        settings = {"listen_addresses": "127.0.0.1", "port": str(self.port), "ssl": "on"}
        super().__init__(settings=settings)

    def _take_files(self) -> None:
        super()._take_files()
        self.show(*self.good)

    def show(self, certificate: Path, key: Path) -> None:
        """Put a certificate where it is read from."""
        for file, name in ((certificate, "server.crt"), (key, "server.key")):
            place = self.folder / "data" / name
            shutil.copy(file, place)
            place.chmod(0o600)
            if self._owner:
                shutil.chown(place, "nobody", "nogroup")

    def change_to(self, certificate: Path, key: Path) -> None:
        """Show another certificate to whoever comes, and send away who is here."""
        self.show(certificate, key)
        self.admin.execute("SELECT pg_reload_conf()")
        self.admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )

    def url_with(self, trusted: Path, host: str = HOST, *, empty: bool = False) -> str:
        """A new database, and that its machine must show who it is."""
        name = make_url(self.database(empty=empty)).database
        place = f"{host}:{self.port}/{name}"
        return f"postgresql://orders@{place}?hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert={trusted}"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "authority")


@pytest.fixture
def encrypted(authority: Authority) -> Iterator[Encrypted]:
    cluster = Encrypted(authority)
    yield cluster
    cluster.end()


async def test_two_servers_hear_each_other_and_go_on_with_a_new_certificate(
    tmp_path: Path, authority: Authority, encrypted: Encrypted
) -> None:
    put_at(tmp_path, encrypted.url_with(authority.file))
    async with House(tmp_path) as house:
        order = await house.order("open")
    async with Fleet(house, order) as fleet:
        one, other = [await fleet.start_on(url_of(tmp_path)) for _ in range(2)]
        async with one.peer("anna") as anna, other.peer("sophie") as sophie:
            await anna.write("client", {"reference": "before"})
            await sophie.until(lambda: sophie.client.get("reference") == "before")
            assert _are_encrypted(url_of(tmp_path)) == {True}
            encrypted.change_to(*authority.certify(HOST, days=-1))
            anna.edit("client", {"reference": "meanwhile"})
            await anna.flush()
            await anna.until(lambda: anna.availability[-1:] == [False])
            encrypted.change_to(*encrypted.good)
            await until_saved(anna)
            await sophie.until(lambda: sophie.client.get("reference") == "meanwhile")


def _are_encrypted(url: str) -> set[bool]:
    """Of everybody's connections to a database."""
    found = text(
        "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE datname = current_database()"
    )
    with closing(Database(url)) as database, database.reading() as session:
        return set(session.connection().execute(found).scalars())


async def test_an_installation_is_moved_and_checked(
    tmp_path: Path, authority: Authority, encrypted: Encrypted
) -> None:
    settings = Settings(data=tmp_path / "house")
    put_at(settings.data, settings.url)
    async with House(settings.data) as house:
        await house.order("open")
    to = encrypted.url_with(authority.file, empty=True)
    assert list(move(settings, to))
    with opened(Settings(data=tmp_path, database_url=to)) as database:
        assert list(check_orders(database)) == []


REFUSED = {
    "another authority": "certificate verify failed",
    "another machine": 'does not match host name "127.0.0.1"',
    "too late": "certificate verify failed",
    "no authority": 'root certificate file "{}/none.crt" does not exist',
}


@pytest.mark.parametrize("case", REFUSED)
def test_who_cannot_show_who_it_is_is_told_and_gets_nothing(
    tmp_path: Path, authority: Authority, encrypted: Encrypted, case: str
) -> None:
    trusted, host = authority.file, HOST
    match case:
        case "another authority":
            trusted = Authority(tmp_path / "other").file
        case "another machine":
            host = "127.0.0.1"
        case "too late":
            encrypted.change_to(*authority.certify(HOST, days=-1))
        case "no authority":
            trusted = tmp_path / "none.crt"
    settings = Settings(data=tmp_path, database_url=encrypted.url_with(trusted, host))
    with pytest.raises(Failure) as told, opened(settings):
        pass
    assert REFUSED[case].format(tmp_path) in str(told.value)
