"""Products: what a supplier sells, and the facts that an order copies when a line appears.

A product is never deleted, since orders point at it: it is hidden. What an order holds is a copy (`facts`):
a change here alters no order.

    add_product(session, supplier_id, {"code": "P-100", "name_fr": "Porte", "unit": "each", "price": "12.50"})
    products = load_products(session, supplier_id, {"1f…", "2a…"})   # {id: Product}, of this supplier alone
    facts(products["1f…"])                                           # what the order's record keeps
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from unicodedata import category, normalize

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select

from persistence.clock import now
from persistence.columns import UtcTime, new_id
from persistence.page import LIKE_ESCAPE, Rows, containing, folded, key_of, page_of
from persistence.parts import in_parts

FACTS: Final = (
    "id",
    "code",
    "name_fr",
    "name_en",
    "unit",
    "decimals",
    "tax_class",
    "image",
    "minimum",
    "multiple",
    "sizing",
    "points",
    "dimension_unit",
    "dimensions",
    "characteristics",
)
"""What an order keeps of a product."""


class Product(SQLModel, table=True):
    """One product of a supplier. `price`, `minimum`, `multiple`: decimal strings. `points`: sizes in order.

    dimensions: `[{key, name_fr, name_en, minimum, maximum}]`, exact measures in `dimension_unit` or null.
    characteristics: `[{key, name_fr, name_en, kind, required, options: [{key, name_fr, name_en}]}]`.
    `code_key` and `words` are the code, and the code with both names, folded: what is unique, and what is
    searched.
    """

    __tablename__ = "product"
    __table_args__ = (
        UniqueConstraint("supplier_id", "code_key", name="uq_product_supplier_code"),
        Index("ix_product_supplier_hidden", "supplier_id", "hidden", "code_key"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    supplier_id: str = Field(foreign_key="company.id", max_length=32)
    code: str
    code_key: str
    words: str
    name_fr: str
    name_en: str = ""
    description_fr: str = ""
    description_en: str = ""
    unit: str
    decimals: int = 0
    price: str
    minimum: str | None = None
    multiple: str | None = None
    tax_class: str = "standard"
    hidden: bool = False
    sizing: str = "none"
    points: list[str] = Field(default_factory=list, sa_type=JSON)
    dimension_unit: str = "in"
    dimensions: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    characteristics: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    image_id: str | None = Field(default=None, foreign_key="image.id", max_length=32)
    created_at: datetime = Field(default_factory=now, sa_type=UtcTime)
    updated_at: datetime = Field(default_factory=now, sa_type=UtcTime)

    @property
    def image(self) -> str | None:
        """Where its picture is read, or None."""
        return f"/api/images/{self.image_id}" if self.image_id else None


_FILLERS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
"""Signs that count as letters or accents and show nothing."""


class CodeTaken(Exception):
    """Another product of the supplier has this code, whatever its capitals."""


def add_product(session: Session, supplier_id: str, file: Mapping[str, Any]) -> Product:
    """Add a product with `file` (columns of Product). Raises CodeTaken."""
    product = Product(supplier_id=supplier_id, **_keyed(file))
    _reserve_code(session, product)
    return _flushed(session, product)


def change_product(session: Session, product: Product, file: Mapping[str, Any]) -> Product:
    """Replace the columns named in `file`, which has at least the code and the names. Raises CodeTaken."""
    changed = _keyed(file)
    if changed["code_key"] != product.code_key:
        _reserve_code(session, Product(**{**product.model_dump(), **changed}))
    product.sqlmodel_update(changed | {"updated_at": now()})
    return _flushed(session, product)


def _flushed(session: Session, product: Product) -> Product:
    session.add(product)
    try:
        session.flush()
    except IntegrityError as error:  # another process took the code since it was looked for
        raise CodeTaken(product.code) from error
    return product


def set_image(session: Session, product: Product, image_id: str | None) -> Product:
    """Give the product a kept picture, or none."""
    product.sqlmodel_update({"image_id": image_id, "updated_at": now()})
    session.add(product)
    session.flush()
    return product


def _keyed(file: Mapping[str, Any]) -> dict[str, Any]:
    words = " ".join(folded(file.get(field) or "") for field in ("code", "name_fr", "name_en"))
    return {**file, "code_key": code_key(file["code"]), "words": words}


def seen_code(code: str) -> str:
    """A code as people see it: without signs that show nothing, which come along from other programs, and with one kind
    of space."""
    if code.isascii():
        return code.strip()
    seen = (" " if category(sign) == "Zs" else sign for sign in code if not _is_invisible(sign))
    return "".join(seen).strip()


def _is_invisible(sign: str) -> bool:
    return category(sign) in ("Cf", "Zl", "Zp") or sign in _FILLERS or "\ufe00" <= sign <= "\ufe0f"


def code_key(code: str) -> str:
    """A code as it is compared: by what is seen of it. Capitals make no difference, nor whether an accent is a sign by
    itself; accents do."""
    return normalize("NFC", seen_code(code).casefold())


def _reserve_code(session: Session, product: Product) -> None:
    same = select(Product.id).where(
        col(Product.supplier_id) == product.supplier_id,
        col(Product.code_key) == product.code_key,
        col(Product.id) != product.id,
    )
    if session.exec(same).first() is not None:
        raise CodeTaken(product.code)


def product_by_id(session: Session, product_id: str) -> Product | None:
    """The product, whoever sells it; None when there is none."""
    return session.get(Product, product_id)


def product_by_code(session: Session, supplier_id: str, code: str) -> Product | None:
    """The supplier's product of this code, whatever its capitals; None for a text that no database could look for."""
    if "\0" in code:
        return None
    query = select(Product).where(
        col(Product.supplier_id) == supplier_id, col(Product.code_key) == code_key(code)
    )
    return session.exec(query).first()


def products_page(
    session: Session,
    supplier_id: str,
    *,
    words: str = "",
    hidden: bool | None = False,
    after: str | None = None,
    limit: int = 50,
) -> Rows[Product]:
    """The supplier's products by code. hidden: None for all. Raises BadCursor."""
    query = select(Product).where(col(Product.supplier_id) == supplier_id)
    if hidden is not None:
        query = query.where(col(Product.hidden) == hidden)
    if folded(words):
        query = query.where(col(Product.words).like(containing(words), escape=LIKE_ESCAPE))
    if after is not None:
        query = query.where(col(Product.code_key) > key_of(after, 1)[0])
    rows = session.exec(query.order_by(col(Product.code_key)).limit(limit + 1)).all()
    return page_of(rows, limit, lambda product: (product.code_key,))


def load_products(session: Session, supplier_id: str, ids: Iterable[str]) -> dict[str, Product]:
    """The supplier's own products among `ids`, hidden ones too; another's, or an unknown id, is left out."""
    found: dict[str, Product] = {}
    for part in in_parts(list(ids)):
        query = select(Product).where(col(Product.supplier_id) == supplier_id, col(Product.id).in_(part))
        found |= {product.id: product for product in session.exec(query)}
    return found


def facts(product: Product) -> dict[str, Any]:
    """What an order keeps of a product: plain data, with sizes only where they are in use."""
    kept = {name: getattr(product, name) for name in FACTS}
    if product.sizing != "scale":
        kept["points"] = []
    if product.sizing != "dimensions":
        kept["dimensions"] = []
    return kept
