"""Amounts, beside the golden examples."""

from decimal import Decimal

from hypothesis import given

from schema.order import Content, lines_of
from schema.totals import CENT, ZERO, is_dropped, line_amount, points_of, to_cents, totals_of
from tests.schema.contents import CONTENTS


@given(CONTENTS)
def test_amounts_are_never_negative_and_always_whole_cents(content: Content) -> None:
    totals = totals_of(content)
    amounts = [*totals.lines.values(), totals.freight, totals.subtotal, totals.total]
    amounts += [tax.amount for tax in totals.taxes]
    for amount in amounts:
        assert amount >= 0
        assert amount.as_tuple().exponent == CENT.as_tuple().exponent


@given(CONTENTS)
def test_lines_and_freight_make_the_subtotal_and_taxes_the_rest(content: Content) -> None:
    totals = totals_of(content)
    assert sum(map(int_cents, totals.lines.values())) + int_cents(totals.freight) == int_cents(
        totals.subtotal
    )
    assert int_cents(totals.total) - int_cents(totals.subtotal) == sum(
        int_cents(tax.amount) for tax in totals.taxes
    )


def int_cents(amount: Decimal) -> int:
    return int(amount.scaleb(2))


@given(CONTENTS)
def test_a_line_alone_amounts_to_what_it_amounts_to_in_the_whole(content: Content) -> None:
    totals, points = totals_of(content), points_of(content)
    for line in lines_of(content):
        assert line_amount(content, line, points.get(line, ())) == totals.lines[line]
        assert not is_dropped(content, line) or totals.lines[line] == 0


def test_half_a_cent_goes_up() -> None:
    rounded = [to_cents(Decimal(amount)) for amount in ("0.004", "0.005", "0.015", "9.975", "9.974999")]
    assert rounded == [Decimal(amount) for amount in ("0.00", "0.01", "0.02", "9.98", "9.97")]


def test_what_is_no_decimal_counts_as_nothing() -> None:
    content = Content(
        client={"lines/a/product": "p", "lines/a/quantity": "NaN"},
        supplier={"lines/a/unit_price": 3.5, "freight": "-1"},
    )
    assert totals_of(content).total == ZERO
