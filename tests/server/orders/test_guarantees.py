"""Every sentence of `docs/guarantees.md` is cited by a test that proves it, and that `make test` runs."""

import ast
import re
from pathlib import Path
from typing import TypeGuard

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
            if _is_test_of_every_run(node):
                for name in CITED.findall(ast.get_docstring(node) or ""):
                    cited.setdefault(name, []).append(node.name)
    assert promised == {f"G{number}" for number in range(1, 10)}
    assert set(cited) == promised


def _is_test_of_every_run(node: ast.AST) -> TypeGuard[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and "pytest.mark.torture" not in map(ast.unparse, node.decorator_list)
    )
