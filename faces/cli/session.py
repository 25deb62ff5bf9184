"""Hold what one call of the command line works with: its screen, its configuration, the run it drives, the secrets it met."""

from __future__ import annotations

import shlex
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..terminal.screen import Screen

if TYPE_CHECKING:
    from ...tools.redaction import TaintStore
    from ..configuration import Configuration


class Interrupted(Exception):
    """Carry an interrupt past typer, which would turn it into an exit code before the way back could be told."""


class ReaderLeft(Exception):
    """Carry a closed stdout past typer, which would end the process there and then."""


@dataclass
class Session:
    """Be one call; `run_id` is set as soon as a run can be resumed."""

    screen: Screen = field(default_factory=Screen)
    debug: bool = False
    config: Path | None = None
    discover: bool = True
    run_id: str | None = None
    given: dict[str, Any] = field(default_factory=dict)
    _taint: TaintStore | None = None

    @property
    def taint(self) -> TaintStore:
        """Return the secrets that this call met; what is said about a failure never repeats one of them."""
        if self._taint is None:
            from ...tools.redaction import TaintStore, guard

            self._taint = TaintStore()
            guard.install(self._taint)  # what libraries log, warn of or raise in threads passes the same door
        return self._taint

    def unguard(self) -> None:
        """Put back the hooks of logging, warnings and uncaught exceptions, for whoever calls this in a process of their own."""
        if self._taint is not None:
            from ...tools.redaction import guard

            guard.uninstall()

    @property
    def program(self) -> str:
        """Return how this program was called, as it can be typed again from the same folder."""
        called = Path(sys.argv[0])
        if called.name == "__main__.py":
            return "python -m deploybook"
        on_path = shutil.which("deploybook")
        if called.name != "deploybook" or (on_path and Path(on_path).resolve() == called.resolve()):
            return "deploybook"
        near = called.absolute()
        return shlex.quote(str(near.relative_to(Path.cwd()) if near.is_relative_to(Path.cwd()) else near))

    def scrub(self, text: str) -> str:
        """Return text without secrets: those that were met, and those that look like one."""
        from ...tools.redaction.guard import scrubber

        return scrubber(self.taint)(text)

    def configure(self, **flags: Any) -> Configuration:
        """Return the settled configuration for a command's flags, given by key with underscores; null means not given."""
        from ..configuration import settle

        named = {key.replace("_", "-"): value for key, value in flags.items()}
        configuration = settle({**self.given, **named}, config=self.config, discover=self.discover)
        self.screen.color = configuration["color"]
        return configuration
