"""Reading variables one by one, so that all mistakes in them are told at once."""

from collections.abc import Callable, Mapping
from typing import TypeVar

Value = TypeVar("Value")

YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off", ""}


class EnvironmentMistakes(ValueError):
    """Variables hold what cannot be used. `mistakes` has a sentence for each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class Reader:
    """Reads variables one by one and remembers every mistake."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.mistakes: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        return self.variables.get(name, "").strip() or default

    def parsed(
        self,
        name: str,
        default: str,
        parse: Callable[[str], Value],
        expected: str,
        *,
        secret: bool = False,
    ) -> Value | None:
        """The variable through `parse`, which raises ValueError on what it cannot use."""
        text = self.text(name, default)
        try:
            return parse(text)
        except ValueError:
            shown = "holds a value that cannot be used" if secret else f'is "{text}"'
            self.mistakes.append(f"{name} {shown}: expected {expected}.")
            return None

    def number(self, name: str, default: int, low: int, high: int) -> int:
        def parse(text: str) -> int:
            number = int(text)
            if not low <= number <= high:
                raise ValueError(text)
            return number

        expected = f"a whole number from {low} to {high}"
        return self.parsed(name, str(default), parse, expected) or 0

    def flag(self, name: str, *, default: bool) -> bool:
        def parse(text: str) -> bool:
            if text.lower() not in YES | NO:
                raise ValueError(text)
            return text.lower() in YES

        return bool(self.parsed(name, "1" if default else "0", parse, "1 (yes) or 0 (no)"))

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        def parse(text: str) -> str:
            if text.lower() not in choices:
                raise ValueError(text)
            return text.lower()

        return self.parsed(name, default, parse, " or ".join(choices)) or default
