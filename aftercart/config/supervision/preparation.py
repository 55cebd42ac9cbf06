"""What has to be done before the programs can run: the database, its tables, the demo store."""

from dataclasses import dataclass

from aftercart.config import postgres
from aftercart.config.cli.exit_status import WANTS_DEMO
from aftercart.config.environment import DEMO_FILE, Environment
from aftercart.config.supervision.supervisor import Supervisor

UNFINISHED_FILE = "demo.unfinished"
"""There from before the first order of the demo store until after its last."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """Runs one program after the other under a supervisor, which tells what happens."""

    supervisor: Supervisor
    settings: Environment

    def run(self) -> bool:
        """Whether all is ready for the programs; what went wrong has been told."""
        if self.settings.database_embedded:
            self._start_postgres()
        status = self._migrate()
        if status == WANTS_DEMO and self._wants_demo():
            return self._fill_demo()
        return status in (0, WANTS_DEMO) and not self.supervisor.stopping

    def _start_postgres(self) -> None:
        if not postgres.is_running(self.settings.home):
            self.supervisor.tell("Starting Postgres ...")
        postgres.ensure_running(self.settings.home, self.supervisor.tell)
        self.supervisor.look_after = self._look_after_postgres

    def _look_after_postgres(self) -> None:
        if not postgres.process_alive(self.settings.home):
            self.supervisor.tell("Postgres ended; starting it again ...")
            postgres.ensure_running(self.settings.home, self.supervisor.tell)

    def _migrate(self) -> int:
        return self.supervisor.run_once(["migrate", "--if-needed", "--for-supervisor"])

    def _wants_demo(self) -> bool:
        return self.settings.demo and not (self.settings.home / DEMO_FILE).exists()

    def _fill_demo(self) -> bool:
        unfinished = self.settings.home / UNFINISHED_FILE
        if unfinished.exists() and not self._start_anew():
            return False
        unfinished.touch()
        self.supervisor.tell("Filling the demo store ...")
        if self.supervisor.run_once(["demo"]) != 0:
            return False
        unfinished.unlink()
        return not self.supervisor.stopping

    def _start_anew(self) -> bool:
        """Throw half a demo store away. Nothing else is in the database, as the migration said,
        and only one of our own may be thrown away."""
        if not self.settings.database_embedded:
            return True
        self.supervisor.tell("The demo store was not finished; starting anew.")
        postgres.discard(self.settings.home)
        self._start_postgres()
        return self._migrate() == WANTS_DEMO
