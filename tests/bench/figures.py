"""What a measurement prints: Markdown, each figure as its median with the least and the greatest."""

import os
import platform
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Final

GIGABYTE: Final = 2**30


def machine() -> str:
    """On what it was measured, and when."""
    cpuinfo = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = next(
        (line.partition(":")[2].strip() for line in cpuinfo.splitlines() if "model name" in line), "?"
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIGABYTE
    busy = os.getloadavg()[0]
    return (
        f"{date.today()}: {model}, {os.cpu_count()} cores, {memory:.0f} GB, Linux {platform.release()}, "
        f"Python {platform.python_version()}; load before: {busy:.1f}"
    )


def milliseconds(work: Callable[[], object], times: int) -> list[float]:
    """How long `work` takes, each time; the first time is not counted."""
    work()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def spread(values: Sequence[float]) -> str:
    """`12.1 [11.0–14.2]`: the median, the least and the greatest."""
    if not values:
        return "–"
    low, high = number(min(values)), number(max(values))
    return low if low == high else f"{number(statistics.median(values))} [{low}–{high}]"


def number(value: float) -> str:
    """With as many digits as are worth reading."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the others lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table under a title."""
    print(f"\n### {title}\n")
    print(f"| {' | '.join(heads)} |")
    print(f"|{'|'.join(['---', *['---:'] * (len(heads) - 1)])}|")
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)
