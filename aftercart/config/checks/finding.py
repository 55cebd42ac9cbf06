"""What a check finds."""

from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """An error keeps something from working; a warning is worth knowing."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """`problem` says what is wrong, `remedy` what to do; `check` is a short stable name."""

    check: str
    level: Level
    problem: str
    remedy: str
