"""What a signature covers."""

import json
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schema.order import Content
from schema.terms import (
    canonical_json,
    changes_between,
    changes_for,
    digest_of,
    signed_terms,
    terms_of,
    written,
)
from tests.schema.contents import CONTENTS, UNSIGNED


def backwards(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: backwards(value[key]) for key in reversed(value)}
    return value


@given(UNSIGNED)
def test_the_digest_does_not_depend_on_the_order_of_keys(content: Content) -> None:
    turned = Content(
        client=backwards(content.client),
        supplier=backwards(content.supplier),
        record=backwards(content.record),
    )
    assert digest_of(turned) == digest_of(content)


@given(UNSIGNED, UNSIGNED)
def test_terms_differ_exactly_where_digests_do(one: Content, other: Content) -> None:
    changes = changes_between(terms_of(one), terms_of(other))
    assert bool(changes) == (digest_of(one) != digest_of(other))


@given(UNSIGNED)
def test_terms_read_back_from_a_signature_are_the_terms(content: Content) -> None:
    terms = terms_of(content)
    assert signed_terms({"terms": canonical_json(terms)}) == terms


@given(UNSIGNED)
def test_terms_hold_strings_and_objects_of_strings_alone(content: Content) -> None:
    def is_plain(value: Any) -> bool:
        return isinstance(value, str) or (isinstance(value, dict) and all(map(is_plain, value.values())))

    assert is_plain(json.loads(canonical_json(terms_of(content))))


@given(UNSIGNED, st.text(max_size=5))
def test_notes_and_comments_are_no_terms(content: Content, text: str) -> None:
    written = replace(content, note=text, comments={"c1": {"text": text}})
    assert digest_of(written) == digest_of(content)


@given(CONTENTS)
def test_whoever_signed_what_stands_sees_no_change(content: Content) -> None:
    for side in ("client", "supplier"):
        signature = content.record.get(f"signatures/{side}")
        changes = changes_for(content, side)
        assert bool(changes) == (signature is not None and signature["digest"] != digest_of(content))


def test_signatures_from_before_substitutes_were_covered_can_still_be_read() -> None:
    content = Content(client={"lines/a/product": "p"})
    terms = terms_of(content)
    del terms["substitutes"]
    assert changes_between(terms, terms_of(content)) == []


def test_a_value_of_terms_is_written_as_a_register_holds_it() -> None:
    assert written("client", "lines/a/withdrawn", "true") is True
    assert written("client", "lines/a/withdrawn", None) is None
    assert written("client", "lines/a/job_reference", "true") == "true"
