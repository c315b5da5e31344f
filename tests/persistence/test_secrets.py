from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from persistence.company import add_company
from persistence.database import Database
from persistence.link import LIFETIMES, add_link, find_link, use_link, void_links
from persistence.person import Person, add_person
from persistence.session import LIFETIME, end_sessions, find_session, start_session, touch_session
from persistence.token import add_token, find_token, revoke_token
from tests.databases import url_of

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    database = Database(url_of(tmp_path))
    database.migrate()
    with database.writing() as session:
        yield session
    database.close()


@pytest.fixture
def sophie(session: Session) -> Person:
    company = add_company(session, name="Ébénisterie Boréale")
    return add_person(session, company_id=company.id, email="Sophie@Boreale.example", role="manager")


def test_a_session_is_found_by_its_secret_until_it_expires_and_use_pushes_that_on(
    session: Session, sophie: Person
) -> None:
    row, secret = start_session(session, sophie.id, NOON)
    assert secret not in str(row.model_dump())
    assert sophie.last_seen == NOON
    found = find_session(session, secret, NOON + LIFETIME - timedelta(seconds=1))
    assert found is not None
    assert found.stale
    touch_session(session, found.session_id, NOON + LIFETIME - timedelta(seconds=1))
    assert find_session(session, secret, NOON + LIFETIME) is not None
    assert find_session(session, secret, NOON + 2 * LIFETIME) is None
    assert find_session(session, secret + "x", NOON) is None


def test_of_two_who_use_a_link_at_once_one_comes_in(
    session: Session, sophie: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have found it unused before either has used it."""
    link, secret = add_link(session, "entry", at=NOON, email=sophie.email, person_id=sophie.id)
    monkeypatch.setattr("persistence.link.find_link", lambda *_: link)
    assert [use_link(session, secret, ("entry",), NOON) for _ in range(2)] == [link, None]


def test_the_sessions_of_one_person_end_but_the_one_that_is_kept(session: Session, sophie: Person) -> None:
    kept, secret = start_session(session, sophie.id, NOON)
    lost, other = start_session(session, sophie.id, NOON)
    assert end_sessions(session, sophie.id, but=kept.id) == [lost.id]
    assert find_session(session, secret, NOON) is not None
    assert find_session(session, other, NOON) is None


def test_who_is_not_active_is_nobody(session: Session, sophie: Person) -> None:
    _, secret = start_session(session, sophie.id, NOON)
    _, token = add_token(
        session, company_id=sophie.company_id, person_id=sophie.id, name="ERP", scopes=["read"], at=NOON
    )
    assert find_token(session, token, NOON) is not None
    sophie.active = False
    session.add(sophie)
    assert find_session(session, secret, NOON) is None
    assert find_token(session, token, NOON) is None


@pytest.mark.parametrize("purpose", sorted(LIFETIMES))
def test_a_link_works_once_and_until_it_expires(session: Session, sophie: Person, purpose: str) -> None:
    _, secret = add_link(session, purpose, at=NOON, email=sophie.email, person_id=sophie.id)
    late = NOON + LIFETIMES[purpose]
    assert find_link(session, secret, [purpose], late) is None
    assert use_link(session, secret, ["another"], NOON) is None
    assert use_link(session, secret, [purpose], NOON) is not None
    assert use_link(session, secret, [purpose], NOON) is None


def test_a_newer_invitation_ends_the_older_ones_to_the_same_person_alone(
    session: Session, sophie: Person
) -> None:
    luc = add_person(session, company_id=sophie.company_id, email="luc@boreale.example")
    _, old = add_link(session, "join_team", at=NOON, email=sophie.email, person_id=sophie.id)
    _, other = add_link(session, "join_team", at=NOON, email=luc.email, person_id=luc.id)
    void_links(session, NOON, ("join_team",), person_id=sophie.id)
    assert find_link(session, old, ("join_team",), NOON) is None
    assert find_link(session, other, ("join_team",), NOON) is not None


def test_a_token_is_revoked_by_its_own_company_and_only_once(session: Session, sophie: Person) -> None:
    rival = add_company(session, name="Ébénisterie Rivale")
    row, secret = add_token(
        session, company_id=sophie.company_id, person_id=sophie.id, name="ERP", scopes=["read"], at=NOON
    )
    assert not revoke_token(session, rival.id, row.id, NOON)
    assert find_token(session, secret, NOON) is not None
    assert revoke_token(session, sophie.company_id, row.id, NOON)
    assert not revoke_token(session, sophie.company_id, row.id, NOON)
    assert find_token(session, secret, NOON) is None
