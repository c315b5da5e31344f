"""Whether a bot may send what it proposed: only its own changes, and only as little as its company allows. Pure."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from persistence.bot_decision import BotDecision
from persistence.bot_settings import BotSettings
from persistence.claim import Need
from schema.cells import line_key
from schema.order import Content, lines_of
from schema.status import latest_signature, state_of
from schema.terms import changes_between, signed_terms, terms_of
from schema.totals import is_dropped
from server.bots.situation import written_by
from server.rooms.needs import claim_of


def may_send(content: Content, settings: BotSettings, decisions: list[BotDecision], today: str) -> bool:
    """Whether what stands differs from what the client signed by the bot's own changes alone, within the tolerance."""
    theirs, latest = content.record.get("signatures/client"), latest_signature(content)
    if state_of(content) not in ("open", "amending") or theirs is None or latest is None:
        return False
    own = {
        cell
        for decision in decisions
        if decision.state == "written" and not decision.undone_at
        for cell in written_by(decision)
    }
    changed = {change.address for change in changes_between(signed_terms(latest), terms_of(content))}
    unlike_theirs = changes_between(signed_terms(theirs), terms_of(content))
    return (
        bool(unlike_theirs)
        and bool(changed)
        and changed <= own
        and within_tolerance(content, settings, today)
    )


def within_tolerance(content: Content, settings: BotSettings, today: str) -> bool:
    """Whether no line is short by more than the percentage, or late by more than the days, that the company allows."""
    claim = claim_of(content, state_of(content))
    needs: defaultdict[str, list[Need]] = defaultdict(list)
    for (line, _), need in (claim.needs if claim else {}).items():
        needs[line].append(need)
    return all(
        _line_within(content, line, needs[line], settings, today)
        for line in lines_of(content)
        if not is_dropped(content, line)
    )


def _line_within(content: Content, line: str, needs: list[Need], settings: BotSettings, today: str) -> bool:
    asked = sum((Decimal(need.asked or 0) for need in needs), Decimal(0))
    offered = sum(
        (Decimal((need.asked if need.offered is None else need.offered) or 0) for need in needs), Decimal(0)
    )
    short = asked - offered
    if short <= 0:
        return True
    if short * 100 > asked * Decimal(settings.tolerance_percent):
        return False
    promised = content.supplier.get(line_key(line, "backorder_date"))
    due = (
        content.client.get(line_key(line, "requested_date")) or content.client.get("requested_date") or today
    )
    return promised is None or _days_between(max(due, today), promised) <= settings.tolerance_days


def _days_between(due: str, promised: str) -> int:
    return (date.fromisoformat(promised) - date.fromisoformat(due)).days
