import io
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlmodel import select

from persistence.person import person_by_email
from persistence.session import UserSession, start_session
from server.app import create_app
from server.cli import main
from server.settings import Settings
from tests.server.filled import MONDAY, filled_demo, reading, running, writing

pytestmark = [pytest.mark.sqlite, pytest.mark.usefixtures("own_settings")]

FIRST = [
    "--company",
    "Ébénisterie Boréale",
    "--email",
    "Sophie@Boreale.example",
    "--name",
    "Sophie",
    "--role",
    "manager",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return filled_demo(tmp_path / "demo")


@pytest.mark.anyio
async def test_the_first_manager_of_a_new_company_enters_by_the_link_that_is_printed(
    tmp_path: Path, anyio_backend: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["user", "add", *FIRST, "--supplies", "--data", str(tmp_path)]) == 0
    token = capsys.readouterr().out.rpartition("/enter/")[2].partition("?")[0]
    app = create_app(Settings(data=tmp_path), clock=lambda: datetime.now(UTC))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as browser,
    ):
        me = (await browser.post("/api/links/enter", json={"token": token})).json()
        again = await browser.post("/api/links/enter", json={"token": token})
    assert (me["user"]["name"], me["company"]["name"], me["role"]) == (
        "Sophie",
        "Ébénisterie Boréale",
        "manager",
    )
    assert me["company"]["supplies"]
    assert again.status_code >= 400


def test_a_new_company_must_sell_or_buy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["user", "add", *FIRST, "--data", str(tmp_path)]) == 1
    assert "--supplies, --buys or both" in capsys.readouterr().err


def test_an_address_is_one_person(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["user", "add", *FIRST, "--data", str(folder)]) == 1
    assert "is already a user" in capsys.readouterr().err


def test_a_colleague_joins_the_company_of_that_name_whatever_its_accents(folder: Path) -> None:
    words = [
        "user",
        "add",
        "--company",
        "ebenisterie boreale",
        "--email",
        "rose@boreale.example",
        "--name",
        "Rose",
    ]
    assert main([*words, "--data", str(folder)]) == 0
    with reading(folder) as session:
        rose, sophie = (person_by_email(session, f"{one}@boreale.example") for one in ("rose", "sophie"))
    assert rose is not None
    assert sophie is not None
    assert rose.company_id == sophie.company_id


@pytest.mark.anyio
async def test_whoever_is_disabled_is_signed_out_and_may_come_back(
    folder: Path, anyio_backend: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running(folder) as site:
        luc = await site.signed_in("luc@boreale.example")
        assert main(["user", "disable", "luc@boreale.example", "--data", str(folder)]) == 0
        assert (await luc.get("/api/me")).status_code == 401
        wrong = await luc.post("/api/login", json={"email": "luc@boreale.example", "password": "demo"})
        assert wrong.status_code == 401
        assert main(["user", "link", "luc@boreale.example", "--data", str(folder)]) == 1
        assert main(["user", "enable", "luc@boreale.example", "--data", str(folder)]) == 0
        assert await site.signed_in("luc@boreale.example")
    main(["user", "list", "--data", str(folder)])
    assert "luc@boreale.example" in capsys.readouterr().out


def test_a_link_is_for_someone_who_is_known(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["user", "link", "anna@laurier.example", "--data", str(folder)]) == 0
    assert "/enter/" in capsys.readouterr().out
    assert main(["user", "link", "nobody@laurier.example", "--data", str(folder)]) == 1
    assert "There is no user" in capsys.readouterr().err


def test_a_new_password_ends_every_session(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing(folder) as session:
        anna = person_by_email(session, "anna@laurier.example")
        assert anna is not None
        start_session(session, anna.id, MONDAY)
    monkeypatch.setattr("sys.stdin", io.StringIO("another password\n"))
    assert main(["user", "password", "anna@laurier.example", "--data", str(folder)]) == 0
    with reading(folder) as session:
        assert session.exec(select(UserSession).where(UserSession.person_id == anna.id)).all() == []
