"""What travels on `/ws/orders/{id}`: the Yjs protocol, and one further message type for notices.

    message   = sync | awareness | query | notice
    sync      = 0 (0 state_vector | 1 update | 2 update)      each as a var-length byte array
    awareness = 1 var-length byte array
    query     = 3                                             asks who is there
    notice    = 64 JSON text                                  ordinary clients ignore it

Numbers and lengths are lib0 variable-length integers.
"""

from typing import Any, Final, Literal, NotRequired, TypedDict

from schema.order import Role, Side, State

PROTOCOL: Final = 1
"""What a page and the server say to each other has this number; it is raised when an older page would misread it.

A page names its own (`?protocol=`); programs that name none speak the Yjs protocol and are taken.
"""

SYNC: Final = 0
AWARENESS: Final = 1
QUERY_AWARENESS: Final = 3
NOTICE: Final = 64

SYNC_STEP1: Final = 0
SYNC_STEP2: Final = 1
SYNC_UPDATE: Final = 2


class Hello(TypedDict):
    """The first message of the server: who the reader is here and what he may do now."""

    type: Literal["hello"]
    user: dict[str, str]
    side: Side
    role: Role
    state: State
    epoch: str
    rights: dict[str, str]


class Rights(TypedDict):
    """The order's state changed: the reader's new column of the policy table."""

    type: Literal["rights"]
    state: State
    rights: dict[str, str]


class Saved(TypedDict):
    """Everything up to this connection's n-th message that carried an update is committed, from 1."""

    type: Literal["saved"]
    through: int


class RefusedItem(TypedDict):
    """One edit that did not take effect. `id` is durable: it names the refusal until dismissed."""

    id: str
    cell: str
    code: str
    message: str
    tried: Any
    kept: Any
    by: NotRequired[str]


class Refused(TypedDict):
    """Edits of this author that did not take effect, with what stands instead."""

    type: Literal["refused"]
    items: list[RefusedItem]


class Unavailable(TypedDict):
    """The order cannot be written at the moment; edits stay in the browser until `available` is true."""

    type: Literal["availability"]
    available: bool
    message: str


Notice = Hello | Rights | Saved | Refused | Unavailable
