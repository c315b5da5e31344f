"""Stock: what a supplier has, for people, for his programs, and from his spreadsheets."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, StringConstraints
from sqlmodel import Session

from persistence.claim import Claimant, claimants, products_asked
from persistence.page import Rows, page_of
from persistence.product import Product
from persistence.stock import (
    UNSAID,
    Arrivals,
    Seen,
    StockLevel,
    Unsaid,
    levels_of,
    serving,
)
from persistence.stock_list import place_of, stock_page
from schema.language import Language
from schema.values import decimal_text
from server.catalogue.stock_import import StockReport, import_stock, parse_stock
from server.catalogue.stock_rules import RowFault, Wanted
from server.catalogue.stock_sheet import MOST_BYTES
from server.catalogue.stock_writing import write_rows
from server.fields import LINE, Draft, Id, Instant, Page, Patch, View
from server.http.endpoint import Call, Endpoint
from server.http.list_query import ListQuery, cursor_checked
from server.http.once import Once
from server.sentences import sentence

MOST_ROWS = 5_000
SOUGHT_AT_ONCE = 200
Short = Annotated[str, StringConstraints(max_length=40, pattern=LINE)]
Long = Annotated[str, StringConstraints(max_length=400, pattern=LINE)]


class ArrivalView(View):
    """What is expected, and when."""

    quantity: str
    date: str


class StockView(View):
    """One level. reserved: what agreed orders hold of it, back-orders included; asked: what open ones want.

    free: what is on hand beyond what agreed orders hold now; never below zero.
    """

    product_id: str
    code: str
    name_fr: str
    name_en: str
    unit: str
    decimals: int
    point: str
    variant: str
    on_hand: str
    arrivals: list[ArrivalView]
    reserved: str
    asked: str
    free: str
    updated_at: Instant


class ArrivalDraft(Draft):
    """What is expected, and when."""

    quantity: Short
    date: Short


class SeenDraft(Patch):
    """What the author of a row saw when he changed it; what is not named is not compared."""

    on_hand: Short | None = None
    arrivals: list[ArrivalDraft] = Field(default=[], max_length=50)

    def seen(self) -> Seen:
        """The same as levels are compared with it."""
        return Seen(*_said(self))


class StockRow(Patch):
    """One level by product id or code: `on_hand`, `arrivals`, or both. What is not named stays as it is.

    `on_hand`: null to follow this size or variant no more. `seen`: what you saw; where that is no longer what stands,
    the row is not kept and the answer tells both. Without it your word counts.
    """

    product_id: Id | None = None
    code: Annotated[str, StringConstraints(max_length=60, pattern=LINE)] | None = None
    point: Short = ""
    variant: Long = ""
    on_hand: Short | None = None
    arrivals: list[ArrivalDraft] = Field(default=[], max_length=50)
    seen: SeenDraft = SeenDraft()

    def wanted(self) -> Wanted:
        """The same as levels are set by it."""
        return Wanted(self.product_id, self.code, self.point, self.variant, *_said(self), self.seen.seen())


def _said(values: SeenDraft | StockRow) -> tuple[str | Unsaid | None, Arrivals | Unsaid]:
    named = values.model_fields_set
    arrivals = tuple((one.quantity, one.date) for one in values.arrivals)
    return (
        values.on_hand if "on_hand" in named else UNSAID,
        arrivals if "arrivals" in named else UNSAID,
    )


class StockDraft(Draft):
    """Levels to set, each by itself: what is wrong with one hinders no other."""

    rows: list[StockRow] = Field(max_length=MOST_ROWS)


class PresentLevel(View):
    """What stands and stays. on_hand: null where it is not followed."""

    on_hand: str | None
    arrivals: list[ArrivalView]


class RowProblem(View):
    """What is wrong with one row, counted from 0. present: what stands, of a row that is `changed_since`."""

    row: int
    field: str
    code: str
    message: str
    present: PresentLevel | None = None


class StockAnswer(View):
    """How many rows were kept; the others and why not."""

    kept: int
    errors: list[RowProblem]


class ImportQuery(Draft):
    """`dry_run`: only tell what the file would do."""

    dry_run: bool = False


class LineProblem(View):
    """What is wrong with one line of the file, and in which column."""

    line: int
    column: str
    code: str
    message: str


class ImportedChange(View):
    """One line that changes something. before, after: on hand; null where it is not followed."""

    line: int
    code: str
    point: str
    variant: str
    before: str | None
    after: str | None


class ImportAnswer(View):
    """What the import did, or would do. `changes`: the first 200 of `changed`."""

    dry_run: bool
    rows: int
    changed: int
    changes: list[ImportedChange]
    errors: list[LineProblem]


class StockQuery(ListQuery):
    """`short`: only levels of which open orders want more than is free."""

    short: bool = False


async def stock(call: Call[None, StockQuery]) -> Page[StockView]:
    """A page of one's own stock."""
    return await call.services.db.read(load_stock, call.member.company_id, call.query)


def load_stock(session: Session, supplier_id: str, query: StockQuery) -> Page[StockView]:
    """A page of levels with what orders hold and want of them."""
    with cursor_checked():
        if query.short:
            return _short_levels(session, supplier_id, query)
        page = stock_page(session, supplier_id, words=query.q, after=query.after, limit=query.limit)
    return Page[StockView](items=_views(session, supplier_id, page), next=page.next)


def _short_levels(session: Session, supplier_id: str, query: StockQuery) -> Page[StockView]:
    """The levels that are short, looked for among those of products that orders ask for."""
    asked, after = products_asked(supplier_id), query.after
    found: list[tuple[tuple[StockLevel, Product], StockView]] = []
    while len(found) <= query.limit:
        page = stock_page(session, supplier_id, words=query.q, among=asked, after=after, limit=SOUGHT_AT_ONCE)
        views = zip(page.items, _views(session, supplier_id, page), strict=True)
        found += [(row, view) for row, view in views if Decimal(view.asked) > Decimal(view.free)]
        after = page.next
        if after is None:
            break
    short = page_of(found, query.limit, lambda one: place_of(one[0]))
    return Page[StockView](items=[view for _, view in short.items], next=short.next)


def _views(session: Session, supplier_id: str, page: Rows[tuple[StockLevel, Product]]) -> list[StockView]:
    products = {level.product_id for level, _ in page.items}
    variants: dict[tuple[str, str], list[str]] = {}
    for level in levels_of(session, supplier_id, products):
        variants.setdefault((level.product_id, level.point), []).append(level.variant)
    wanting: dict[tuple[str, str, str], list[Claimant]] = {}
    for claimant in claimants(session, supplier_id, products):
        place = (claimant.need.product_id, claimant.point)
        variant = serving(variants.get(place, ()), claimant.need.choices)
        if variant is not None:
            wanting.setdefault((*place, variant), []).append(claimant)
    return [_view(level, product, wanting.get(level.key, [])) for level, product in page.items]


def _view(level: StockLevel, product: Product, wanting: list[Claimant]) -> StockView:
    held = sum((Decimal(one.need.held or 0) for one in wanting), Decimal(0))
    later = sum((Decimal(one.need.held_later or 0) for one in wanting), Decimal(0))
    asked = sum((Decimal(one.need.asked or 0) for one in wanting if one.state == "open"), Decimal(0))
    return StockView(
        product_id=product.id,
        code=product.code,
        name_fr=product.name_fr,
        name_en=product.name_en,
        unit=product.unit,
        decimals=product.decimals,
        point=level.point,
        variant=level.variant,
        on_hand=level.on_hand,
        arrivals=[ArrivalView(**one) for one in level.arrivals],
        reserved=decimal_text(held + later),
        asked=decimal_text(asked),
        free=decimal_text(max(Decimal(0), Decimal(level.on_hand) - held)),
        updated_at=level.updated_at,
    )


async def put_stock(call: Call[StockDraft]) -> StockAnswer:
    """Set levels of stock, once for each idempotency key."""
    services, company_id = call.services, call.member.company_id
    rows = {number: row.wanted() for number, row in enumerate(call.body.rows)}

    async def write() -> dict[str, Any]:
        written = await write_rows(services, company_id, rows)
        return {"kept": written.kept, "faults": [list(fault) for fault in written.faults]}

    once = Once(company_id, call.idempotency_key, "", call.body, services.clock())
    answer = await once.answered(services.db, services.clock, write)
    return _answer(answer["kept"], [RowFault(*fault) for fault in answer["faults"]], call.language)


def _answer(kept: int, faults: list[RowFault], language: Language) -> StockAnswer:
    errors = [
        RowProblem(
            row=fault.row,
            field=fault.field,
            code=fault.code,
            message=sentence(fault.code, language),
            present=PresentLevel.model_validate(fault.present) if fault.present else None,
        )
        for fault in faults
    ]
    return StockAnswer(kept=kept, errors=errors)


async def import_file(call: Call[None, ImportQuery]) -> ImportAnswer:
    """Bring stock in from a CSV file, or tell what that would do."""
    data, dry_run = await call.upload(), call.query.dry_run
    db, company_id, at = call.services.db, call.member.company_id, call.services.clock()
    sheet = parse_stock(data)
    report = await db.read(import_stock, company_id, sheet, at, dry_run=True)
    if not dry_run:
        await write_rows(call.services, company_id, sheet.rows)
    return _report(report, dry_run, call.language)


def _report(report: StockReport, dry_run: bool, language: Language) -> ImportAnswer:
    return ImportAnswer(
        dry_run=dry_run,
        rows=report.rows,
        changed=report.changed,
        changes=[ImportedChange.model_validate(change) for change in report.changes],
        errors=[
            LineProblem(
                line=fault.line, column=fault.column, code=fault.code, message=sentence(fault.code, language)
            )
            for fault in report.faults
        ],
    )


ENDPOINTS = [
    Endpoint(
        "GET", "/api/stock", stock, query=StockQuery, reply=Page[StockView], role="viewer",
        summary="One's own stock, by product code, size and variant",
    ),
    Endpoint(
        "PUT", "/api/stock", put_stock, body=StockDraft, reply=StockAnswer, role="standard", scope="stock",
        summary="Set what is named of levels of stock; faulty rows are told, the others kept",
        idempotent=True, problems=[(409, "key_reused")],
    ),
    Endpoint(
        "POST", "/api/stock/import", import_file, query=ImportQuery, upload=MOST_BYTES, reply=ImportAnswer,
        role="standard", scope="stock", summary="Bring stock in from a CSV file, or see what it would do",
    ),
]  # fmt: skip
