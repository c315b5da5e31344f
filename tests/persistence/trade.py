"""What the tests of the trade share: a database of their own, and the companies of the demo."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, SQLModel

from persistence import image, product, relation
from persistence.clock import now
from persistence.columns import new_id
from persistence.company import Company, add_company
from persistence.database import Database
from persistence.order import Order
from persistence.product import Product, add_product
from tests.databases import url_of

TABLES = (image, product, relation)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    database = Database(url_of(tmp_path))
    SQLModel.metadata.create_all(database.engine)
    with database.writing() as session:
        yield session
    database.close()


def company(session: Session, name: str, *, joined: bool = True) -> Company:
    return add_company(session, name=name, joined_at=now() if joined else None)


def order_of(session: Session, supplier: Company, client: Company, **statuses: str) -> str:
    """An order without a document, for what is kept beside it; its id."""
    at = now()
    facts: dict[str, Any] = {
        "made_by": "supplier",
        "epoch": "1",
        "writer": 1,
        "created_at": at,
        "changed_at": at,
    }
    order = Order(id=new_id(), supplier_id=supplier.id, client_id=client.id, **facts | statuses)
    session.add(order)
    session.flush()
    return order.id


def product_of(session: Session, supplier: Company, code: str = "P-100", **file: Any) -> Product:
    plain = {
        "code": code,
        "name_fr": "Porte d’érable",
        "name_en": "Maple door",
        "unit": "each",
        "price": "12.50",
    }
    return add_product(session, supplier.id, plain | file)
