import json
import re
from pathlib import Path

from prometheus_client import REGISTRY

import server.app
from tests.bench.scale import Fleet, simulate

DOCS = Path(__file__).parent.parent / "docs"
METRIC = re.compile(r"shared_order_[a-z_]+")


def test_every_metric_that_the_dashboard_and_the_alarms_name_exists() -> None:
    assert server.app  # whose import declares them
    families = {family.name: family.type for family in REGISTRY.collect()}
    known = {name + ("_total" if kind == "counter" else "") for name, kind in families.items()}
    known |= {f"{name}_bucket" for name, kind in families.items() if kind == "histogram"}
    board = json.loads((DOCS / "grafana.json").read_text(encoding="utf-8"))
    drawn = "\n".join(target["expr"] for panel in board["panels"] for target in panel["targets"])
    named = set(METRIC.findall(drawn + (DOCS / "operations.md").read_text(encoding="utf-8")))
    assert named <= known, sorted(named - known)


def test_edits_gather_in_fewer_commits_as_load_grows() -> None:
    quiet, busy = simulate(Fleet(editors=100)), simulate(Fleet(editors=20_000))
    assert busy.edits_in_a_commit > 2 * quiet.edits_in_a_commit
    assert busy.saved_99 < 0.1


def test_an_expression_in_the_nginx_example_stands_in_quotes_where_it_has_braces() -> None:
    """Or nginx takes its brace for the beginning of a block, and does not start."""
    lines = (DOCS / "nginx.conf").read_text(encoding="utf-8").splitlines()
    expressions = [line.strip() for line in lines if re.match(r"\s*\"?~", line)]
    assert expressions
    assert all(one.startswith('"~') for one in expressions if "{" in one)
