"""`aftercart work`: does what waits. Any number of workers may run, on any number of machines."""

import argparse

from aftercart.intake.worker import run as run_worker


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Does what waits, until it is asked to stop: the inbox, enrollments, messages, odd jobs. "
        "Any number may run, on any number of machines."
    )


def run(arguments: argparse.Namespace) -> int:
    run_worker()
    return 0
