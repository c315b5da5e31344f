"""Why a bot lowered a quantity, in the reader's words: “4 left on December 12, 2026; 6 more on January 3, 2027”."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from schema.language import Language
from schema.values import TEXT_LIMIT, canonical_decimal
from server.bots.allocation import Share
from server.mail import formats

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "left": ("il en reste {now} le {day}", "{now} left on {day}"),
    "none": ("il n’en reste plus le {day}", "none left on {day}"),
    "more": ("{later} de plus le {date}", "{later} more on {date}"),
    "missing": ("{missing} qu’aucun arrivage ne couvre", "{missing} that no arrival covers"),
    "restored": ("le stock suffit de nouveau", "there is enough stock again"),
}


def _say(language: Language, key: str, **values: str) -> str:
    return _WORDS[key][0 if language == "fr" else 1].format(**values)


def reason(language: Language, shares: Mapping[str, Share], unit: str | None, today: str) -> str:
    """One sentence for a line. shares: by size point, "" where there are no sizes; only those that are short count."""
    short = {point: share for point, share in shares.items() if not share.whole}
    if not short:
        return _capital(_say(language, "restored")) + "."
    parts = [_part(language, point, share, unit, today) for point, share in short.items()]
    text = _capital("; ".join(parts)) + "."
    return text if len(text) <= TEXT_LIMIT else text[: TEXT_LIMIT - 1] + "…"


def _part(language: Language, point: str, share: Share, unit: str | None, today: str) -> str:
    day = formats.day(today, language)
    said = [
        _say(language, "left", now=_amount(share.now, unit, language), day=day)
        if share.now
        else _say(language, "none", day=day)
    ]
    if share.later and share.date:
        later = _amount(share.later, unit, language)
        said.append(_say(language, "more", later=later, date=formats.day(share.date, language)))
    if share.missing:
        said.append(_say(language, "missing", missing=_amount(share.missing, unit, language)))
    return (f"{point}{' :' if language == 'fr' else ':'} " if point else "") + ", ".join(said)


def _amount(quantity: Decimal, unit: str | None, language: Language) -> str:
    return formats.quantity(Decimal(canonical_decimal(format(quantity, "f"))), unit, language)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
