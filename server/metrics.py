"""What an operator's monitoring reads at `/metrics` about orders: traffic, errors, latency, saturation."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from schema.closes import Close
from schema.refusals import REFUSALS

_FAST: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5)

EDITS: Final = Counter("shared_order_edits_total", "Messages that carried an update")
REFUSED_CELLS: Final = Counter("shared_order_refused_cells_total", "Cells that were refused", ["code"])
CLOSED_SOCKETS: Final = Counter(
    "shared_order_closed_sockets_total", "Sockets of orders and of lists closed by the server", ["close"]
)
PAGES_AHEAD: Final = Counter(
    "shared_order_pages_ahead_total", "Connections closed since they have what the server has not"
)
COMMITTED_BATCHES: Final = Counter("shared_order_committed_batches_total", "Orders' batches committed")
COMMIT_FAILURES: Final = Counter(
    "shared_order_commit_failures_total", "Commits that the database did not take"
)
COMMIT_SECONDS: Final = Histogram("shared_order_commit_seconds", "Time of one group commit", buckets=_FAST)
OPEN_ORDERS: Final = Gauge("shared_order_open_orders", "Orders in memory")
VISITORS: Final = Gauge("shared_order_visitors", "Connections to orders")
STALLED_ORDERS: Final = Gauge("shared_order_stalled_orders", "Orders that cannot be written at the moment")
HEARD: Final = Counter(
    "shared_order_neighbour_words_total", "Words of other servers that were heard", ["about"]
)
NEIGHBOURS_HEARD: Final = Gauge(
    "shared_order_neighbours_heard", "1 while other servers on the database are heard"
)
WORDS_WAITING: Final = Gauge(
    "shared_order_neighbour_queue_ratio", "How full PostgreSQL's queue of words between servers is, 0 to 1"
)
OLDEST_UNSAVED: Final = Gauge(
    "shared_order_oldest_unsaved_seconds",
    "Age of the oldest edit that is not committed yet; 0: there is none",
)
LOOP_DELAY: Final = Histogram(
    "shared_order_loop_delay_seconds", "How late the event loop wakes who asked for it", buckets=_FAST
)
DATABASE_CONNECTIONS: Final = Gauge(
    "shared_order_database_connections", "Connections to the database that are in use"
)
OUTBOX: Final = Gauge("shared_order_outbox_mails", "Mails in the outbox", ["state"])
JOURNAL_ENTRIES: Final = Counter("shared_order_journal_entries_total", "Entries appended to journals")

# A counter that is first seen at 1 has not risen for who reads it: what may happen is there before it happens.
for _code in REFUSALS:
    REFUSED_CELLS.labels(_code)
for _close in Close:
    CLOSED_SOCKETS.labels(_close.name.lower())
