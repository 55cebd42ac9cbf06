"""Cells that a spreadsheet would take for formulas, made harmless and back (OWASP ASVS 1.2.10).

`fused(defused(cell)) == cell` for every cell, so that our own files can be imported again.
"""

TRIGGERS = tuple("=+-@\t\r\n＝＋－＠")
QUOTE = "'"


def defused(cell: str) -> str:
    """The cell as it goes into a file: with a quote before what a spreadsheet would run."""
    return QUOTE + cell if cell.startswith(TRIGGERS) or _looks_defused(cell) else cell


def fused(cell: str) -> str:
    """The cell as it was meant."""
    return cell[1:] if _looks_defused(cell) else cell


def _looks_defused(cell: str) -> bool:
    return cell.startswith(QUOTE) and cell[1:].startswith((*TRIGGERS, QUOTE))
