"""`aftercart demo`: fill the demo store, or let its parcels move while one watches."""

import argparse

from aftercart.core import clock
from aftercart.core.models import Store
from aftercart.demo import live, seeding, state
from aftercart.demo.sample import page_to_show


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Fills a demo store with some two thousand believable orders of the last 120 days, where "
        "there is none yet; with --live parcels move while you watch."
    )
    parser.add_argument(
        "--live", action="store_true", help="let parcels move and orders come in until Ctrl-C"
    )
    parser.add_argument(
        "--pace", type=float, default=2.0, metavar="SECONDS", help="between two news (default 2)"
    )
    parser.add_argument("--news", type=int, default=0, help="stop after so many (default: never)")


def run(arguments: argparse.Namespace) -> int:
    if not Store.objects.filter(is_demo=True).exists():
        _fill()
    elif not arguments.live:
        print("The demo store is there already; --live lets it move.")
    return live.run(arguments.pace, arguments.news) if arguments.live else 0


def _fill() -> None:
    written_at = clock.now()
    demo = seeding.fill(written_at, lambda line: print(line, flush=True))
    state.remember(
        state.DemoState(
            email=demo.email,
            password=demo.password,
            store=demo.store.slug,
            tracking_path=page_to_show(demo.store.id),
            written_at=written_at,
            asked=demo.asked,
        )
    )
