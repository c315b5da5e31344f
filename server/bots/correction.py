"""One line's correction in its order: judged and written like anybody's edit, with the decision beside it."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session

from persistence.bot_decision import BotDecision, keep_decision, keep_once
from persistence.bot_notice import owe_notice
from persistence.bot_settings import BotSettings
from persistence.columns import new_id
from schema.cells import line_key
from schema.order import Content, facts_of
from schema.values import canonical_decimal
from server.bots.plan import LinePlan
from server.bots.proposal import Proposal, judged, propose
from server.bots.sentence import reason
from server.bots.situation import BOT_NAME, CORRECTIONS, corrections
from server.gate.author import BOT_ID, Author
from server.gate.outcome import Change
from server.gate.place import Place
from server.rooms.batch import Effect
from server.rooms.needs import round_of
from server.rooms.room import Room

GATHER: Final = timedelta(minutes=5)
"""How long changes gather before the supplier's people are told of them."""
QUIET: Final = timedelta(minutes=30)
"""At least this long passes between two mails, or two sendings, that a bot causes in one order."""


def author_for(event: int) -> Author:
    """The bot as the author of what a change of stock brings about."""
    return Author(BOT_ID, BOT_NAME, "supplier", "bot", f"stock {event}")


def cells_to_write(
    line: LinePlan, content: Content, why: str, decided: list[BotDecision]
) -> dict[Place, Any]:
    """What is to be written of a plan, or nothing where the order has moved on since it was made.

    why: the sentence for the client; a reason in someone else's words stays.
    """
    for point, asked in line.asked.items():
        key = line_key(line.line, "quantity", *((point,) if point else ()))
        if _canonical(content.client.get(key)) != asked:
            return {}
    if any(_canonical(content.supplier.get(key)) != value for key, value in line.seen.items()):
        return {}
    cells: dict[Place, Any] = {
        ("supplier", key): value for key, value in line.cells.items() if value != line.seen[key]
    }
    explained = line_key(line.line, "reason")
    present = content.supplier.get(explained)
    if cells and line.explains and present in (None, "", _last_words(decided, f"supplier/{explained}")):
        whole = all(share.whole for share in line.shares.values())
        cells["supplier", explained] = None if whole else why
    return {place: value for place, value in cells.items() if content.supplier.get(place[1] or "") != value}


def _canonical(value: Any) -> Any:
    return canonical_decimal(value) if isinstance(value, str) and "-" not in value else value


def _last_words(decided: list[BotDecision], address: str) -> Any:
    """What the bot itself wrote last in a cell."""
    for decision in reversed(decided):
        for cell in decision.cells:
            if cell["cell"] == address and decision.state == "written":
                return cell["after"]
    return None


def correct(
    room: Room,
    line: LinePlan,
    *,
    settings: BotSettings,
    event: int,
    decided: list[BotDecision],
    at: datetime,
    today: str,
) -> Proposal | Callable[[Session], object] | None:
    """Write one line's correction; in a dry run, what keeps the decision instead, if it could be written. None: there
    is nothing to do."""
    line = line.counted_in(facts_of(room.content, line.line) or {})
    said = {language: reason(language, line.shares, line.unit, today) for language in ("fr", "en")}
    client = room.content.record.get("parties/client") or {}
    why = said["en" if client.get("language") == "en" else "fr"]
    cells = cells_to_write(line, room.content, why, decided)
    if not cells:
        return None
    facts = {
        "order_id": room.order_id,
        "supplier_id": settings.supplier_id,
        "line": line.line,
        "rule": "stock",
        "event": event,
        "round": round_of(room.content),
        "reason_fr": said["fr"],
        "reason_en": said["en"],
        "at": at,
    }
    author = author_for(event)
    if settings.dry_run:
        refused = judged(room, author, cells)
        return Proposal([], refused, room.settled()) if refused else _rehearsal(facts, cells, room.content)
    this_round = round_of(room.content)

    def effects(changes: list[Change]) -> list[Effect]:
        last = any(corrections(decided, one.address, this_round) + 1 >= CORRECTIONS for one in changes)
        row = facts | {"id": new_id(), "state": "written", "cells": _kept(changes), "last": last}
        gather = timedelta(0) if settings.mode == "send_within_tolerance" else GATHER
        return [
            lambda session: keep_decision(session, row),
            lambda session: owe_notice(session, room.order_id, settings.supplier_id, at, gather, QUIET),
        ]

    return propose(room, author, cells, effects)


def _rehearsal(
    facts: Mapping[str, Any], cells: Mapping[Place, Any], content: Content
) -> Callable[[Session], object]:
    changes = [Change(place, content.supplier.get(place[1] or ""), value) for place, value in cells.items()]
    kept = _kept(changes)
    text = json.dumps([facts["order_id"], facts["line"], facts["event"], [one["after"] for one in kept]])
    once = hashlib.sha256(text.encode()).hexdigest()
    row = {**facts, "id": new_id(), "state": "would_write", "cells": kept, "last": False, "once": once}
    return lambda session: keep_once(session, row)


def _kept(changes: list[Change]) -> list[dict[str, Any]]:
    return [{"cell": one.address, "before": one.before, "after": one.after} for one in changes]
