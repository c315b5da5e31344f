"""By which names a province is known; what follows for the taxes is among the golden examples of totals."""

import csv
from importlib.resources import files

import pytest

from schema.regions import region_at, region_named
from schema.taxes import TAXES

ROWS = list(csv.DictReader(files("schema").joinpath("regions.csv").read_text(encoding="utf-8").splitlines()))


def test_the_table_names_the_provinces_of_the_table_of_taxes_and_no_others() -> None:
    provinces = {tax.region for tax in TAXES}
    assert {row["region"] for row in ROWS} == provinces
    assert {region_named(region) for region in provinces} == provinces


def test_no_two_provinces_have_one_name() -> None:
    assert [region_named(row["name"]) for row in ROWS] == [row["region"] for row in ROWS]


@pytest.mark.parametrize(
    "text", ["QC", "qc", "Québec", "QUEBEC", " Que\u0301bec ", "Qué.", "Province de Québec"]
)
def test_a_province_is_known_by_its_names_however_they_are_written(text: str) -> None:
    assert region_named(text) == "QC"


@pytest.mark.parametrize("text", ["", "NY", "Montérégie", "Québecois", "…", "魁北克"])
def test_what_names_no_province_is_none(text: str) -> None:
    assert region_named(text) is None


def test_what_is_no_text_names_no_place() -> None:
    assert region_at({"region": None, "country": None}) == ""
    assert region_at({}) == ""
