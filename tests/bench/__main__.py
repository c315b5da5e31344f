"""`make bench`: every measurement, or those that are named."""

import argparse
from contextlib import closing

from tests.bench import compare, crossing, growth, lists, screen, start, whole
from tests.bench.figures import machine
from tests.once import Shared

MEASUREMENTS = {
    "compare": compare.main,
    "start": start.main,
    "growth": growth.main,
    "whole": whole.main,
    "screen": screen.main,
    "crossing": crossing.main,
    "lists": lists.main,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="WHAT", help=f"of {', '.join(MEASUREMENTS)}")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in MEASUREMENTS]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}")
    print(machine())
    with closing(Shared()):
        for name in given.names or MEASUREMENTS:
            MEASUREMENTS[name]()


if __name__ == "__main__":
    main()
