"""Recorded answers of each system: in the form it speaks today, and in older ones read into it."""

import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from tests.carriers.old_formats import (
    correios,
    dhl,
    dhl_express,
    dpd,
    fedex,
    gls,
    seventeentrack,
    ups,
    usps,
)
from tests.support.real_data import recordings

Body = tuple[str, bytes]


class Corpus(msgspec.Struct, frozen=True, kw_only=True):
    """What was recorded of a system.

    Attributes:
        today: patterns of files, under the folder of recordings, that `parse` reads as they are.
        older: yields a name and a body in today's form for each answer in an older one.
        no_answers: files that are no answers about parcels, and why.
    """

    today: tuple[str, ...]
    older: Callable[[], Iterable[Body]] = tuple
    no_answers: Mapping[str, str] = {}

    def todays(self) -> Iterator[Body]:
        """Each file's name and bytes."""
        for pattern in self.today:
            for path in sorted(recordings("carriers").glob(pattern)):
                if path.name not in self.no_answers:
                    yield path.name, path.read_bytes()


def _each(pattern: str, read: Callable[[Path], bytes]) -> Iterator[Body]:
    for path in sorted(recordings("carriers").glob(pattern)):
        yield path.name, read(path)


def _fedex() -> Iterator[Body]:
    yield from _each("fedex/*.xml", fedex.soap)
    yield from _each("fedex/sauladam__*.json", fedex.website)
    dumped = recordings("fedex_histories", "histories.json.gz")
    if dumped.exists():
        yield from fedex.histories(json.loads(gzip.decompress(dumped.read_bytes())))


def _ups() -> Iterator[Body]:
    yield from _each("ups/*.xml", ups.online_tools)
    yield from _each("ups/*.txt", ups.dumped)


def _usps() -> Iterator[Body]:
    for path in sorted(recordings("carriers").glob("usps/*.xml")):
        yield from usps.web_tools(path)
    yield from _each("usps/*.txt", usps.dumped)


def _dhl_express() -> Iterator[Body]:
    yield from _each("dhl_express/*.xml", dhl_express.xml_pi)
    yield from _each("dhl/*.xml", dhl_express.xml_pi)
    yield from _each("dhl_express/*.json", dhl_express.website)


CORPORA: dict[str, Corpus] = {
    "17track": Corpus(
        today=("17track/*.json",),
        older=lambda: _each("17track/*__packages_response.json", seventeentrack.website),
        no_answers={
            "py17track__add_package_existing_response.json": "a number is known already",
            "py17track__add_package_response.json": "a number is taken",
            "py17track__packages_response.json": "the website's form",
        },
    ),
    "australia_post": Corpus(today=("australiapost/*.json",)),
    "canada_post": Corpus(today=("canadapost/*.xml",)),
    "correios": Corpus(today=(), older=lambda: _each("correios/*.xml", correios.soap)),
    "dhl": Corpus(
        today=("dhl/*.json", "dhl_universal/*.json"),
        older=lambda: _each("dhlgm/*.xml", dhl.global_mail),
    ),
    "dhl_express": Corpus(
        today=("mydhl/*.json",),
        older=_dhl_express,
        no_answers={"karrio__ProofOfDeliveryResponse.json": "a document"},
    ),
    "dpd": Corpus(today=(), older=lambda: _each("dpd/*.xml", dpd.with_number)),
    "easypost": Corpus(today=("easypost/*.json",)),
    "gls": Corpus(
        today=("gls/*.json",),
        older=lambda: _each("gls/sauladam__*.json", gls.website),
        no_answers={
            "sauladam__delivered.json": "the website's form",
            "sauladam__in_transit.json": "the website's form",
        },
    ),
    "fedex": Corpus(
        today=("fedex/*.json",),
        older=_fedex,
        no_answers={
            "sauladam__fedex_shipment.json": "the website's form",
            "romabilka__authorize_ok.json": "a token",
        },
    ),
    "ups": Corpus(today=("ups/*.json",), older=_ups),
    "usps": Corpus(today=("usps/*.json",), older=_usps),
}
