import re
from pathlib import Path

import pytest

from server.demo.companies import COMPANIES
from server.operate.demo import SHOWN
from server.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
NAMED_FROM = [ROOT, ROOT / "tests", ROOT / "tests" / "server", ROOT / "web" / "src"]
"""The folders from which pages name a file; one that is named without a folder is not looked for."""
MADE = {"__pycache__", "node_modules", "dist", "browser", "test-results", "README.md"}


def entries(folder: Path) -> list[Path]:
    """What a folder holds that was written rather than made."""
    return [
        each
        for each in sorted(folder.iterdir())
        if not each.name.startswith(".") and not each.name.endswith(".egg-info") and each.name not in MADE
    ]


def worth_a_line() -> set[str]:
    """The files and folders at the top, the folders below them, and the pages of docs; tests mirror the rest."""
    lines = set()
    for top in entries(ROOT):
        lines.add(f"{top.name}/" if top.is_dir() else top.name)
        for below in entries(top) if top.is_dir() and top.name != "tests" else ():
            if below.is_dir():
                lines.add(f"{top.name}/{below.name}/")
            elif below.suffix == ".md":
                lines.add(f"{top.name}/{below.name}")
    return lines


def test_the_map_has_one_line_for_each_folder_and_none_for_what_is_gone() -> None:
    drawn = re.findall(r"^\| `([^`@]+)` \|", README, re.MULTILINE)
    assert sorted(drawn) == sorted(worth_a_line())


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_files_that_a_page_names_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`(\w[\w.-]*/[\w./-]*\.(?:py|ts|tsx|css|csv|mjs|md))`", text)
    missing = [name for name in named if not any((folder / name).exists() for folder in NAMED_FROM)]
    assert missing == []


def test_the_people_of_the_demo_are_those_who_can_sign_in() -> None:
    people = {f"{one.key}@{demo.domain}" for demo in COMPANIES for one in demo.people if one.key in SHOWN}
    assert set(re.findall(r"^\| `(\S+@\S+)` \|", README, re.MULTILINE)) == people


def test_the_table_of_settings_says_what_the_program_reads() -> None:
    rows = [
        f"| `{PREFIX}{name.upper()}` | {f'`{field.default}`' if str(field.default) else ''} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    assert [line for line in OPERATIONS.splitlines() if line.startswith(f"| `{PREFIX}")] == rows
