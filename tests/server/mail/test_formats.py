from decimal import Decimal

import pytest

from schema.language import Language
from server.mail import formats

NB = "\u00a0"


@pytest.mark.parametrize(
    ("amount", "currency", "french", "english"),
    [
        ("41.5", "CAD", f"41,50{NB}$", "$41.50"),
        ("1234567.00", "CAD", f"1{NB}234{NB}567,00{NB}$", "$1,234,567.00"),
        ("0.0725", "CAD", f"0,0725{NB}$", "$0.0725"),
        ("5", "USD", f"5,00{NB}$ US", "US$5.00"),
        ("5", "JPY", f"5,00{NB}JPY", f"JPY{NB}5.00"),
    ],
)
def test_money_reads_as_in_each_language(amount: str, currency: str, french: str, english: str) -> None:
    assert formats.money(Decimal(amount), currency, "fr") == french
    assert formats.money(Decimal(amount), currency, "en") == english


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        ("2026-12-12", "12 décembre 2026", "December 12, 2026"),
        ("2027-02-01", "1er février 2027", "February 1, 2027"),
    ],
)
def test_a_date_is_written_out(day: str, french: str, english: str) -> None:
    assert (formats.day(day, "fr"), formats.day(day, "en")) == (french, english)


@pytest.mark.parametrize(
    ("value", "unit", "french", "english"),
    [
        ("1200", "each", f"1{NB}200", "1,200"),
        ("12.5", "kg", f"12,5{NB}kg", f"12.5{NB}kg"),
        ("1.5", "box", f"1,5{NB}boîte", f"1.5{NB}boxes"),
        ("1", "pair", f"1{NB}paire", f"1{NB}pair"),
        ("2", "pair", f"2{NB}paires", f"2{NB}pairs"),
        ("3", None, "3", "3"),
    ],
)
def test_a_quantity_has_its_unit(value: str, unit: str | None, french: str, english: str) -> None:
    assert formats.quantity(Decimal(value), unit, "fr") == french
    assert formats.quantity(Decimal(value), unit, "en") == english


@pytest.mark.parametrize(
    ("text", "unit", "language", "written"),
    [
        ("69/2", "in", "fr", f"34 1/2{NB}po"),
        ("1/2", "in", "en", f"1/2{NB}in"),
        ("34", "in", "fr", f"34{NB}po"),
        ("876 mm", "in", "fr", f"876{NB}mm"),
        ("175/2", "cm", "fr", f"87,5{NB}cm"),
        ("69/2", None, "en", "34 1/2"),
        ("wide", "in", "en", "wide"),
    ],
)
def test_a_measure_keeps_its_fraction_of_an_inch(
    text: str, unit: str | None, language: Language, written: str
) -> None:
    assert formats.dimension(text, unit, language) == written


def test_a_flag_and_a_share_are_words() -> None:
    assert [formats.flag(value, "fr") for value in (True, "true", False, "false")] == [
        "oui",
        "oui",
        "non",
        "non",
    ]
    assert [formats.flag(value, "en") for value in (True, "false")] == ["yes", "no"]
    assert (formats.percent(Decimal("2.5"), "fr"), formats.percent(Decimal("2.5"), "en")) == (
        f"2,5{NB}%",
        "2.5%",
    )


def test_a_text_on_one_line_hides_nothing() -> None:
    assert formats.one_line("  Atelier\r\nBcc: x\u2028y\x00z ") == "Atelier Bcc: x y z"
    assert formats.one_line("moc.\u202elavir") == "moc. lavir"
    assert formats.one_line("Porte d’érable") == "Porte d’érable"


def test_an_address_is_one_line() -> None:
    place = {
        "id": "x",
        "label": "Atelier",
        "street": "120, rue du Port",
        "city": "Québec",
        "region": "QC",
        "postal_code": "G1K 1A1",
        "country": "CA",
        "kind": "delivery",
    }
    assert formats.address(place, "fr") == "Atelier, 120, rue du Port, Québec (QC) G1K 1A1"
    assert formats.address(place, "en") == "Atelier, 120, rue du Port, Québec QC G1K 1A1"
    assert (
        formats.address({**place, "country": "US"}, "en")
        == "Atelier, 120, rue du Port, Québec QC G1K 1A1, US"
    )
    assert formats.address({}, "fr") == "—"
