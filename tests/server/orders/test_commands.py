"""Commands decide what becomes of an order: each on orders in the states in which it matters."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schema.order import Content, Role, Side
from schema.policy import Command
from schema.status import state_of, status_for, turn_of
from schema.terms import digest_of
from server.gate.author import Author
from server.orders.commands import REASON_LIMIT, Decision, Declined, Given, decide

AT = datetime(2026, 11, 23, 14, 2, 11, tzinfo=UTC)
ANNA = Author("u-anna", "Anna", "client", "client")
SOPHIE = Author("u-sophie", "Sophie", "supplier", "supplier")
ERP = Author("t-erp", "ERP", "supplier", "bot")
SERVER = Author("", "", "supplier", "server", "valid_until")
PAUL = Author("u-paul", "Paul", "client", "viewer")
DOOR = {
    "code": "P-100",
    "name_fr": "Porte",
    "name_en": "Door",
    "unit": "each",
    "tax_class": "standard",
    "sizing": "dimensions",
    "dimensions": [{"key": "width"}],
    "characteristics": [{"key": "wood", "kind": "choice", "required": True, "options": [{"key": "oak"}]}],
}


def draft(**cells: Any) -> Content:
    """An order that Anna has prepared, complete."""
    content = Content(
        client={
            "lines/a/product": "p",
            "lines/a/quantity": "12",
            "lines/a/dimensions/width": "34 1/2",
            "lines/a/characteristics/wood": "oak",
        },
        supplier={"lines/a/unit_price": "41.50"},
        record={
            "made_by": "client",
            "made_at": "2026-11-01T12:00:00Z",
            "currency": "CAD",
            "parties/client": {"id": "c", "name": "Laurier"},
            "parties/supplier": {"id": "s", "name": "Boréale"},
            "products/a": DOOR,
        },
    )
    content.client.update(cells)
    return content


def given(command: Command, author: Author, content: Content, **more: Any) -> Given:
    facts: dict[str, Any] = {"at": AT, "digest": digest_of(content), "number": "2026-0001"} | more
    return Given(command, author, **facts)


def obey(content: Content, command: Command, author: Author, **more: Any) -> str:
    """Carry a command out on the content; what happened."""
    decision = decide(content, given(command, author, content, **more))
    assert isinstance(decision, Decision), decision
    for (root, key), value in decision.cells.items():
        if value is None:
            content.root(root).pop(key or "", None)
        else:
            content.root(root)[key or ""] = value
    return decision.event


def refused(content: Content, command: Command, author: Author, **more: Any) -> Declined:
    decision = decide(content, given(command, author, content, **more))
    assert isinstance(decision, Declined), decision
    return decision


def sent() -> Content:
    content = draft()
    assert obey(content, "send", ANNA) == "sent"
    return content


def agreed() -> Content:
    content = sent()
    assert obey(content, "accept", SOPHIE) == "accepted"
    return content


def test_a_sent_order_that_the_supplier_accepts_untouched_is_green_on_one_click() -> None:
    content = sent()
    assert (status_for(content, "client"), turn_of(content)) == ("waiting", "supplier")
    obey(content, "accept", SOPHIE)
    assert status_for(content, "client") == status_for(content, "supplier") == "agreed"
    assert content.record["agreed"]["revision"] == "1"


def test_the_first_sending_gives_the_number_and_keeps_it() -> None:
    content = sent()
    obey(content, "accept", SOPHIE, number="2026-0002")
    assert content.record["number"] == "2026-0001"


def test_a_changed_order_is_red_for_the_client_until_he_signs() -> None:
    content = sent()
    content.supplier["lines/a/quantity"] = "8"
    assert status_for(content, "client") == "changed"
    assert obey(content, "send", SOPHIE) == "changed"
    assert (status_for(content, "client"), turn_of(content)) == ("changed", "client")
    assert obey(content, "accept", ANNA) == "accepted"


def test_the_client_s_answer_to_what_the_supplier_sent_first_is_a_change() -> None:
    content = draft()
    assert obey(content, "send", SOPHIE) == "sent"
    content.client["lines/a/quantity"] = "10"
    assert obey(content, "send", ANNA) == "changed"


def test_who_signs_what_the_other_wrote_and_has_not_sent_approves_it() -> None:
    content = sent()
    content.supplier["lines/a/quantity"] = "8"
    assert obey(content, "send", ANNA) == "approved"
    assert (status_for(content, "client"), turn_of(content)) == ("waiting", "supplier")
    assert obey(content, "accept", SOPHIE) == "accepted"


def test_who_signs_the_other_s_writing_with_his_own_sends() -> None:
    content = sent()
    content.supplier["lines/a/quantity"] = "8"
    content.client["lines/a/requested_date"] = "2027-01-15"
    assert obey(content, "send", ANNA) == "changed"


def test_signing_terms_that_no_longer_stand_is_refused() -> None:
    content = sent()
    seen = digest_of(content)
    content.supplier["lines/a/unit_price"] = "45"
    assert refused(content, "accept", SOPHIE, digest=seen).refusal.code == "stale_digest"
    assert refused(content, "accept", SOPHIE, digest=None).refusal.code == "stale_digest"


@pytest.mark.parametrize(
    ("cell", "missing"),
    [
        ("lines/a/quantity", "client/lines/a/quantity"),
        ("lines/a/dimensions/width", "client/lines/a/dimensions/width"),
        ("lines/a/characteristics/wood", "client/lines/a/characteristics/wood"),
    ],
)
def test_what_is_missing_is_named_before_one_can_sign(cell: str, missing: str) -> None:
    content = draft()
    del content.client[cell]
    declined = refused(content, "send", ANNA)
    assert (declined.refusal.code, declined.cells) == ("incomplete", [missing])


def test_an_empty_text_chooses_nothing() -> None:
    content = draft(**{"lines/a/characteristics/wood": ""})
    assert refused(content, "send", ANNA).cells == ["client/lines/a/characteristics/wood"]


def test_what_need_not_be_chosen_may_be_left_out() -> None:
    content = draft()
    content.record["products/a"] = DOOR | {"characteristics": [{"key": "engraving", "kind": "text"}]}
    assert obey(content, "send", ANNA) == "sent"


def test_a_line_with_sizes_has_its_quantity_by_size() -> None:
    content = draft()
    content.client["lines/a/quantity/M"] = content.client.pop("lines/a/quantity")
    content.record["products/a"] = DOOR | {"sizing": "scale", "points": ["M"]}
    assert obey(content, "send", ANNA) == "sent"


def test_a_price_that_is_missing_is_named() -> None:
    content = draft()
    del content.supplier["lines/a/unit_price"]
    assert refused(content, "send", ANNA).cells == ["supplier/lines/a/unit_price"]


def test_a_withdrawn_line_needs_nothing() -> None:
    content = draft(**{"lines/a/withdrawn": True})
    del content.client["lines/a/quantity"]
    assert obey(content, "send", ANNA) == "sent"


def test_an_order_without_lines_cannot_be_sent() -> None:
    content = draft()
    content.client.clear()
    assert refused(content, "send", ANNA).refusal.code == "no_lines"


def test_one_cannot_accept_what_the_other_has_not_signed() -> None:
    content = sent()
    content.supplier["lines/a/quantity"] = "8"
    assert refused(content, "accept", ANNA).refusal.code == "nothing_to_accept"


def test_nobody_signs_an_offer_that_is_over_everywhere() -> None:
    """The server would end the order at once, for ever, over what is mostly a slip of the year."""
    content = draft()
    content.supplier["valid_until"] = "2026-11-22"
    assert refused(content, "send", SOPHIE).refusal.code == "offer_over"
    assert refused(content, "send", SOPHIE).cells == ["supplier/valid_until"]
    content.supplier["valid_until"] = "2026-11-23"
    obey(content, "send", SOPHIE)
    later = AT + timedelta(days=1)
    assert refused(content, "accept", ANNA, at=later).refusal.code == "offer_over"
    assert obey(content, "accept", ANNA, at=later - timedelta(hours=3)) == "accepted"


def test_a_client_sends_his_own_whatever_the_supplier_has_not_offered_him_yet() -> None:
    content = sent()
    content.supplier["valid_until"] = "2025-11-30"
    content.client["lines/a/quantity"] = "10"
    assert obey(content, "send", ANNA) == "changed"
    assert refused(content, "accept", SOPHIE).refusal.code == "offer_over"
    content.supplier["valid_until"] = "2026-11-30"
    assert obey(content, "send", SOPHIE) == "changed"


def test_what_was_agreed_is_amended_however_long_ago_it_was_offered() -> None:
    content = draft()
    content.supplier["valid_until"] = "2026-11-30"
    obey(content, "send", SOPHIE)
    obey(content, "accept", ANNA)
    later = AT + timedelta(days=60)
    obey(content, "amend", SOPHIE, at=later)
    content.supplier["lines/a/unit_price"] = "40"
    obey(content, "send", SOPHIE, at=later)
    assert obey(content, "accept", ANNA, at=later) == "accepted"


def test_one_cannot_sign_the_same_terms_twice() -> None:
    assert refused(sent(), "send", ANNA).refusal.code == "already_signed"


def test_signatures_are_numbered_through_both_companies() -> None:
    """By their numbers it is told which company signed longer ago (`schema.status`)."""
    content = sent()
    content.supplier["lines/a/quantity"] = "8"
    obey(content, "send", SOPHIE)
    assert [content.record[f"signatures/{side}"]["count"] for side in ("client", "supplier")] == [1, 2]
    obey(content, "accept", ANNA)
    assert content.record["signatures/client"]["count"] == 3


def test_a_viewer_gives_no_command() -> None:
    assert refused(sent(), "accept", PAUL).refusal.code == "read_only_member"


@pytest.mark.parametrize(
    ("make", "command", "code"),
    [
        (sent, "accept", "people_only"),
        (sent, "send", "people_only"),  # the client has signed these very terms: it would be to agree
        (sent, "decline", "people_only"),
        (agreed, "amend", "people_only"),
        (agreed, "deliver", "people_only"),
        (sent, "deliver", "not_allowed_now"),
    ],
)
def test_a_program_is_told_what_only_people_may_do(make: Any, command: Command, code: str) -> None:
    assert refused(make(), command, ERP, reason="parce que").refusal.code == code


def test_a_program_may_send_what_it_proposes() -> None:
    content = sent()
    content.supplier["lines/a/quantity"] = "8"
    assert obey(content, "send", ERP) == "changed"


@pytest.mark.parametrize(
    ("make", "command", "author"),
    [
        (draft, "accept", ANNA),
        (draft, "decline", ANNA),
        (draft, "amend", ANNA),
        (sent, "amend", SOPHIE),
        (agreed, "send", ANNA),
        (agreed, "decline", SOPHIE),
        (sent, "deliver", SOPHIE),
        (agreed, "deliver", ANNA),
    ],
)
def test_commands_out_of_their_state_are_refused(make: Any, command: Command, author: Author) -> None:
    assert refused(make(), command, author, reason="parce que").refusal.code == "not_allowed_now"


@pytest.mark.parametrize("reason", [None, "  "])
@pytest.mark.parametrize(("make", "command"), [(sent, "decline"), (sent, "cancel"), (agreed, "cancel")])
def test_whoever_ends_what_the_other_knows_of_says_why(
    make: Any, command: Command, reason: str | None
) -> None:
    assert refused(make(), command, SOPHIE, reason=reason).refusal.code == "reason_required"


def test_a_reason_is_bounded() -> None:
    assert refused(sent(), "decline", SOPHIE, reason="x" * (REASON_LIMIT + 1)).refusal.code == "too_long"
    assert obey(sent(), "decline", SOPHIE, reason="x" * REASON_LIMIT) == "declined"


def test_declining_closes_the_order_and_says_why() -> None:
    content = sent()
    assert obey(content, "decline", SOPHIE, reason="Modèle abandonné") == "declined"
    closing = content.record["closing"]
    assert (state_of(content), closing["kind"], closing["reason"]) == (
        "closed",
        "declined",
        "Modèle abandonné",
    )


def test_an_amendment_keeps_the_agreed_revision_until_both_sign_again() -> None:
    content = agreed()
    assert obey(content, "amend", ANNA) == "amending"
    assert (status_for(content, "client"), turn_of(content)) == ("amending", "client")
    content.client["lines/a/quantity"] = "20"
    assert content.record["agreed"]["revision"] == "1"
    assert obey(content, "send", ANNA) == "changed"
    assert turn_of(content) == "supplier"
    assert obey(content, "accept", SOPHIE) == "accepted"
    assert (status_for(content, "supplier"), content.record["agreed"]["revision"]) == ("agreed", "2")


def test_an_amendment_that_changed_nothing_ends_with_one_signature() -> None:
    content = agreed()
    obey(content, "amend", SOPHIE)
    assert obey(content, "accept", ANNA) == "accepted"
    assert (status_for(content, "client"), content.record["agreed"]["revision"]) == ("agreed", "1")


def test_refusing_an_amendment_brings_the_agreed_revision_back() -> None:
    content = agreed()
    before = digest_of(content)
    obey(content, "amend", ANNA)
    content.client["lines/a/quantity"] = "20"
    content.client["lines/a/withdrawn"] = True
    content.client["lines/b/product"] = "p"
    content.record["products/b"] = DOOR
    content.supplier["lines/b/unit_price"] = "41.50"
    content.client["partial_delivery"] = True
    assert digest_of(content) != before
    assert obey(content, "decline", SOPHIE, reason="Trop tard") == "amendment_refused"
    assert digest_of(content) == before
    assert status_for(content, "client") == status_for(content, "supplier") == "agreed"
    assert "lines/b/unit_price" not in content.supplier


def test_refusing_an_amendment_leaves_nothing_of_a_line_that_it_brought() -> None:
    content = agreed()
    obey(content, "amend", ANNA)
    content.client |= {"lines/b/product": "p", "lines/b/position": "V", "lines/b/job_reference": "Chantier 7"}
    content.supplier["lines/b/substitute"] = "x"
    content.record |= {"products/b": DOOR, "substitutes/b": DOOR}
    obey(content, "decline", SOPHIE, reason="Trop tard")
    left = [key for root in ("client", "supplier", "record") for key in content.root(root) if "/b" in key]
    assert left == []


def test_refusing_an_amendment_raises_and_lowers_flags_as_they_were() -> None:
    content = draft(partial_delivery=True)
    obey(content, "send", ANNA)
    obey(content, "accept", SOPHIE)
    obey(content, "amend", ANNA)
    content.client |= {"partial_delivery": False, "lines/a/withdrawn": True}
    obey(content, "decline", SOPHIE, reason="Non")
    assert content.client["partial_delivery"] is True
    assert "lines/a/withdrawn" not in content.client


@pytest.mark.parametrize("opener", [ANNA, SOPHIE])
def test_who_opened_an_amendment_gives_it_up(opener: Author) -> None:
    content = agreed()
    before = digest_of(content)
    obey(content, "amend", opener)
    content.client["lines/a/quantity"] = "20"
    assert obey(content, "decline", opener, reason="Une erreur de notre part") == "amendment_given_up"
    assert (digest_of(content), state_of(content)) == (before, "agreed")


@pytest.mark.parametrize("after", [None, {"code": "Z", "name_fr": "Autre", "tax_class": "exempt"}])
def test_refusing_an_amendment_brings_back_what_was_offered_instead(after: dict[str, Any] | None) -> None:
    """G5: the digest covers the substitute's facts, which only the server writes."""
    content = sent()
    content.supplier["lines/a/substitute"] = "x"
    content.record["substitutes/a"] = {"code": "X", "name_fr": "Pin", "tax_class": "standard"}
    obey(content, "send", SOPHIE)
    obey(content, "accept", ANNA)
    before = digest_of(content)
    obey(content, "amend", SOPHIE)
    if after is None:
        del content.supplier["lines/a/substitute"], content.record["substitutes/a"]
    else:
        content.supplier["lines/a/substitute"] = "z"
        content.record["substitutes/a"] = after
    obey(content, "decline", ANNA, reason="Non")
    assert content.supplier["lines/a/substitute"] == "x"
    assert digest_of(content) == before == content.record["agreed"]["digest"]


def test_refusing_an_amendment_brings_back_what_people_wrote_as_they_wrote_it() -> None:
    content = agreed()
    obey(content, "amend", ANNA)
    content.client["lines/a/dimensions/width"] = "35"
    content.supplier["lines/a/unit_price"] = "13"
    obey(content, "decline", SOPHIE, reason="Non")
    assert content.client["lines/a/dimensions/width"] == "34 1/2"
    assert content.supplier["lines/a/unit_price"] == "41.50"


def test_a_revision_keeps_just_those_spellings_that_its_terms_have_not() -> None:
    content = draft(reference="12.50", requested_date="2027-01-15")
    content.supplier["payment_terms"] = ""
    obey(content, "send", ANNA)
    obey(content, "accept", SOPHIE)
    spellings = {"client/lines/a/dimensions/width": "34 1/2", "supplier/lines/a/unit_price": "41.50"}
    assert content.record["agreed"]["spellings"] == spellings


def test_before_agreement_either_company_cancels_alone() -> None:
    for author in (ANNA, SOPHIE):
        content = sent()
        assert obey(content, "cancel", author, reason="Projet annulé") == "cancelled"
        assert state_of(content) == "closed"


def test_an_agreed_order_is_cancelled_when_both_have_asked() -> None:
    content = agreed()
    assert obey(content, "cancel", ANNA, reason="Projet annulé") == "cancel_asked"
    assert status_for(content, "supplier") == "agreed"
    assert refused(content, "cancel", ANNA, reason="encore").refusal.code == "not_allowed_now"
    assert obey(content, "cancel", SOPHIE, reason="D’accord") == "cancelled"


def test_a_cancellation_that_is_refused_leaves_the_order_agreed() -> None:
    content = agreed()
    obey(content, "cancel", ANNA, reason="Projet annulé")
    assert obey(content, "decline", SOPHIE, reason="Déjà coupé") == "cancel_refused"
    assert not [key for key in content.record if key.startswith("cancelling")]
    assert state_of(content) == "agreed"


@pytest.mark.parametrize(("asker", "other"), [(ANNA, SOPHIE), (SOPHIE, ANNA)])
def test_a_cancellation_that_was_asked_waits_for_its_answer_through_an_amendment_of_nothing(
    asker: Author, other: Author
) -> None:
    content = agreed()
    obey(content, "cancel", asker, reason="Projet annulé")
    obey(content, "amend", other)
    assert obey(content, "send", other) == "accepted"
    assert f"cancelling/{asker.side}" in content.record
    obey(content, "amend", SOPHIE)
    content.client["lines/a/quantity"] = "20"
    obey(content, "send", ANNA)
    assert obey(content, "accept", SOPHIE) == "accepted"
    assert f"cancelling/{asker.side}" not in content.record


def test_an_order_that_ends_is_no_longer_being_amended() -> None:
    content = agreed()
    obey(content, "cancel", ANNA, reason="Projet annulé")
    obey(content, "amend", SOPHIE)
    assert obey(content, "cancel", SOPHIE, reason="D’accord") == "cancelled"
    assert "amending" not in content.record


def test_the_supplier_closes_what_was_delivered() -> None:
    content = agreed()
    assert obey(content, "deliver", SOPHIE) == "delivered"
    assert content.record["closing"]["kind"] == "delivered"


def test_the_server_ends_an_offer_whose_time_is_over() -> None:
    content = sent()
    assert obey(content, "expire", SERVER) == "expired"
    assert content.record["closing"]["kind"] == "expired"


@pytest.mark.parametrize("role", ["client", "supplier"])
def test_a_draft_is_cancelled_without_a_word(role: Role) -> None:
    side: Side = "client" if role == "client" else "supplier"
    assert obey(draft(), "cancel", Author("u", "U", side, role)) == "cancelled"
