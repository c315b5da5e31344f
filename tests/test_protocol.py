"""What `docs/protocol.md` lists is what the program says."""

import re
from pathlib import Path

from schema.closes import SENTENCES, Close
from schema.refusals import REFUSALS

PAGE = (Path(__file__).parent.parent / "docs" / "protocol.md").read_text(encoding="utf-8")


def test_the_table_of_close_codes_is_whole() -> None:
    rows = [f"| {int(code)} | `{code.name}` | {SENTENCES[code]} |" for code in Close]
    assert [line for line in PAGE.splitlines() if re.match(r"\| \d{4} \|", line)] == rows


def test_every_code_of_a_refusal_is_listed_once() -> None:
    table = PAGE.partition("| about | code |\n")[2].partition("\n\n")[0]
    assert re.findall(r"`(\w+)`[,|\s]", table) == list(REFUSALS)
