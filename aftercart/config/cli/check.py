"""`aftercart check`: what is misconfigured, and how to mend it."""

import argparse
import json

from aftercart.config.checks import Finding, Level, run_checks

MARKS = {Level.ERROR: "error", Level.WARNING: "note"}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Says what is misconfigured or does not work, and how to mend it. The exit status is 1 "
        "where there is an error; a note is none."
    )
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")


def run(arguments: argparse.Namespace) -> int:
    findings = run_checks()
    if arguments.json:
        print(json.dumps({"ok": _ok(findings), "findings": [_plain(f) for f in findings]}))
    else:
        print("\n".join(_lines(findings)))
    return 0 if _ok(findings) else 1


def _ok(findings: list[Finding]) -> bool:
    return all(finding.level is not Level.ERROR for finding in findings)


def _plain(finding: Finding) -> dict[str, str]:
    return {
        "check": finding.check,
        "level": finding.level.value,
        "problem": finding.problem,
        "remedy": finding.remedy,
    }


def _lines(findings: list[Finding]) -> list[str]:
    if not findings:
        return ["Everything is in order."]
    return [
        f"{MARKS[finding.level]:<6} {finding.problem}\n       {finding.remedy}"
        for finding in findings
    ]
