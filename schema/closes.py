"""Why a WebSocket was closed: one table of names, numbers and sentences.

Numbers 4400 to 4499 are final, as HTTP's are and as y-websocket's provider takes them: coming back with the same
document is useless, and the person is told. After any other, an ordinary provider reconnects by itself and is mended
by the first synchronisation.
"""

from enum import IntEnum
from typing import Final


class Close(IntEnum):
    """The close codes of `/ws/orders/{id}`; 1000 to 1013 keep their meaning (RFC 6455, section 7.4)."""

    GOING_AWAY = 1001
    TEXT_FRAME = 1003
    TRY_AGAIN = 1012
    TOO_SLOW = 4001
    GAP = 4002
    RIGHTS_CHANGED = 4003
    HANDSHAKE_TIMEOUT = 4004
    REPLAYED = 4005
    CROWDED = 4006
    UNAVAILABLE = 4007
    SIGNED_OUT = 4401
    NOT_FOUND = 4404
    EPOCH = 4405
    OUTDATED = 4410
    MALFORMED = 4420
    TOO_LARGE = 4421
    FORBIDDEN_CONTENT = 4422
    IDENTITY = 4423
    UNKNOWN_REFERENCE = 4424
    UNKNOWN_ROOT = 4425
    WRONG_TYPE = 4426
    AWARENESS = 4427
    FLOOD = 4428


SENTENCES: Final[dict[Close, str]] = {
    Close.GOING_AWAY: "The server is stopping; come back in a moment.",
    Close.TEXT_FRAME: "This socket speaks binary frames only.",
    Close.TRY_AGAIN: "The server restarts; come back in a moment.",
    Close.TOO_SLOW: "This reader fell too far behind; come back and synchronise.",
    Close.GAP: "An update was missing before this one; come back and synchronise.",
    Close.RIGHTS_CHANGED: "What this person may do has changed; come back through the door.",
    Close.HANDSHAKE_TIMEOUT: "The first synchronisation did not end in time.",
    Close.REPLAYED: "The order was reloaded; come back and synchronise.",
    Close.CROWDED: "This person has too many connections open; close some, then come back.",
    Close.UNAVAILABLE: "This order cannot be opened at the moment; nothing is lost. Come back in a moment.",
    Close.SIGNED_OUT: "This session has ended; sign in again.",
    Close.NOT_FOUND: "There is no such order for this person.",
    Close.EPOCH: "The order was rebuilt; keep a copy of unsent work and start from the server's copy.",
    Close.OUTDATED: "This page speaks an older protocol than the server; load the present version.",
    Close.MALFORMED: "The bytes are not an update of the Yjs protocol, version 1.",
    Close.TOO_LARGE: "The message is larger than an order may need.",
    Close.FORBIDDEN_CONTENT: "An order holds plain values and text only.",
    Close.IDENTITY: "An update was written under another user's client id.",
    Close.UNKNOWN_REFERENCE: "An update refers to something the server does not have.",
    Close.UNKNOWN_ROOT: "An order has no such root.",
    Close.WRONG_TYPE: "A root was used as another type than it is.",
    Close.AWARENESS: "An awareness message was not well-formed.",
    Close.FLOOD: "Too many messages came in too short a time.",
}
