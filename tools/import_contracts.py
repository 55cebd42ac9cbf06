"""A contract for import-linter: only a room itself imports its models.

It finds the rooms by itself, so a new room is covered from its first file on.
"""

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output


class PrivateModels(Contract):
    """`aftercart.a.b.models` is imported from within `aftercart.a.b` only.

    The models of `core` are everybody's: accounts, stores and connections are what all stand on.
    Tests may look into every table.
    """

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        broken = [
            detail
            for module in graph.modules
            if module.endswith(".models") and not module.startswith("aftercart.core.")
            for importer in graph.find_modules_that_directly_import(module)
            if not _may_import(importer, module)
            for detail in graph.get_import_details(importer=importer, imported=module)
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for detail in check.metadata["broken"]:
            output.print_error(_sentence(detail))


def _may_import(importer: str, models: str) -> bool:
    room = models.removesuffix(".models")
    return importer.startswith(f"{room}.") or ".tests." in importer


def _sentence(detail: dict[str, Any]) -> str:
    return f"{detail['importer']} (line {detail['line_number']}) imports {detail['imported']}"
