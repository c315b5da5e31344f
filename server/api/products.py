"""Products: a supplier's catalogue, and what his clients see of it."""

import anyio.to_thread
from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from sqlmodel import Session

from persistence.image import keep_image
from persistence.page import Rows
from persistence.product import (
    CodeTaken,
    Product,
    add_product,
    change_product,
    product_by_code,
    product_by_id,
    products_page,
    set_image,
)
from persistence.relation import relation_between
from server.catalogue.images import MOST_BYTES, ImageRefused, Picture, content_hash, reduce
from server.catalogue.product_rules import ProductFile, ProductPatch, as_file, faults, patched
from server.fields import Id, Instant, Page
from server.http.endpoint import Call, Endpoint
from server.http.list_query import ListQuery, cursor_checked
from server.problem import FieldError, Problem

_CODE_TAKEN = FieldError("code", "code_taken")
_DECODER = RunVar[CapacityLimiter]("decoder")


class ProductView(ProductFile):
    """A product. `image`: where its picture is, or null; `/thumbnail` after it is the small one."""

    id: str
    supplier_id: str
    image: str | None
    updated_at: Instant


class ProductsQuery(ListQuery):
    """`supplier_id`: whose catalogue, one's own by default. `hidden`: true to have hidden products too."""

    supplier_id: Id | None = None
    hidden: bool = False


async def products(call: Call[None, ProductsQuery]) -> Page[ProductView]:
    """A page of a catalogue, by code."""
    rows = await call.services.db.read(load_page, call.member.company_id, call.query)
    return Page[ProductView](items=[view(product) for product in rows.items], next=rows.next)


def load_page(session: Session, company_id: str, query: ProductsQuery) -> Rows[Product]:
    """A page of a supplier's products, for himself or for his clients. Raises Problem 404 for anybody else."""
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
    """One product."""
    return view(await call.services.db.read(load_visible, call.path["id"], call.member.company_id))


def load_visible(session: Session, product_id: str, company_id: str) -> Product:
    """The product, for its supplier, and where it is not hidden for his clients. Raises Problem 404."""
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
    """Add a product to one's own catalogue."""
    return view(await call.services.db.write(write_new, call.member.company_id, call.body))


def write_new(session: Session, company_id: str, file: ProductFile) -> Product:
    """Keep a new product. Raises Problem for one that is not sound, or whose code is taken."""
    _require_sound(session, company_id, file)
    try:
        return add_product(session, company_id, file.model_dump())
    except CodeTaken:
        raise _code_taken() from None


async def change(call: Call[ProductPatch]) -> ProductView:
    """Change a product of one's own."""
    db, member = call.services.db, call.member
    return view(await db.write(write_change, call.path["id"], member.company_id, call.body))


def write_change(session: Session, product_id: str, company_id: str, patch: ProductPatch) -> Product:
    """Keep what changes of a product. Raises Problem as `write_new` does."""
    found = load_own(session, product_id, company_id)
    file = patched(found, patch)
    _require_sound(session, company_id, file, found)
    try:
        return change_product(session, found, file.model_dump())
    except CodeTaken:
        raise _code_taken() from None


def _require_sound(
    session: Session, company_id: str, file: ProductFile, product: Product | None = None
) -> None:
    if not (wrong := faults(file)):
        return
    known = product_by_code(session, company_id, file.code) if file.code else None
    if known is not None and known is not product:
        wrong.insert(0, _CODE_TAKEN)
    raise Problem(422, "invalid", errors=wrong)


def _code_taken() -> Problem:
    return Problem(409, "code_taken", errors=[_CODE_TAKEN])


async def hide(call: Call) -> None:
    """Hide a product from clients, and from new lines."""
    hidden = ProductPatch(hidden=True)
    await call.services.db.write(write_change, call.path["id"], call.member.company_id, hidden)


async def put_image(call: Call) -> ProductView:
    """Give a product its picture."""
    db, member, product_id = call.services.db, call.member, call.path["id"]
    await db.read(load_own, product_id, member.company_id)
    picture = await _reduced(await call.upload())
    return view(await db.write(write_image, product_id, member.company_id, picture))


async def _reduced(data: bytes) -> Picture:
    try:
        return await anyio.to_thread.run_sync(reduce, data, limiter=_decoder())
    except ImageRefused as refused:
        raise Problem(422, "invalid", errors=[FieldError("file", refused.code)]) from None


def _decoder() -> CapacityLimiter:
    """Decoding may take 200 MB: one at a time in each event loop, whatever the number of people."""
    try:
        return _DECODER.get()
    except LookupError:
        _DECODER.set(CapacityLimiter(1))
        return _DECODER.get()


def write_image(session: Session, product_id: str, company_id: str, picture: Picture) -> Product:
    """Keep a picture, and give it to the product."""
    found = load_own(session, product_id, company_id)
    image_id = content_hash(company_id, picture.content)
    keep_image(session, image_id, company_id, picture.content, picture.thumbnail)
    return set_image(session, found, image_id)


async def remove_image(call: Call) -> ProductView:
    """Take a product's picture away; orders that show it keep it."""
    return view(await call.services.db.write(write_no_image, call.path["id"], call.member.company_id))


def write_no_image(session: Session, product_id: str, company_id: str) -> Product:
    """Leave the product without a picture."""
    return set_image(session, load_own(session, product_id, company_id), None)


def view(product: Product) -> ProductView:
    """A product as it is shown."""
    return ProductView.model_validate(
        as_file(product)
        | {name: getattr(product, name) for name in ("id", "supplier_id", "image", "updated_at")}
    )


_ABSENT = (404, "not_found")

ENDPOINTS = [
    Endpoint(
        "GET",
        "/api/products",
        products,
        query=ProductsQuery,
        reply=Page[ProductView],
        role="viewer",
        summary="One's own catalogue, or that of one's supplier",
        problems=[_ABSENT],
    ),
    Endpoint(
        "POST",
        "/api/products",
        add,
        body=ProductFile,
        reply=ProductView,
        status=201,
        role="standard",
        summary="Add a product",
        problems=[(409, "code_taken")],
    ),
    Endpoint("GET", "/api/products/{id}", product, reply=ProductView, role="viewer", summary="One product"),
    Endpoint(
        "PATCH",
        "/api/products/{id}",
        change,
        body=ProductPatch,
        reply=ProductView,
        role="standard",
        summary="Change a product; orders keep their own copy",
        problems=[(409, "code_taken")],
    ),
    Endpoint(
        "DELETE",
        "/api/products/{id}",
        hide,
        status=204,
        role="standard",
        summary="Hide a product; it is never deleted",
    ),
    Endpoint(
        "PUT",
        "/api/products/{id}/image",
        put_image,
        upload=MOST_BYTES,
        reply=ProductView,
        role="standard",
        summary="Give a product its picture (JPEG, PNG, WebP or GIF)",
    ),
    Endpoint(
        "DELETE",
        "/api/products/{id}/image",
        remove_image,
        reply=ProductView,
        role="standard",
        summary="Take a product's picture away",
    ),
]
