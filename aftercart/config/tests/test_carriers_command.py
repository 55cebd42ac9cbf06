"""`aftercart carriers`: numbers and recorded answers on the command line."""

import argparse
import json
from pathlib import Path

import pytest

from aftercart.config.cli import carriers

TRACKER = {
    "object": "Tracker",
    "tracking_code": "1Z999AA10123456784",
    "carrier": "UPS",
    "tracking_details": [
        {
            "message": "Delivered",
            "status": "delivered",
            "datetime": "2026-11-03T15:00:00Z",
            "tracking_location": {"city": "Austin", "state": "TX", "country": "US", "zip": "78701"},
        },
        {"message": "On its way", "status": "in_transit", "datetime": "2026-11-02T15:00:00Z"},
    ],
}


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    carriers.configure(parser)
    return carriers.run(parser.parse_args(words))


def test_detect_ranks_with_reasons(capsys):
    assert run("detect", "986578788855", "--carrier", "Yamato", "--country", "jp") == 0
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith("1. fedex")
    assert "check digit" in first
    assert second.startswith("2. yamato")
    assert "only the store names it" in second


def test_detect_says_that_it_is_ambiguous_or_nobodys(capsys):
    assert run("detect", "JD00", "02257639032011") == 0
    assert "More than one is likely" in capsys.readouterr().out
    assert run("detect", "by hand") == 1
    assert capsys.readouterr().out == ""


def test_detect_in_json(capsys):
    assert run("detect", "RB123456785GB", "--country", "US", "--json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["rank"], line["carrier"]) for line in lines] == [
        (1, "royal_mail"),
        (2, "parcelforce"),
        (3, "usps"),
    ]
    assert lines[0]["why"][1] == "it is the post of GB"


def test_detect_says_that_a_form_alone_is_a_guess(capsys):
    """A postal number with a wrong check digit has the length of an article of Australia Post."""
    assert run("detect", "9400109104250532908588") == 0
    out = capsys.readouterr().out
    assert "check digit" not in out
    assert "Too little speaks for it" in out


def test_parse_prints_each_event_the_oldest_first(capsys, tmp_path: Path):
    path = tmp_path / "tracker.json"
    path.write_text(json.dumps(TRACKER))
    assert run("parse", "EasyPost", str(path)) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["status"], second["status"]) == ("in_transit", "delivered")
    assert (first["zone_known"], second["zone_known"]) == (False, True)
    assert second["place"]["city"] == "Austin"
    assert second["number"] == "1Z999AA10123456784"


def test_parse_tells_beside_an_event_what_is_told_of_its_parcel(capsys, tmp_path: Path):
    path = tmp_path / "tracker.json"
    path.write_text(json.dumps({**TRACKER, "signed_by": "A. Tester", "weight": 16}))
    assert run("parse", "easypost", str(path)) == 0
    parcel = json.loads(capsys.readouterr().out.splitlines()[-1])["parcel"]
    assert (parcel["signed_by"], parcel["weight_grams"]) == ("A. Tester", 454)
    assert "expected_date" not in parcel


def test_parse_says_that_nothing_has_happened_yet(capsys, tmp_path: Path):
    path = tmp_path / "tracker.json"
    path.write_text(json.dumps({**TRACKER, "tracking_details": []}))
    assert run("parse", "easypost", str(path)) == 0
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == (
        "",
        f"{path}: nothing has happened to 1Z999AA10123456784 yet.\n",
    )


def test_parse_names_the_field_that_is_wrong_and_goes_on(capsys, tmp_path: Path):
    broken, whole = tmp_path / "broken.json", tmp_path / "whole.json"
    broken.write_text(json.dumps({**TRACKER, "tracking_code": None}))
    whole.write_text(json.dumps(TRACKER))
    assert run("parse", "easypost", str(broken), str(tmp_path / "none"), str(whole)) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0]["field"] == "tracking_code"
    assert lines[1]["error"] == "No such file or directory"
    assert [line["status"] for line in lines[2:]] == ["in_transit", "delivered"]


@pytest.mark.parametrize("system", ["nope", ""])
def test_an_unknown_system_is_refused_with_those_there_are(capsys, system, tmp_path: Path):
    assert run("parse", system, str(tmp_path)) == 2
    assert "easypost" in capsys.readouterr().err
