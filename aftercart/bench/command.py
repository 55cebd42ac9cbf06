"""`aftercart bench`: speed and memory as figures, one JSON line each, beside their floors."""

import argparse
import json
from collections.abc import Callable
from typing import Any

from aftercart.bench import edge, following, pipeline

FIGURES: dict[str, Callable[[], list[dict[str, Any]]]] = {
    **edge.FIGURES,
    **pipeline.FIGURES,
    **following.FIGURES,
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Measures speed and memory and prints one JSON line for each figure, beside a floor: the "
        "same work done without us, in the same run. It takes some minutes, and an idle machine."
    )
    parser.add_argument(
        "--figure", action="append", choices=sorted(FIGURES), help="only this one (repeatable)"
    )


def run(arguments: argparse.Namespace) -> int:
    for name in arguments.figure or FIGURES:
        for line in FIGURES[name]():
            print(json.dumps(line), flush=True)
    return 0
