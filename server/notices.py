"""The notices that an order tells, as they travel (schema.messages)."""

from schema.messages import RefusedItem
from schema.order import State
from schema.policy import POLICY
from schema.refusals import Language, Refusal
from schema.shown import plain
from server import envelope
from server.batch import ToldRefusal
from server.judge import Author


def hello(author: Author, state: State, epoch: str) -> bytes:
    """Who a reader is here and what he may do now."""
    return envelope.notice(
        {
            "type": "hello",
            "user": {"id": author.user_id, "name": author.name},
            "side": author.side,
            "role": author.role,
            "state": state,
            "epoch": epoch,
            "rights": POLICY.column(author.role, state),
        }
    )


def rights(author: Author, state: State) -> bytes:
    """What a reader may do now that the state is another."""
    return envelope.notice({"type": "rights", "state": state, "rights": POLICY.column(author.role, state)})


def availability(language: Language, *, available: bool) -> bytes:
    """Whether the order can be written at the moment."""
    message = "" if available else Refusal("order_unavailable").sentence(language)
    return envelope.notice({"type": "availability", "available": available, "message": message})


def refused(told: ToldRefusal, language: Language) -> bytes:
    """An edit that did not take effect, for its author."""
    return envelope.notice({"type": "refused", "items": [_item(told, language)]})


def _item(told: ToldRefusal, language: Language) -> RefusedItem:
    edit = told.refused
    refusal = Refusal(edit.refusal.code, edit.refusal.values | ({"by": told.by} if told.by else {}))
    item: RefusedItem = {
        "id": told.id,
        "cell": edit.address,
        "code": refusal.code,
        "message": refusal.sentence(language),
        "tried": plain(edit.tried),
        "kept": edit.kept,
    }
    if told.by:
        item["by"] = told.by
    return item
