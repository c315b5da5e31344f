from pathlib import Path

import pytest

from persistence.stock_list import stock_page
from server.cli import main
from server.operate.people import find_company
from server.operate.progress import shown
from tests.server.filled import filled_demo, reading

pytestmark = pytest.mark.sqlite


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return filled_demo(tmp_path / "demo")


def run(folder: Path, sheet: Path) -> int:
    return main(["import", "stock", str(sheet), "--company", "Ébénisterie Boréale", "--data", str(folder)])


def test_stock_is_set_and_faulty_rows_are_told_by_line(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "stock.csv"
    sheet.write_text("code,on_hand\nH-110,40\nNOWHERE,3\nH-155,beaucoup\n", encoding="utf-8")
    assert run(folder, sheet) == 1
    said = capsys.readouterr().out
    assert "line 3" in said
    assert "line 4" in said
    assert "1 row read, 1 changed, 2 to correct." in said
    with reading(folder) as session:
        boreale = find_company(session, "Ébénisterie Boréale")
        assert boreale is not None
        page = stock_page(session, boreale.id, words="H-110", after=None, limit=10)
    assert [level.on_hand for level, _ in page.items] == ["40"]


def test_a_sound_file_ends_well_and_again_changes_nothing(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "stock.csv"
    sheet.write_text("code,on_hand\nH-110,40\n", encoding="utf-8")
    assert run(folder, sheet) == 0
    assert run(folder, sheet) == 0
    assert "1 row read, 0 changed, 0 to correct." in capsys.readouterr().out


def test_a_bar_gives_every_part_and_is_silent_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(shown(["a", "b"], 3, [1, 2])) == ["a", "b"]
    assert capsys.readouterr().err == ""
