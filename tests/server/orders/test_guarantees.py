"""Every sentence of `docs/guarantees.md` is cited by a test that proves it."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
CITED = re.compile(r"\bG\d+\b")


def test_every_guarantee_is_cited_by_a_test_and_every_citation_exists() -> None:
    """The document and the tests speak of the same sentences."""
    promised = set(
        re.findall(r"^\*\*(G\d+)\.", (ROOT / "docs/guarantees.md").read_text("utf-8"), re.MULTILINE)
    )
    cited: dict[str, list[str]] = {}
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                for name in CITED.findall(ast.get_docstring(node) or ""):
                    cited.setdefault(name, []).append(node.name)
    assert promised == {f"G{number}" for number in range(1, 10)}
    assert set(cited) == promised
