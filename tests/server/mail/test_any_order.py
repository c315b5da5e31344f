"""A mail is composed in the transaction of what it tells: no order, however odd, may make it fail."""

from html.parser import HTMLParser
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from schema.cells import FIELDS
from schema.language import Language
from schema.order import Content
from schema.terms import terms_of
from server.mail import OrderMailKind, Reader
from tests.server.mail.sheet import LINK, compose_order_mail, facts, sheet

DECIMALS = st.decimals(0, 10**9, places=2).map(str)
ODD_TEXT = st.text(max_size=30)
TRUSTED: dict[str, st.SearchStrategy[Any]] = {
    "dimension": st.sampled_from(["34 1/2", "876 mm", "1/3", "0.5"]),
    "flag": st.booleans(),
    "money": DECIMALS,
    "percent": st.sampled_from(["0", "5", "100"]),
    "price": DECIMALS,
    "quantity": DECIMALS,
}
"""What terms and totals take from the gate as it is; anything else may be odd here."""

ODD: dict[str, st.SearchStrategy[Any]] = {
    "address": st.dictionaries(st.sampled_from(["street", "city", "region"]), ODD_TEXT) | ODD_TEXT,
    "contact": st.dictionaries(st.sampled_from(["name", "email"]), ODD_TEXT) | ODD_TEXT,
    "date": st.dates().map(str) | ODD_TEXT,
}
LINES = ("door", "apron", "new")
POINTS = ("S", "width", "wood", "{0}%s")


def cell(register: str, path: str, kind: str) -> st.SearchStrategy[tuple[str, str, Any]]:
    pattern = path.replace("lines/*/", "lines/{line}/").replace("/*", "/{point}")
    keys = st.builds(
        lambda line, point: pattern.replace("{line}", line).replace("{point}", point),
        st.sampled_from(LINES),
        st.sampled_from(POINTS),
    )
    values = (TRUSTED | ODD).get(kind, ODD_TEXT)
    return st.tuples(st.just(register), keys, st.none() | values)


CELLS = st.lists(st.one_of(*(cell(*place, field.value) for place, field in FIELDS.items())), max_size=25)


def written(content: Content, cells: list[tuple[str, str, Any]]) -> Content:
    for register, key, value in cells:
        content.root(register)[key] = value
    return content


@settings(max_examples=150, deadline=None)
@given(CELLS, CELLS, st.sampled_from(["received", "changed"]), st.sampled_from(["fr", "en"]), ODD_TEXT)
def test_every_order_can_be_told(
    earlier: list[Any], later: list[Any], kind: OrderMailKind, language: Language, name: str
) -> None:
    content = written(sheet(), earlier)
    before = terms_of(content)
    written(content, later)
    message = compose_order_mail(
        kind,
        Reader(name, "anna@laurier.example", language),
        content=content,
        **facts(before=before, reason=name, actor_name=name),
    )
    assert message.html.count("href=") == 1
    assert LINK in message.text
    assert len(message.subject.splitlines()) == 1
    HTMLParser().feed(message.html)
