"""An order between Boréale and Laurier, as the mails' tests need it."""

from typing import Any

from persistence.outbox import Message
from schema.order import Content, Side
from schema.terms import Terms, canonical_json, digest_of, terms_of
from server.mail import OrderMail, OrderMailKind, Reader

ORDER_ID = "0f" * 16
LINK = f"https://commande.example/orders/{ORDER_ID}"
ANNA = Reader("Anna Roy", "anna@laurier.example", "fr")
SOPHIE = Reader("Sophie Gagnon", "sophie@boreale.example", "fr")

DOOR = {
    "id": "door",
    "code": "A-100",
    "name_fr": "Porte shaker",
    "name_en": "Shaker door",
    "unit": "each",
    "tax_class": "standard",
    "dimension_unit": "in",
    "dimensions": [{"key": "width", "name_fr": "Largeur", "name_en": "Width"}],
    "characteristics": [
        {
            "key": "wood",
            "name_fr": "Essence",
            "name_en": "Wood",
            "options": [
                {"key": "oak", "name_fr": "Chêne", "name_en": "Oak"},
                {"key": "maple", "name_fr": "Érable", "name_en": "Maple"},
            ],
        }
    ],
}
APRON = {
    "id": "apron",
    "code": "T-7",
    "name_fr": "Tablier",
    "name_en": "Apron",
    "unit": "each",
    "tax_class": "standard",
    "sizing": "scale",
    "points": ["S", "M"],
}
SCREWS = {"id": "screws", "code": "V-3", "name_fr": "Vis", "name_en": "Screws", "unit": "box"}


def sheet(made_by: Side = "client") -> Content:
    """Twelve doors and some aprons, priced from the catalogue, in the state of a draft."""
    return Content(
        client={
            "requested_date": "2026-12-01",
            "lines/door/product": "door",
            "lines/door/position": "a",
            "lines/door/quantity": "12",
            "lines/door/characteristics/wood": "oak",
            "lines/door/dimensions/width": "34 1/2",
            "lines/apron/product": "apron",
            "lines/apron/position": "b",
            "lines/apron/quantity/S": "2",
            "lines/apron/quantity/M": "3",
        },
        supplier={"lines/door/unit_price": "41.50", "lines/apron/unit_price": "19.00"},
        record={
            "number": "2026-0147",
            "made_by": made_by,
            "made_at": "2026-11-23T14:00:00Z",
            "currency": "CAD",
            "parties/client": {"id": "laurier", "name": "Cuisines Laurier", "region": "QC"},
            "parties/supplier": {"id": "boreale", "name": "Ébénisterie Boréale", "region": "QC"},
            "products/door": DOOR,
            "products/apron": APRON,
        },
    )


def sign(content: Content, side: Side) -> Terms:
    """Let a company sign what stands; returns the terms it signed."""
    counts = [content.record.get(f"signatures/{one}", {}).get("count", 0) for one in ("client", "supplier")]
    terms = terms_of(content)
    content.record[f"signatures/{side}"] = {
        "digest": digest_of(content),
        "terms": canonical_json(terms),
        "user": side,
        "name": side,
        "at": "2026-11-23T15:00:00Z",
        "count": max(counts) + 1,
    }
    return terms


def sent(made_by: Side = "client") -> tuple[Content, Terms]:
    """An order that its maker has just sent, and the terms it was sent with."""
    content = sheet(made_by)
    return content, sign(content, made_by)


def facts(**more: Any) -> dict[str, Any]:
    """What every order mail is given besides its kind, reader and content."""
    plain = {
        "order_id": ORDER_ID,
        "order_number": "2026-0147",
        "link": LINK,
        "actor_name": "Sophie Gagnon",
        "actor_company": "Ébénisterie Boréale",
        "reader_side": "client",
        "before": None,
    }
    return plain | more


FROM_LAURIER = {"actor_name": "Anna Roy", "actor_company": "Cuisines Laurier", "reader_side": "supplier"}


def out_of_stock(content: Content) -> None:
    """Boréale has eight doors of twelve, the rest later, and adds a box of screws."""
    content.supplier |= {
        "promised_date": "2026-12-12",
        "freight": "35.00",
        "lines/door/quantity": "8",
        "lines/door/unit_price": "39.00",
        "lines/door/backorder_quantity": "4",
        "lines/door/backorder_date": "2027-01-15",
        "lines/door/reason": "Rupture de stock",
        "lines/apron/quantity/M": "1",
        "lines/screws/product": "screws",
        "lines/screws/position": "c",
        "lines/screws/quantity": "2",
        "lines/screws/unit_price": "12.5",
    }
    content.record["products/screws"] = SCREWS


def compose_order_mail(
    kind: OrderMailKind, reader: Reader, *, link: str, deduplication_key: str | None = None, **facts: Any
) -> Message:
    """The mail to one reader of an act."""
    return OrderMail(kind, **facts).to(reader, link, deduplication_key)
