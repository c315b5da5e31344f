"""Ours beside other Yjs servers, by the harness that measures them all in one run.

    make bench WHAT=compare BENCH=/path/to/the/harness REPEATS=3      # about half an hour for each repeat

The harness starts every server by itself, ours through `tests/bench/adapter.mjs`. What is printed here are the medians
and the ratio to Hocuspocus in memory, a row for each thing that was to be reached.
"""

import json
import os
import statistics
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.bench.figures import number, spread, table

ADAPTER: Final = Path(__file__).with_name("adapter.mjs")
PEER: Final = "hocuspocus"
SERVERS: Final = (PEER, "hocuspocus-d0", "ours")
HARNESS: Final = "BENCH"
REPEATS: Final = "REPEATS"

Result = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """One thing to be reached: where the harness measures it, and the ratio to the peer that is wanted."""

    name: str
    scenario: str
    params: dict[str, int | None]
    read: Callable[[Result], float]
    wanted: str


ROWS: Final = (
    Row("edits/s, 50 orders × 4 editors", "s2", {}, lambda r: r["editsPerS"], "≥ 0.6, aim 1.0"),
    Row("server CPU s / 1,000 edits, the same", "s2", {}, lambda r: r["cpuSPer1000"], ""),
    Row("edits/s, one hot order, 20 editors", "s2b", {}, lambda r: r["editsPerS"], "≥ 1.0, aim 2"),
    Row("p50 ms, 300 edits/s over 50 orders", "s2p", {}, lambda r: r["latencyMs"]["p50"], "≤ 2, aim 1.2"),
    Row("p99 ms, 300 edits/s over 50 orders", "s2p", {}, lambda r: r["latencyMs"]["p99"], "≤ 2, aim 1.2"),
    Row("fan-out to 50, p99 ms", "s1", {"editors": 50}, lambda r: r["latencyMs"]["p99"], "≤ 1.2, aim 0.8"),
    Row("fan-out to 200, p99 ms", "s1", {"editors": 200}, lambda r: r["latencyMs"]["p99"], "≤ 1.2, aim 0.8"),
    Row(
        "KB per connection, 1,000 on 250 orders",
        "s3",
        {"conns": 1000, "perOrder": None},
        lambda r: r["kbPerConn"],
        "≤ 0.6",
    ),
    Row(
        "KB per open order, the same",
        "s3",
        {"conns": 1000, "perOrder": None},
        lambda r: r["kbPerOrder"],
        "≤ 0.6",
    ),
    Row(
        "cold open after 20,000 edits, answer ms", "s4", {"edits": 20000}, lambda r: r["coldRecvMs"], "≤ 0.3"
    ),
    Row("acknowledged edits gone, 20 kill -9", "s5", {}, lambda r: r["gone"], "0"),
    Row("MB grown beside one who never reads", "s6a", {"stalled": 1}, lambda r: r["rssGrowthMB"], "bounded"),
    Row("p99 ms beside one who never reads", "s6a", {"stalled": 1}, lambda r: r["latencyMs"]["p99"], ""),
    Row("p99 ms without him", "s6a", {"stalled": 0}, lambda r: r["latencyMs"]["p99"], ""),
)


def main() -> None:
    """Run the harness, and print the ratios."""
    harness = os.environ.get(HARNESS, "")
    if not harness:
        print(
            "\nThe comparison with other servers is left out: say where its harness is, with "
            "make bench BENCH=/path/to/the/folder/of/run.mjs"
        )
        return
    run = Path(harness) / "run.mjs"
    if not run.is_file():
        raise SystemExit(f"There is no harness in {harness}: {run} is missing.")
    out = Path(os.environ.get("OUT", "test-results/compare.jsonl")).absolute()
    out.parent.mkdir(parents=True, exist_ok=True)
    measure(run, out)
    show(out)


def measure(run: Path, out: Path) -> None:
    """Let the harness measure what `out` does not hold yet."""
    scenarios = ",".join(dict.fromkeys(row.scenario for row in ROWS))
    command = ["node", str(run), "--servers", ",".join(SERVERS), "--scenarios", scenarios, "--out", str(out)]
    command += ["--reps", os.environ.get(REPEATS, "3"), "--base", "ours"]
    subprocess.run(command, env=os.environ | {"ORDER_ADAPTER": str(ADAPTER)}, check=True)


def show(out: Path) -> None:
    """Print a row for each thing to be reached."""
    results = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    cells = [each for each in results if "scenario" in each]
    rows = []
    for row in ROWS:
        by_server = {server: _values(cells, row, server) for server in SERVERS}
        told = [spread(by_server[server]) for server in SERVERS]
        rows.append([row.name, *told, _ratio(by_server["ours"], by_server[PEER]), row.wanted])
    table("Beside other servers", ["", "Hocuspocus", "its -d0", "ours", "ours ÷ Hocuspocus", "wanted"], rows)
    failed = [cell for cell in cells if not cell["result"]["ok"]]
    for cell in failed:
        print(f"\nFailed: {cell['scenario']} {cell['server']}: {cell['result']['error'].splitlines()[0]}")


def _values(cells: list[dict[str, Any]], row: Row, server: str) -> list[float]:
    return [
        row.read(cell["result"])
        for cell in cells
        if (cell["scenario"], cell["server"]) == (row.scenario, server)
        and cell["result"]["ok"]
        and all(cell["params"].get(name) == value for name, value in row.params.items())
    ]


def _ratio(ours: list[float], theirs: list[float]) -> str:
    if not ours or not theirs or not statistics.median(theirs):
        return "–"
    return f"{number(statistics.median(ours) / statistics.median(theirs))} ×"
