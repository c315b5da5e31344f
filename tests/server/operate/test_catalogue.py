from pathlib import Path

import pytest

from persistence.product import product_by_code
from server.cli import main
from server.operate.people import find_company
from tests.server.filled import filled_demo, reading

pytestmark = pytest.mark.sqlite

SHEET = "code,name_fr,unit,price\nP-900,Porte neuve,each,51.00\nH-110,Charnière,pair,8.10\nX-1,Sans prix,each,abc\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return filled_demo(tmp_path / "demo")


def test_good_rows_are_kept_and_faulty_ones_are_told_by_line(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "catalogue.csv"
    file.write_text(SHEET, encoding="utf-8")
    words = ["import", "products", str(file), "--company", "Ébénisterie Boréale", "--data", str(folder)]
    assert main(words) == 1
    said = capsys.readouterr().out
    assert "line 4, price: " in said
    assert "1 added, 1 changed, 1 to correct." in said
    with reading(folder) as session:
        boreale = find_company(session, "Ébénisterie Boréale")
        assert boreale is not None
        hinge = product_by_code(session, boreale.id, "H-110")
    assert hinge is not None
    assert hinge.price == "8.10"


def test_a_company_that_sells_nothing_has_no_catalogue(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "catalogue.csv"
    file.write_text(SHEET, encoding="utf-8")
    words = ["import", "products", str(file), "--company", "Cuisines Laurier", "--data", str(folder)]
    assert main(words) == 1
    assert "There is no supplier" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["import", "products", "no.csv", "--company", "Ébénisterie Boréale", "--data", str(folder)]
    assert main(words) == 1
    assert "cannot be read" in capsys.readouterr().err
