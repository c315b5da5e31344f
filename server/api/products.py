"""Products: a supplier's catalogue, and what his clients see of it."""

from datetime import datetime
from typing import Any

import anyio.to_thread
from sqlmodel import Session

from persistence.image import keep_image
from persistence.page import Page as Rows
from persistence.product import (
    CodeTaken,
    Product,
    add_product,
    change_product,
    product_by_id,
    products_page,
    set_image,
)
from persistence.relation import relation_between
from server.endpoint import Call, Endpoint
from server.fields import Id, Page, View
from server.images import MOST_BYTES, ImageRefused, Picture, content_hash, reduce
from server.list_query import ListQuery, cursor_checked
from server.problem import FieldError, Problem, invalid
from server.product_rules import ProductFile, ProductPatch, Unit, as_file, faults, patched

# Decoding takes memory by the hundred megabytes: one at a time, whatever the number of people.
_DECODERS = 1


class ProductView(ProductFile):
    """A product. `image`: where its picture is, or null; `/thumbnail` after it is the small one."""

    id: str
    supplier_id: str
    image: str | None
    updated_at: datetime


class ProductsQuery(ListQuery):
    """`supplier_id`: whose catalogue, one's own by default. `hidden`: true to have hidden products too."""

    supplier_id: Id | None = None
    hidden: bool = False


async def products(call: Call[None, ProductsQuery]) -> Page[ProductView]:
    rows = await call.services.db.read(load_page, call.member.company_id, call.query)
    return Page[ProductView](items=[view(product) for product in rows.items], next=rows.next)


def load_page(session: Session, company_id: str, query: ProductsQuery) -> Rows[Product]:
    supplier_id = query.supplier_id or company_id
    own = supplier_id == company_id
    if not own and relation_between(session, supplier_id, company_id) is None:
        raise Problem(404, "not_found")
    hidden = None if own and query.hidden else False
    with cursor_checked():
        return products_page(
            session, supplier_id, words=query.q, hidden=hidden, after=query.after, limit=query.limit
        )


async def product(call: Call) -> ProductView:
    return view(await call.services.db.read(load_visible, call.path["id"], call.member.company_id))


def load_visible(session: Session, product_id: str, company_id: str) -> Product:
    found = product_by_id(session, product_id)
    if found is not None and found.supplier_id == company_id:
        return found
    if found is None or found.hidden or relation_between(session, found.supplier_id, company_id) is None:
        raise Problem(404, "not_found")
    return found


def load_own(session: Session, product_id: str, company_id: str) -> Product:
    """The product, to change it. One that a client may see is not his to change; another's is not there."""
    found = load_visible(session, product_id, company_id)
    if found.supplier_id != company_id:
        raise Problem(404, "not_found")
    return found


async def add(call: Call[ProductFile]) -> ProductView:
    return view(await call.services.db.write(write_new, call.member.company_id, call.body))


def write_new(session: Session, company_id: str, file: ProductFile) -> Product:
    check(file)
    with code_checked():
        return add_product(session, company_id, file.model_dump())


async def change(call: Call[ProductPatch]) -> ProductView:
    db, member = call.services.db, call.member
    return view(await db.write(write_change, call.path["id"], member.company_id, call.body))
