"""How busy a fleet is, on paper: `python -m tests.bench.scale --editors 20000 --edits 0.2 --servers 4`.

Edits come at random; each server commits what gathered while its last commit ran, as `server.rooms.committer` does.
Costs are those of docs/scale.md and can be given.
"""

import argparse
import heapq
import json
import random
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Fleet:
    """edits: by one editor in a second. judge, commit, row: seconds of one edit, one transaction, one edit in it."""

    editors: int = 20_000
    edits: float = 0.2
    servers: int = 4
    judge: float = 0.0003
    commit: float = 0.004
    row: float = 0.0003
    seconds: float = 20.0


@dataclass(frozen=True)
class Load:
    """busy: share of the time that a server judges and that it commits. saved: seconds until an edit is durable."""

    edits_per_second: float
    commits_per_second: float
    edits_in_a_commit: float
    busy_judging: float
    busy_committing: float
    saved_median: float
    saved_99: float


def simulate(fleet: Fleet, seed: int = 7) -> Load:
    """Play some seconds of one server's share."""
    draw = random.Random(seed)
    rate = fleet.editors * fleet.edits / fleet.servers
    arrivals: list[float] = []
    at = draw.expovariate(rate)
    while at < fleet.seconds:
        arrivals.append(at)
        at += draw.expovariate(rate)
    judged, waits, commits, committing = 0.0, [], 0, 0.0
    ready: list[float] = []
    for each in arrivals:
        judged = max(judged, each) + fleet.judge
        heapq.heappush(ready, judged)
    asked, free, taken = sorted(zip(ready, arrivals, strict=True)), 0.0, 0
    while taken < len(asked):
        begin = max(free, asked[taken][0])
        batch = taken
        while batch < len(asked) and asked[batch][0] <= begin:
            batch += 1
        cost = fleet.commit + fleet.row * (batch - taken)
        free = begin + cost
        waits += [free - arrived for _, arrived in asked[taken:batch]]
        commits, committing, taken = commits + 1, committing + cost, batch
    waits.sort()
    span = max(free, fleet.seconds)
    return Load(
        len(arrivals) * fleet.servers / fleet.seconds,
        commits * fleet.servers / span,
        len(arrivals) / max(1, commits),
        len(arrivals) * fleet.judge / fleet.seconds,
        committing / span,
        waits[len(waits) // 2] if waits else 0.0,
        waits[len(waits) * 99 // 100] if waits else 0.0,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, value in asdict(Fleet()).items():
        parser.add_argument(f"--{name}", type=type(value), default=value)
    fleet = Fleet(**vars(parser.parse_args()))
    print(json.dumps({name: round(value, 4) for name, value in asdict(simulate(fleet)).items()}, indent=2))


if __name__ == "__main__":
    main()
