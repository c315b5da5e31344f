"""What makes a level of stock sound: its product, size and variant exist, its quantities and dates are well formed."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from persistence.parts import in_parts
from persistence.product import Product, code_key
from persistence.stock import NOTHING_SEEN, UNSAID, Arrivals, Level, Seen, Unsaid
from schema.refusals import REFUSALS
from schema.values import canonical_decimal, check, places_of
from server.sentences import declare, known

MOST_ARRIVALS: Final = 50
_OF_VALUES: Final = (
    "unknown_product",
    "unknown_point",
    "no_sizes",
    "sizes_only",
    "not_a_date",
    "not_a_decimal",
    "negative",
    "too_many_decimals",
)
declare({code: REFUSALS[code] for code in _OF_VALUES if not known(code)})
declare(
    {
        "unknown_variant": (
            "Une variante s’écrit « clé=choix », avec les choix du produit : bois=chene;fini=mat.",
            "A variant is written “key=choice”, with the product’s choices: wood=oak;finish=matte.",
        ),
        "variant_twice": (
            "Ce produit, cette taille et cette variante sont là deux fois.",
            "This product, size and variant are there twice.",
        ),
        "changed_since": (
            "Cette valeur a changé depuis que vous l’avez vue. La plus récente est gardée; vous pouvez mettre la "
            "vôtre.",
            "This value has changed since you saw it. The newer one is kept; you can put yours in.",
        ),
        "not_followed": (
            "Personne ne compte ce stock : donnez d’abord la quantité en stock.",
            "Nobody counts this stock: give the quantity on hand first.",
        ),
        "too_many_arrivals": ("Il y a plus de 50 arrivages.", "There are more than 50 arrivals."),
    }
)


class Wanted(NamedTuple):
    """A level as somebody wrote it: the product by id or by code. on_hand: None to follow it no more.

    What is unsaid stays as it is. seen: what its author saw.
    """

    product_id: str | None
    code: str | None
    point: str
    variant: str
    on_hand: str | Unsaid | None
    arrivals: Arrivals | Unsaid
    seen: Seen = NOTHING_SEEN

    @property
    def naming(self) -> str:
        """The field that names the product."""
        return "product_id" if self.product_id else "code"


class RowFault(NamedTuple):
    """What is wrong with one row: its field, and a code that has a sentence.

    present: of a row that changed since its author saw it, what stands: `{on_hand, arrivals: [{quantity, date}]}`.
    """

    row: int
    field: str
    code: str
    present: dict[str, Any] | None = None


class Sold(NamedTuple):
    """What of a product decides which levels it may have: columns of `persistence.product.Product`."""

    id: str
    code_key: str
    decimals: int
    sizing: str
    points: list[str]
    characteristics: list[dict[str, Any]]


class Catalogue:
    """The supplier's products that some rows name, by id and by code."""

    def __init__(self, products: list[Sold]) -> None:
        self._by_id = {product.id: product for product in products}
        self._by_code = {product.code_key: product for product in products}

    def find(self, wanted: Wanted) -> Sold | None:
        """The product that a row names."""
        if wanted.product_id:
            return self._by_id.get(wanted.product_id)
        return self._by_code.get(code_key(wanted.code)) if wanted.code else None


def load_catalogue(session: Session, supplier_id: str, rows: Mapping[int, Wanted]) -> Catalogue:
    """The supplier's own products that the rows name; another's is not among them."""
    ids = sorted({row.product_id for row in rows.values() if row.product_id})
    codes = sorted({code_key(row.code) for row in rows.values() if row.code})
    found: list[Sold] = []
    for column, values in ((Product.id, ids), (Product.code_key, codes)):
        for part in in_parts(values):
            query = select(*(col(getattr(Product, name)) for name in Sold._fields))
            query = query.where(col(Product.supplier_id) == supplier_id, col(column).in_(part))
            found += [Sold(*row) for row in session.connection().execute(query)]
    return Catalogue(found)


def sound_levels(catalogue: Catalogue, rows: Mapping[int, Wanted]) -> tuple[dict[int, Level], list[RowFault]]:
    """The rows that may be kept, by number, and what is wrong with the others."""
    levels: dict[int, Level] = {}
    faults: list[RowFault] = []
    keys = set()
    for number, row in rows.items():
        product = catalogue.find(row)
        wrong = [RowFault(number, *fault) for fault in _faults(product, row)]
        if wrong or product is None:
            faults += wrong
            continue
        level = _level(product, row)
        if level.key in keys:
            faults.append(RowFault(number, row.naming, "variant_twice"))
            continue
        keys.add(level.key)
        levels[number] = level
    return levels, faults


def _level(product: Sold, row: Wanted) -> Level:
    seen = Seen(_on_hand(row.seen.on_hand), _arrivals(row.seen.arrivals))
    variant = canonical_variant(row.variant)
    return Level(product.id, row.point, variant, _on_hand(row.on_hand), _arrivals(row.arrivals), seen)


def _on_hand(value: str | Unsaid | None) -> str | Unsaid | None:
    return canonical_decimal(value) if isinstance(value, str) else value


def _arrivals(value: Arrivals | Unsaid) -> Arrivals | Unsaid:
    if value is UNSAID:
        return UNSAID
    return tuple((canonical_decimal(quantity), date) for quantity, date in value)


def canonical_variant(text: str) -> str:
    """Choices by key, without blanks: `wood = oak; finish=matte` → `finish=matte;wood=oak`."""
    pairs = (part.partition("=") for part in text.split(";") if part.strip())
    return ";".join(sorted(f"{key.strip()}={value.strip()}" for key, _, value in pairs))


def _faults(product: Sold | None, row: Wanted) -> Iterator[tuple[str, str]]:
    if product is None:
        yield row.naming, "unknown_product" if row.product_id or row.code else "required"
        return
    yield from _place_faults(product, row)
    if row.on_hand is UNSAID and row.arrivals is UNSAID:
        yield "on_hand", "required"
    for values in (row, row.seen):
        if isinstance(values.on_hand, str) and (code := _quantity_fault(values.on_hand, product.decimals)):
            yield "on_hand", code
        if values.arrivals is not UNSAID:
            yield from _arrival_faults(values.arrivals, product.decimals)


def _arrival_faults(arrivals: Arrivals, decimals: int) -> Iterator[tuple[str, str]]:
    if len(arrivals) > MOST_ARRIVALS:
        yield "arrivals", "too_many_arrivals"
        return
    for quantity, date in arrivals:
        if code := _quantity_fault(quantity, decimals):
            yield "arrivals", code
        if code := check("date", date):
            yield "arrivals", code if known(code) else "not_a_date"


def _place_faults(product: Sold, row: Wanted) -> Iterator[tuple[str, str]]:
    scale = product.sizing == "scale"
    if row.point and not scale:
        yield "point", "no_sizes"
    elif scale and not row.point:
        yield "point", "sizes_only"
    elif scale and row.point not in product.points:
        yield "point", "unknown_point"
    if row.variant and not _is_variant(product.characteristics, row.variant):
        yield "variant", "unknown_variant"


def _is_variant(characteristics: list[dict[str, Any]], variant: str) -> bool:
    options = {
        item["key"]: {option["key"] for option in item.get("options", ())}
        for item in characteristics
        if item["kind"] == "choice"
    }
    pairs = [part.partition("=") for part in canonical_variant(variant).split(";")]
    keys = [key for key, _, _ in pairs]
    return len(set(keys)) == len(keys) and all(value in options.get(key, ()) for key, _, value in pairs)


def _quantity_fault(text: str, decimals: int) -> str | None:
    if code := check("quantity", text):
        return code if known(code) else "not_a_decimal"
    return "too_many_decimals" if places_of(text) > decimals else None
