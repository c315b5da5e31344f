"""Fill an empty folder with the demo, through the same doors as people use: handlers' services and the room's gate.

await fill(folder, now())      # {folder}/shared-order.sqlite3 is there when it returns, whole or not at all
holds_demo(folder)             # whether it is there already
"""

import os
import shutil
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

import anyio.to_thread
from sqlalchemy import event, func
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, col, select, update

from persistence.audit import Audit
from persistence.database import Database
from persistence.image import keep_image
from persistence.outbox import claim_due, forget_finished, mark_sent
from persistence.person import Person, person_by_email
from persistence.product import add_product, set_image
from server.app import create_app
from server.catalogue.images import Picture, content_hash, reduce
from server.catalogue.product_rules import ProductFile, faults
from server.demo.catalogue import CATALOGUES, DemoProduct
from server.demo.companies import COMPANIES, PASSWORD, Cast, add_companies
from server.demo.past import Calendar, PastClock
from server.demo.pictures import draw
from server.demo.routine import play, year
from server.demo.sheet import Sheet, Stage
from server.demo.stock import count_shelves
from server.demo.stories import STORIES, Story
from server.people.passwords import hash_password
from server.services import Services
from server.settings import Settings

SEED: Final = 20_260_301
MAILS_KEPT: Final = timedelta(days=5)
MARK: Final = int.from_bytes(b"demo")
_FILLING: Final = "filling"


def holds_demo(folder: Path) -> bool:
    """Whether the folder holds a filled demo: by its mark, or by all of its people where it was filled before marks."""
    settings = Settings(data=folder)
    if not settings.database_file.exists():
        return False
    db = Database(settings.url)
    try:
        with db.reading() as session:
            return _is_marked(session) or all(
                person_by_email(session, f"{person.key}@{demo.domain}") is not None
                for demo in COMPANIES
                for person in demo.people
            )
    finally:
        db.close()


def _is_marked(session: Session) -> bool:
    found = session.connection().exec_driver_sql("PRAGMA application_id").scalar_one()
    return bool(found == MARK)


def _mark(session: Session) -> None:
    """Note in the database that it is the demo, which no installation becomes by what people write in it."""
    session.connection().exec_driver_sql(f"PRAGMA application_id = {MARK}")


async def fill(folder: Path, at: datetime, public_url: str = "http://127.0.0.1:8000") -> None:
    """Fill the folder as of `at`; mails link to `public_url`.

    A filling that is interrupted leaves nothing that could be taken for a demo.
    """
    filling = folder / _FILLING
    shutil.rmtree(filling, ignore_errors=True)
    clock = PastClock(at - timedelta(days=400))
    settings = Settings(data=filling, public_url=public_url)
    app = create_app(settings, clock=clock)
    event.listen(app.state.services.db.engine, "connect", _write_fast)
    async with app.router.lifespan_context(app):
        services: Services = app.state.services
        stage = await _set_stage(services, clock, Calendar(at))
        await _play(stage)
        await count_shelves(stage, app.state.stock_bot)
        await services.db.write(_tidy_mails, at)
        await services.db.write(_note_visits)
        await services.db.write(_mark)
    _settle_on_disk(settings.database_file)
    os.replace(settings.database_file, Settings(data=folder).database_file)
    shutil.rmtree(filling)


def _write_fast(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Do not wait for the disk at each commit: nothing here is worth keeping before all of it is."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = OFF")
    cursor.close()


def _settle_on_disk(file: Path) -> None:
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


async def _set_stage(services: Services, clock: PastClock, calendar: Calendar) -> Stage:
    kept = await hash_password(PASSWORD)  # one for all: everybody knows it
    cast = await services.db.write(add_companies, clock.at, kept)
    pictures = await anyio.to_thread.run_sync(_pictures)
    products = await services.db.write(_add_products, cast, pictures)
    return Stage(services, clock, calendar, cast.people, cast.companies, products, Random(SEED))  # noqa: S311


def _pictures() -> dict[tuple[str, str], Picture]:
    wanted = {product.picture for products in CATALOGUES.values() for product in products if product.picture}
    return {picture: reduce(draw(*picture)) for picture in sorted(wanted)}


def _add_products(session: Session, cast: Cast, pictures: dict[tuple[str, str], Picture]) -> dict[str, str]:
    return {
        product.file["code"]: _add_product(session, cast.companies[supplier], product, pictures)
        for supplier, products in CATALOGUES.items()
        for product in products
    }


def _add_product(
    session: Session, supplier_id: str, demo: DemoProduct, pictures: dict[tuple[str, str], Picture]
) -> str:
    file = ProductFile.model_validate(demo.file)
    if wrong := faults(file):
        raise ValueError(f"{file.code}: {wrong}")
    product = add_product(session, supplier_id, file.model_dump())
    if demo.picture:
        picture = pictures[demo.picture]
        image_id = content_hash(supplier_id, picture.content)
        keep_image(session, image_id, supplier_id, picture.content, picture.thumbnail)
        set_image(session, product, image_id)
    return product.id


async def _play(stage: Stage) -> None:
    """Every order in the order in which they began, so that their numbers rise with time."""
    routines: list[tuple[int, Story]] = [
        (routine.days_ago, partial(play, routine=routine, random=stage.random))
        for routine in year(stage.random)
    ]
    for _, tell in sorted([*STORIES, *routines], key=lambda each: -each[0]):
        await tell(Sheet(stage), stage.calendar)


def _tidy_mails(session: Session, at: datetime) -> None:
    """Of the year's mails keep the last few, as sent at their time."""
    while claims := claim_due(session, at, 500):
        for claim in claims:
            mark_sent(session, claim, claim.created_at)
    forget_finished(session, at - MAILS_KEPT)


def _note_visits(session: Session) -> None:
    """Whoever did something was here then: the year is played without anybody signing in."""
    last = select(func.max(col(Audit.at))).where(col(Audit.user_id) == col(Person.id)).scalar_subquery()
    session.exec(update(Person).values(last_seen=last))
