"""The notices that an order tells, as they travel (schema.messages)."""

from collections.abc import Mapping, Sequence
from typing import Final

from persistence.refusal import RefusedEdit
from schema.language import Language
from schema.messages import RefusedItem
from schema.order import State
from schema.policy import POLICY
from schema.refusals import Refusal
from schema.shown import plain
from server.gate.author import Author
from server.gate.outcome import Refused
from server.gate.place import place_at
from server.rooms.batch import ToldRefusal
from server.yjs import envelope

SERVER_NAME: Final[Mapping[Language, str]] = {"fr": "Le système", "en": "The system"}
"""What is said of a value that nobody wrote but the server, as a list price."""


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
    return _refused([_item(told.id, told.refused, told.by, language)])


def refused_before(kept: Sequence[RefusedEdit], language: Language) -> bytes:
    """The same for those that their author has not dismissed yet."""
    return _refused([_item(edit.id, _as_refused(edit), edit.by, language) for edit in kept])


def _refused(items: list[RefusedItem]) -> bytes:
    return envelope.notice({"type": "refused", "items": items})


def _as_refused(kept: RefusedEdit) -> Refused:
    refusal = Refusal(kept.code, kept.value("values"))
    return Refused(place_at(kept.cell), refusal, kept.value("tried"), kept.value("kept"))


def _item(refusal_id: str, edit: Refused, by: str | None, language: Language) -> RefusedItem:
    refusal = Refusal(edit.refusal.code, edit.refusal.values | {"by": by or SERVER_NAME[language]})
    item: RefusedItem = {
        "id": refusal_id,
        "cell": edit.address,
        "code": refusal.code,
        "message": refusal.sentence(language),
        "tried": plain(edit.tried),
        "kept": edit.kept,
    }
    if by:
        item["by"] = by
    return item
