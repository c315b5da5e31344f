from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from persistence.outbox import Message
from schema.language import Language
from schema.order import lines_of
from server.mail import OrderMailKind, Reader
from tests.server.mail.sheet import (
    ANNA,
    FROM_LAURIER,
    LINK,
    ORDER_ID,
    SOPHIE,
    compose_order_mail,
    facts,
    out_of_stock,
    sent,
    sheet,
    sign,
)

SNAPSHOTS = Path(__file__).parent / "snapshots"
LANGUAGES: tuple[Language, ...] = ("fr", "en")


def received_from_client(language: Language) -> Message:
    content, _ = sent()
    reader = replace(SOPHIE, language=language)
    return compose_order_mail("received", reader, content=content, **facts(**FROM_LAURIER))


def received_from_supplier(language: Language) -> Message:
    content, _ = sent("supplier")
    reader = replace(ANNA, language=language, has_password=False)
    return compose_order_mail("received", reader, content=content, **facts())


def changed_and_sent(language: Language) -> Message:
    content, before = sent()
    out_of_stock(content)
    sign(content, "supplier")
    return compose_order_mail(
        "changed",
        replace(ANNA, language=language),
        content=content,
        **facts(before=before, reason="Le chêne manque\njusqu’en janvier."),
    )


def approved(language: Language) -> Message:
    """Sophie has lowered a quantity and not sent it; Anna signs that."""
    content, before = sent()
    out_of_stock(content)
    sign(content, "client")
    reader = replace(SOPHIE, language=language)
    return compose_order_mail("approved", reader, content=content, **facts(before=before, **FROM_LAURIER))


def proposed(language: Language) -> Message:
    content, before = sent()
    out_of_stock(content)
    reader = replace(SOPHIE, language=language)
    more = facts(before=before, reader_side="supplier", actor_name="Stock")
    return compose_order_mail("proposed", reader, content=content, **more)


def reminder(language: Language) -> Message:
    content, _ = sent()
    reader = replace(SOPHIE, language=language)
    return compose_order_mail("reminder", reader, content=content, **facts(**FROM_LAURIER))


def accepted(language: Language) -> Message:
    content, _ = sent()
    terms = sign(content, "supplier")
    content.record["agreed"] = {"revision": 1, "digest": "", "terms": terms, "at": "2026-11-23T16:00:00Z"}
    return compose_order_mail("accepted", replace(ANNA, language=language), content=content, **facts())


def closed(kind: OrderMailKind, language: Language) -> Message:
    content, _ = sent()
    content.record["closing"] = {"kind": kind, "side": "supplier", "reason": "Atelier fermé en janvier."}
    more = facts(reason="Atelier fermé en janvier.")
    return compose_order_mail(kind, replace(ANNA, language=language), content=content, **more)


def declined(language: Language) -> Message:
    return closed("declined", language)


def cancelled(language: Language) -> Message:
    return closed("cancelled", language)


def after_agreement(kind: OrderMailKind, language: Language) -> Message:
    content, _ = sent()
    terms = sign(content, "supplier")
    content.record["agreed"] = {"revision": 1, "digest": "", "terms": terms, "at": "2026-11-23T16:00:00Z"}
    if kind == "amendment_opened":
        content.record["amending"] = {"user": "s", "name": "Sophie", "side": "supplier", "at": ""}
    more = facts(reason=None if kind == "amendment_opened" else "Chantier reporté.")
    return compose_order_mail(kind, replace(ANNA, language=language), content=content, **more)


def cancellation_asked(language: Language) -> Message:
    return after_agreement("cancellation_asked", language)


def amendment_opened(language: Language) -> Message:
    return after_agreement("amendment_opened", language)


def cancellation_declined(language: Language) -> Message:
    return after_agreement("cancellation_declined", language)


def amendment_declined(language: Language) -> Message:
    return after_agreement("amendment_declined", language)


def amendment_given_up(language: Language) -> Message:
    return after_agreement("amendment_given_up", language)


COMPOSED = {
    act.__name__: act
    for act in (
        received_from_client,
        received_from_supplier,
        changed_and_sent,
        approved,
        proposed,
        reminder,
        accepted,
        declined,
        cancelled,
        cancellation_asked,
        cancellation_declined,
        amendment_opened,
        amendment_declined,
        amendment_given_up,
    )
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", COMPOSED)
def test_each_mail_reads_as_it_was_approved(name: str, language: Language) -> None:
    message = COMPOSED[name](language)
    approved = (SNAPSHOTS / f"{name}.{language}.txt").read_text(encoding="utf-8")
    assert f"{message.subject}\n\n{message.text}" == approved


def test_every_approved_mail_is_still_sent() -> None:
    orders = {f"{name}.{language}" for name in COMPOSED for language in LANGUAGES}
    assert {path.stem for path in SNAPSHOTS.glob("*.txt")} == orders


def test_every_kind_of_order_mail_is_approved() -> None:
    assert {compose("fr").kind for compose in COMPOSED.values()} == set(get_args(OrderMailKind))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", COMPOSED)
def test_each_mail_has_one_link_in_each_part(name: str, language: Language) -> None:
    message = COMPOSED[name](language)
    assert (message.text.count("https://"), message.text.count(LINK)) == (1, 1)
    assert (message.html.count("href="), message.html.count(LINK)) == (1, 1)


def test_a_mail_knows_its_order_and_whom_it_is_for() -> None:
    content, _ = sent()
    more = facts(company_id="b" * 32, deduplication_key="k")
    message = compose_order_mail("accepted", ANNA, content=content, **more)
    assert (message.to, message.kind, message.order_id) == (ANNA.email, "accepted", ORDER_ID)
    assert (message.company_id, message.deduplication_key, message.language) == ("b" * 32, "k", "fr")


def test_the_first_mail_tells_where_the_order_goes_when_and_how_it_is_paid() -> None:
    """Who receives it decides by these as much as by the prices."""
    content, _ = sent("supplier")
    place = {"street": "12, rue des Érables", "city": "Québec", "region": "QC", "postal_code": "G1R 2S3"}
    line = next(iter(lines_of(content)))
    content.client |= {"delivery_address": place, "reference": "PO-77"}
    content.client[f"lines/{line}/requested_date"] = "2026-12-03"
    content.supplier |= {"payment_terms": "Net 30 jours", "promised_date": "2026-12-15"}
    content.supplier[f"lines/{line}/promised_date"] = "2026-12-18"
    text = compose_order_mail("received", ANNA, content=content, **facts()).text
    whole, first = text.split("Toute la commande\n")[1].split("\n\n")[:2]
    for told in ("12, rue des Érables", "PO-77", "15 décembre 2026", "Paiement\xa0: Net 30 jours"):
        assert told in whole
    assert "Livraison souhaitée\xa0: 3 décembre 2026" in first
    assert "Livraison promise\xa0: 18 décembre 2026" in first


def many_lines(count: int) -> Any:
    content = sheet()
    for n in range(count):
        content.client |= {f"lines/l{n:02}/product": "door", f"lines/l{n:02}/quantity": "1"}
    return content


@pytest.mark.parametrize(
    ("changes", "ending"),
    [(40, None), (41, "et 1 autre changement\n"), (52, "et 12 autres changements\n")],
)
def test_at_most_forty_changes_are_listed(changes: int, ending: str | None) -> None:
    content = many_lines(changes)
    before = sign(content, "client")
    for n in range(changes):
        content.supplier[f"lines/l{n:02}/quantity"] = "2"
    sign(content, "supplier")
    text = compose_order_mail("changed", ANNA, content=content, **facts(before=before)).text
    assert text.count("1 → 2") == min(changes, 40)
    assert ("autre" in text) == (ending is not None)
    assert ending is None or ending in text


def test_amounts_before_leave_out_what_was_withdrawn_then() -> None:
    content, _ = sent()
    content.client["lines/apron/withdrawn"] = True
    before = sign(content, "client")
    content.client["lines/apron/withdrawn"] = False
    sign(content, "supplier")
    text = compose_order_mail("changed", ANNA, content=content, **facts(before=before)).text
    assert "Sous-total : 498,00 $ → 593,00 $" in text.replace("\u00a0", " ")


def test_a_long_new_order_lists_its_first_forty_lines() -> None:
    content = many_lines(43)
    sign(content, "client")
    text = compose_order_mail("received", SOPHIE, content=content, **facts(**FROM_LAURIER)).text
    assert "et 5 autres lignes\n" in text


def test_a_line_tells_its_substitute_and_counts_it_in_its_own_unit() -> None:
    content, _ = sent("supplier")
    content.record["substitutes/door"] = {"code": "B-4", "name_fr": "Porte plane", "unit": "box"}
    content.supplier["lines/door/substitute"] = "boxed"
    text = compose_order_mail("changed", ANNA, content=content, **facts()).text.replace("\u00a0", " ")
    assert "Remplacement : B-4 · Porte plane\n" in text
    assert "Quantité : 12 boîtes\n" in text


def test_a_reader_who_has_signed_nothing_reads_the_lines() -> None:
    content, _ = sent("supplier")
    text = compose_order_mail("changed", ANNA, content=content, **facts()).text
    assert "Ce qui est commandé" in text
    assert "Ce qui a changé" not in text


def test_when_it_is_the_other_s_turn_the_mail_says_whose() -> None:
    content, before = sent()
    text = compose_order_mail("changed", ANNA, content=content, **facts(before=before)).text
    assert "C’est maintenant à Ébénisterie Boréale de répondre." in text
    assert "Voir la commande 2026-0147 :" in text.replace("\u00a0", " ")


HOSTILE = '<b>"O\'Brien" & fils\r\nBcc: eve@rival.example\nhttps://rival.example'


def test_names_and_reasons_can_neither_break_a_line_nor_add_a_link() -> None:
    content, _ = sent()
    reader = Reader(HOSTILE, ANNA.email, "fr")
    more = facts(actor_name=HOSTILE, actor_company=HOSTILE, reason=HOSTILE)
    message = compose_order_mail("declined", reader, content=content, **more)
    assert "\n" not in message.subject
    assert "\nBcc:" not in message.text
    assert (message.html.count("<b>"), message.html.count("<a ")) == (0, 1)
    assert "&lt;b&gt;&quot;O&#x27;Brien&quot; &amp; fils" in message.html


def test_a_very_long_name_or_reason_is_cut() -> None:
    content, _ = sent()
    more = facts(actor_company="x" * 5000, reason="y" * 5000)
    message = compose_order_mail("declined", ANNA, content=content, **more)
    assert len(message.subject) < 200
    assert "y" * 499 + "…" in message.text
