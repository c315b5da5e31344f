"""Status and turn have an answer for every order."""

from typing import get_args

from hypothesis import given

from schema.cells import REGISTERS
from schema.order import Content, State
from schema.status import Status, opener_of, state_of, status_for, turn_of
from schema.terms import digest_of
from tests.schema.contents import CONTENTS


@given(CONTENTS)
def test_every_order_has_a_state_a_status_and_a_turn(content: Content) -> None:
    assert state_of(content) in get_args(State)
    assert turn_of(content) in ("client", "supplier", None)
    for reader in ("client", "supplier"):
        assert status_for(content, reader) in get_args(Status)


@given(CONTENTS)
def test_a_digest_that_is_known_already_changes_no_answer(content: Content) -> None:
    digest = digest_of(content)
    assert turn_of(content, digest) == turn_of(content)
    assert status_for(content, "client", digest) == status_for(content, "client")


@given(CONTENTS)
def test_a_company_that_has_signed_what_stands_never_owes_the_next_move(content: Content) -> None:
    """But for who opened an amendment in which nothing has changed yet: there both have."""
    if state_of(content) != "draft":
        turn, digest = turn_of(content), digest_of(content)
        signed = [
            side for side in REGISTERS if content.record.get(f"signatures/{side}", {}).get("digest") == digest
        ]
        if state_of(content) == "amending" and len(signed) == 2:
            assert turn == opener_of(content)
        else:
            assert turn not in signed


@given(CONTENTS)
def test_an_open_order_is_somebodys_move_unless_both_signed_what_stands(content: Content) -> None:
    digest = digest_of(content)
    signatures = [content.record.get(f"signatures/{side}") for side in ("client", "supplier")]
    both = all(signature and signature["digest"] == digest for signature in signatures)
    if state_of(content) == "open":
        assert (turn_of(content) is None) == both
