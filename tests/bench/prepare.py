"""Fills an empty data folder for a benchmark: `python -m tests.bench.prepare DIR ORDERS` prints what was made as JSON.

One client with drafts at one supplier, one product, and a session for the client's buyer: every edit of the load is
judged, journalled and audited like anybody's.
"""

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from persistence.clock import now
from persistence.company import add_company
from persistence.database import Database
from persistence.person import add_person
from persistence.product import add_product
from persistence.relation import add_relation
from persistence.session import start_session
from server.gate.author import Author
from server.orders.birth import Beginning, Party, give_birth
from server.settings import Settings


@dataclass(frozen=True)
class Prepared:
    """What was made. `secret`: of the buyer's session."""

    orders: list[str]
    secret: str
    product: str


def prepare(folder: Path, orders: int, database_url: str = "") -> Prepared:
    """Make the companies, the product and the drafts."""
    folder.mkdir(parents=True, exist_ok=True)
    database = Database(Settings(data=folder, database_url=database_url).url)
    database.migrate()
    with database.writing() as session:
        supplier = add_company(session, name="Boréale", supplies=True)
        client = add_company(session, name="Laurier", buys=True)
        buyer = add_person(
            session, company_id=client.id, email="anna@laurier.example", name="Anna", role="manager"
        )
        add_relation(session, supplier_id=supplier.id, client_id=client.id)
        file = {"code": "P-100", "name_fr": "Porte", "unit": "each", "price": "41.50"}
        product = add_product(session, supplier.id, file)
        _, secret = start_session(session, buyer.id, now())
        author = Author(buyer.id, buyer.name, "client", "client")
        beginning = Beginning(
            supplier=Party({"id": supplier.id, "name": supplier.name, "region": "QC"}),
            client=Party({"id": client.id, "name": client.name, "region": "QC"}),
            made_by="client",
            currency="CAD",
        )
        ids = [give_birth(session, beginning, author, now(), None) for _ in range(orders)]
        made = Prepared(ids, secret, product.id)
    database.close()
    return made


if __name__ == "__main__":
    json.dump(asdict(prepare(Path(sys.argv[1]), int(sys.argv[2]))), sys.stdout)
