"""Which taxes apply where goods are delivered, and since when.

`taxes.csv` is the table; a region that has no row bears no tax. In Quebec GST and QST are both computed on
the price before tax, each rounded once, half a cent upwards (Revenu Québec, "Calculating the taxes").
"""

import csv
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from typing import Final


@dataclass(frozen=True, slots=True)
class Tax:
    """One rate of the table. `rate` is a share of the base: 0.05 for five per cent. Dates are inclusive."""

    region: str
    code: str
    name_fr: str
    name_en: str
    rate: Decimal
    since: str
    until: str


def _read() -> tuple[Tax, ...]:
    text = files("schema").joinpath("taxes.csv").read_text(encoding="utf-8")
    return tuple(
        Tax(
            row["region"],
            row["code"],
            row["name_fr"],
            row["name_en"],
            Decimal(row["rate"]),
            row["from"],
            row["to"],
        )
        for row in csv.DictReader(text.splitlines())
    )


TAXES: Final = _read()


def taxes_in(region: str, day: str) -> list[Tax]:
    """The taxes of a region (two letters) on a day (`YYYY-MM-DD`)."""
    return [
        tax
        for tax in TAXES
        if tax.region == region and tax.since <= day and (not tax.until or day <= tax.until)
    ]
