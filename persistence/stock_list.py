"""A supplier's stock as a list: page by page, filtered by words and products."""

from typing import Any

from sqlalchemy import Select, and_, or_
from sqlmodel import Session, col, select

from persistence.page import LIKE_ESCAPE, Rows, containing, folded, key_of, page_of
from persistence.product import Product
from persistence.stock import StockLevel


def stock_page(
    session: Session,
    supplier_id: str,
    *,
    words: str = "",
    among: Select[Any] | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Rows[tuple[StockLevel, Product]]:
    """The supplier's levels with their products, by code, point and variant. Raises BadCursor.

    among: a query of product ids; those of other products are left out.
    """
    query = select(StockLevel, Product).join(Product, col(Product.id) == col(StockLevel.product_id))
    query = query.where(col(StockLevel.supplier_id) == supplier_id)
    if among is not None:
        query = query.where(col(StockLevel.product_id).in_(among))
    if folded(words):
        query = query.where(col(Product.words).like(containing(words), escape=LIKE_ESCAPE))
    order = (col(Product.code_key), col(StockLevel.point), col(StockLevel.variant))
    if after is not None:
        code, point, variant = key_of(after, 3)
        query = query.where(
            or_(
                order[0] > code,
                and_(order[0] == code, order[1] > point),
                and_(order[0] == code, order[1] == point, order[2] > variant),
            )
        )
    rows = session.exec(query.order_by(*order).limit(limit + 1)).all()
    return page_of(rows, limit, place_of)


def place_of(row: tuple[StockLevel, Product]) -> tuple[str, str, str]:
    """Where a level stands among the others."""
    level, product = row
    return product.code_key, level.point, level.variant
