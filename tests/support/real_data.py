"""Recorded payloads that nobody here wrote, for tests that run where they are.

They are not part of the project: their folder is named by AFTERCART_RECORDINGS, or lies as
`shared/data` beside the checkout.
"""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def recordings(*parts: str) -> Path:
    """Where a file or folder of the recorded payloads would be."""
    named = os.environ.get("AFTERCART_RECORDINGS")
    return (Path(named) if named else ROOT.parent / "shared" / "data").joinpath(*parts)


def real_data(*parts: str) -> Path:
    """A file or folder of the recorded payloads; the test is skipped where they are not."""
    found = recordings(*parts)
    if not found.exists():
        pytest.skip(f"the recorded payloads {'/'.join(parts)} are not on this machine")
    return found


def reference(name: str) -> Path:
    """A file of the protocol reference, which lies beside the recorded payloads."""
    return real_data("..", "reference", name)
