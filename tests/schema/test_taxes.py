"""The table of taxes."""

from datetime import date, timedelta
from itertools import combinations

from schema.taxes import TAXES, taxes_in


def test_no_two_rates_of_one_tax_hold_on_one_day() -> None:
    for one, other in combinations(TAXES, 2):
        if (one.region, one.code) == (other.region, other.code):
            assert (one.until or "9999") < other.since or (other.until or "9999") < one.since


def test_a_rate_that_ends_is_followed_on_the_next_day() -> None:
    for tax in TAXES:
        if tax.until:
            next_day = (date.fromisoformat(tax.until) + timedelta(days=1)).isoformat()
            assert any(next_one.since == next_day for next_one in taxes_in(tax.region, next_day))


def test_every_province_and_territory_is_in_the_table() -> None:
    assert {tax.region for tax in TAXES} == {
        *("AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT")
    }


def test_the_sum_of_the_quebec_rates_appears_nowhere() -> None:
    rates = {str(tax.rate) for tax in TAXES}
    assert rates.isdisjoint({"0.0997", "0.1497", "0.14975"})
