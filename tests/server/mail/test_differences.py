from typing import Any

import pytest

from schema.cells import FIELDS
from schema.language import Language
from schema.order import Content
from schema.terms import Terms
from server.mail.differences import difference_groups, limited
from server.mail.labels import LABELS
from server.mail.letter import Group, Row
from tests.server.mail.sheet import DOOR, sent, sheet, sign

DOOR_LINE = "A-100 · Porte shaker · 34 1/2\u00a0po · Chêne"

NB = "\u00a0"


def lines_told(before: Terms, content: Content, language: Language = "fr") -> dict[str, list[str]]:
    return {
        group.title: ([group.note] if group.note else [])
        + [
            f"{row.label}: {row.before} → {row.after}" if row.before else f"{row.label}: {row.after}"
            for row in group.rows
        ]
        for group in difference_groups(before, content, language)
    }


def test_nothing_changed_says_nothing() -> None:
    content, before = sent()
    assert difference_groups(before, content, "fr") == []


@pytest.mark.parametrize(
    ("root", "key", "value", "told"),
    [
        ("client", "lines/door/quantity", "10", "Quantité: 12 → 10"),
        ("supplier", "lines/door/quantity", "8", "Quantité: 12 → 8"),
        ("supplier", "lines/door/quantity", "12", "Quantité offerte: — → 12"),
        ("supplier", "lines/door/unit_price", "39", f"Prix unitaire: 41,50{NB}$ → 39,00{NB}$"),
        ("supplier", "lines/door/discount", "5", f"Remise: — → 5{NB}%"),
        ("supplier", "lines/door/promised_date", "2026-12-12", "Livraison promise: — → 12 décembre 2026"),
        ("supplier", "lines/door/backorder_quantity", "4", "Arriéré (B/O): — → 4"),
        (
            "supplier",
            "lines/door/backorder_date",
            "2027-01-15",
            "Date de l’arriéré (B/O): — → 15 janvier 2027",
        ),
        ("supplier", "lines/door/substitute", "other", "Remplacement: — → B-2 · Porte plane"),
        ("client", "lines/door/characteristics/wood", "maple", "Essence: Chêne → Érable"),
        ("client", "lines/door/dimensions/width", "876 mm", f"Largeur: 34 1/2{NB}po → 876{NB}mm"),
        ("client", "lines/door/requested_date", "2026-12-02", "Livraison souhaitée: — → 2 décembre 2026"),
        ("client", "lines/door/withdrawn", True, "Ligne retirée par le client"),
        ("supplier", "lines/door/rejected", True, "Ligne refusée par le fournisseur"),
    ],
)
def test_a_cell_of_a_line_is_told_in_words(root: str, key: str, value: Any, told: str) -> None:
    content, before = sent()
    content.record["substitutes/door"] = DOOR | {"id": "other", "code": "B-2", "name_fr": "Porte plane"}
    content.root(root)[key] = value
    assert list(lines_told(before, content).values()) == [[told]]


def test_a_number_among_the_characteristics_is_told_as_numbers_are() -> None:
    content, before = sent()
    content.record["products/door"] = DOOR | {
        "characteristics": [
            {"key": "thickness", "name_fr": "Épaisseur", "name_en": "Thickness", "kind": "number"}
        ]
    }
    content.client["lines/door/characteristics/thickness"] = "1200.5"
    (rows,) = lines_told(before, content).values()
    assert f"Épaisseur: — → 1{NB}200,5" in rows


@pytest.mark.parametrize(
    ("root", "key", "value", "told"),
    [
        (
            "client",
            "delivery_address",
            {"street": "3, rue Un", "city": "Lévis"},
            "Deliver to: — → 3, rue Un, Lévis",
        ),
        ("client", "requested_date", "2026-12-24", "Wanted on: December 1, 2026 → December 24, 2026"),
        ("client", "partial_delivery", True, "Partial delivery allowed: no → yes"),
        ("supplier", "promised_date", "2026-12-12", "Promised for: — → December 12, 2026"),
        ("supplier", "payment_terms", "Net 30\njours", "Payment: — → Net 30 jours"),
        ("supplier", "freight", "35", "Freight: — → $35.00"),
        ("supplier", "valid_until", "2026-12-31", "Offer valid until: — → December 31, 2026"),
        ("record", "currency", "USD", "Currency: CAD → USD"),
        (
            "record",
            "parties/client",
            {"id": "laurier", "name": "Laurier", "region": "QC"},
            "Client: Cuisines Laurier → Laurier",
        ),
    ],
)
def test_a_cell_of_the_order_is_told_in_words(root: str, key: str, value: Any, told: str) -> None:
    content, before = sent()
    content.root(root)[key] = value
    assert lines_told(before, content, "en") == {"The whole order": [told]}


def test_a_quantity_of_one_size_names_the_size() -> None:
    content, before = sent()
    content.supplier |= {"lines/apron/quantity/M": "1", "lines/apron/backorder_quantity/M": "2"}
    assert lines_told(before, content) == {"T-7 · Tablier": ["Quantité, M: 3 → 1", "Arriéré (B/O), M: — → 2"]}


def test_a_quantity_that_both_companies_changed_is_told_once() -> None:
    content, before = sent()
    content.client["lines/door/quantity"] = "10"
    content.supplier["lines/door/quantity"] = "8"
    assert lines_told(before, content) == {DOOR_LINE: ["Quantité: 12 → 8"]}


def test_what_the_client_asks_is_told_by_its_name_with_the_offer_that_stands() -> None:
    """Who accepts agrees to the offer, and must not take the other number for it."""
    content, _ = sent()
    content.supplier["lines/door/quantity"] = "8"
    before = sign(content, "supplier")
    content.client["lines/door/quantity"] = "10"
    assert lines_told(before, content) == {DOOR_LINE: ["Quantité demandée: 12 → 10 (l’offre reste de 8)"]}
    (english,) = lines_told(before, content, "en").values()
    assert english == ["Quantity asked: 12 → 10 (the offer is still 8)"]


def test_one_substitute_after_another_is_told_by_both_names() -> None:
    content, _ = sent()
    content.supplier["lines/door/substitute"] = "plain"
    content.record["substitutes/door"] = DOOR | {"id": "plain", "code": "B-2", "name_fr": "Porte plane"}
    before = sign(content, "supplier")
    content.supplier["lines/door/substitute"] = "glass"
    content.record["substitutes/door"] = DOOR | {"id": "glass", "code": "B-3", "name_fr": "Porte vitrée"}
    told = ["Remplacement: B-2 · Porte plane → B-3 · Porte vitrée"]
    assert lines_told(before, content) == {DOOR_LINE: told}


def test_a_quantity_is_told_in_the_unit_of_what_is_delivered() -> None:
    """Before and after, each in its own."""
    content, before = sent()
    content.supplier |= {"lines/door/substitute": "boxed", "lines/door/quantity": "3"}
    content.record["substitutes/door"] = DOOR | {"id": "boxed", "code": "B-2", "unit": "box"}
    (told,) = lines_told(before, content).values()
    assert told[0] == f"Quantité: 12 → 3{NB}boîtes"


def test_an_added_line_is_told_with_what_it_holds_and_no_before() -> None:
    content, before = sent()
    content.supplier |= {
        "lines/new/product": "screws",
        "lines/new/quantity": "2",
        "lines/new/unit_price": "12.5",
    }
    content.record["products/new"] = {"id": "screws", "code": "V-3", "name_en": "Screws", "unit": "box"}
    assert lines_told(before, content) == {
        "V-3 · Screws": ["Ligne ajoutée", f"Quantité: 2{NB}boîtes", f"Prix unitaire: 12,50{NB}$"]
    }


def test_a_withdrawn_line_that_comes_back_is_told() -> None:
    content, _ = sent()
    content.client["lines/door/withdrawn"] = True
    before = sign(content, "client")
    content.client["lines/door/withdrawn"] = False
    assert lines_told(before, content) == {DOOR_LINE: ["Ligne rétablie"]}


def test_the_line_s_reason_goes_with_its_changes() -> None:
    content, before = sent()
    content.supplier |= {"lines/door/quantity": "8", "lines/door/reason": "Rupture\nde stock"}
    assert lines_told(before, content)[DOOR_LINE][-1] == "Raison: Rupture de stock"


def test_the_order_comes_first_then_the_lines_as_on_the_sheet() -> None:
    content, before = sent()
    content.supplier |= {"lines/apron/discount": "1", "lines/door/discount": "1", "freight": "1"}
    assert list(lines_told(before, content)) == ["Toute la commande", DOOR_LINE, "T-7 · Tablier"]


def test_references_and_positions_are_no_terms_and_never_told() -> None:
    content, before = sent()
    content.client |= {"reference": "PO 9", "lines/door/position": "z", "lines/door/job_reference": "J"}
    assert difference_groups(before, content, "fr") == []


def test_every_field_has_its_label() -> None:
    assert set(LABELS) == {field.name for field in FIELDS.values()}


def test_rows_beyond_the_limit_are_counted_not_shown() -> None:
    groups = [
        Group("a", None, tuple(Row(str(n), "1") for n in range(3))),
        Group("b", "withdrawn"),
        Group("c", "gone"),
    ]
    kept, dropped = limited(groups, 4)
    assert ([group.title for group in kept], dropped) == (["a", "b"], 1)
    kept, dropped = limited(groups, 2)
    assert ([len(group.rows) for group in kept], dropped) == ([2], 3)
    assert limited(groups, 5) == (tuple(groups), 0)


def test_a_line_without_facts_still_has_a_title() -> None:
    content, before = sheet(), sent()[1]
    content.client["lines/odd/product"] = "odd"
    assert list(lines_told(before, content)) == ["Produit sans nom"]
