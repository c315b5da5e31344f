"""A new epoch for every order, after the database was put back to an earlier state.

renewal = renew_all(db)
"""

from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from persistence.away import cause_of
from persistence.clock import now
from persistence.database import Database
from persistence.order import Order, order_ids
from server.orders.renewal import renew


class Renewal(NamedTuple):
    """How many orders have a new epoch, and for which there is no document to renew, in words."""

    renewed: int
    left: list[str]


def renew_all(db: Database) -> Renewal:
    """Give every order a new document with the same values, in one transaction. One that cannot be read stays as it is:
    it is closed to everybody, and no page merges anything into it."""
    left = []
    at = now()
    with db.writing() as session:
        orders = order_ids(session)
        for order_id in orders:
            try:
                with session.begin_nested():
                    renew(session, session.get_one(Order, order_id), at)
            except (SQLAlchemyError, OSError):  # the database is at fault, and not one order
                raise
            except Exception as error:
                left.append(f"order {order_id}: what is kept of it cannot be read ({cause_of(error)})")
    return Renewal(len(orders) - len(left), left)
