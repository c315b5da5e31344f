"""Random orders for hypothesis, with values that passed the gate."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from schema.cells import FIELDS, REGISTERS, Field, ValueKind
from schema.order import Content
from schema.terms import canonical_json, digest, terms_of

LINES = st.sampled_from(["a", "b", "c9", "__proto__", "constructor", "-1"])
POINTS = st.sampled_from(["S", "M", "36", "9", "é", "Ａ", "😀", "__proto__"])
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=TURNING), max_size=12)


def decimals(places: int, highest: int = 10**12 - 1) -> st.SearchStrategy[str]:
    """Decimal strings, in every permitted spelling of a number."""
    parts = st.tuples(st.integers(0, highest), st.text("0123456789", max_size=places))
    return parts.map(lambda part: f"{part[0]}.{part[1]}" if part[1] else str(part[0]))


def _mixed(parts: tuple[int, int, int]) -> str:
    whole, over, under = parts
    return f"{whole} {over % under}/{under}"


_MEASURES = st.one_of(
    decimals(6, 999_999),
    st.tuples(st.integers(0, 999_999), st.integers(0, 9999), st.integers(1, 9999)).map(_mixed),
    st.tuples(st.integers(0, 10**12 - 1), st.integers(1, 9_999_999)).map(
        lambda parts: f"{parts[0]}/{parts[1]}"
    ),
)
_OBJECTS = st.dictionaries(st.sampled_from(["city", "region", "street", "name", "to_string"]), WORDS)

VALUES: dict[ValueKind, st.SearchStrategy[Any]] = {
    "address": _OBJECTS,
    "characteristic": WORDS,
    "contact": _OBJECTS,
    "date": st.dates(date(2000, 1, 1), date(2199, 12, 31)).map(str),
    "dimension": st.tuples(_MEASURES, st.sampled_from(["", " in", " mm", " cm"])).map("".join),
    "flag": st.booleans(),
    "money": decimals(2),
    "number": decimals(4),
    "percent": decimals(3, 99),
    "position": st.text("0aZ", min_size=1, max_size=3),
    "price": decimals(4),
    "product": st.sampled_from(["hinge", "door"]),
    "quantity": decimals(3),
    "text": WORDS,
}
"""Values of each kind that pass `check`."""


def _cell(path: str, field: Field) -> st.SearchStrategy[tuple[str, Any]]:
    key = st.tuples(LINES, POINTS).map(lambda at: path.replace("*", at[0], 1).replace("*", at[1], 1))
    return st.tuples(key, VALUES[field.value] | st.none())


def _register(side: str) -> st.SearchStrategy[dict[str, Any]]:
    cells = [_cell(path, field) for (register, path), field in FIELDS.items() if register == side]
    products = _cell("lines/*/product", FIELDS[side, "lines/*/product"])
    return st.lists(st.one_of(products, *cells), max_size=25).map(dict)


_FACTS = st.fixed_dictionaries(
    {"code": WORDS, "tax_class": st.sampled_from(["standard", "zero", "exempt"])},
    optional={"name_fr": WORDS, "name_en": st.none() | WORDS, "image": WORDS},
)
_PARTY = st.fixed_dictionaries({"id": WORDS, "region": st.sampled_from(["QC", "ON", "BC", "NS", "ZZ", ""])})
_MARK = st.just({"at": "2026-11-23T14:02:11Z"})


def _under(root: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(LINES.map(lambda line: f"{root}/{line}"), values, max_size=4)


_RECORD = st.builds(
    lambda *parts: {key: value for part in parts for key, value in part.items()},
    _under("products", _FACTS),
    _under("substitutes", _FACTS),
    st.fixed_dictionaries(
        {},
        optional={
            "made_by": st.sampled_from(REGISTERS),
            "made_at": VALUES["date"].map(lambda day: f"{day}T12:00:00Z"),
            "currency": st.sampled_from(["CAD", "USD"]),
            "parties/client": _PARTY,
            "parties/supplier": _PARTY,
            "agreed": _MARK,
            "amending": _MARK,
            "closing": _MARK,
        },
    ),
)

UNSIGNED = st.builds(Content, client=_register("client"), supplier=_register("supplier"), record=_RECORD)
"""Orders that nobody has signed."""


def _sign(now: Content, signed: dict[str, tuple[Content | None, int]]) -> Content:
    """`now`, where each company of `signed` has signed another order's terms, or these where that is None."""
    for side, (then, count) in signed.items():
        text = canonical_json(terms_of(then or now))
        now.record[f"signatures/{side}"] = {"digest": digest(text), "terms": text, "count": count, "at": ""}
    return now


CONTENTS = st.builds(
    _sign,
    UNSIGNED,
    st.dictionaries(st.sampled_from(REGISTERS), st.tuples(st.none() | UNSIGNED, st.integers(1, 3))),
)
"""Orders of any kind, signed by none, one or both, under what stands or under something else."""
