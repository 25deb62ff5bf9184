"""Name what a run is told from outside: the settings that Studio draws as a form, and, on one machine, the desk of the run."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from ..core.findings import Profile
from ..core.settings import ModelSettings, Settings
from .desk import Desk


@dataclass(frozen=True, kw_only=True)
class Context:
    """Set how a playbook is made."""

    profile: Annotated[
        Profile,
        Field(title="Profile", description="How strict the critic is: draft, review or release, each one extending the one before it."),
    ] = "review"
    max_rounds: Annotated[
        int, Field(title="Revision rounds", description="How many times sections with blocking findings may be sent back.", ge=0, le=10)
    ] = 2
    ask: Annotated[
        Literal["auto", "open", "never"],
        Field(
            title="Questions",
            description="`open`: pause for whatever is open. `never`: take defaults and list them as assumptions. "
            "`auto`: pause unless the input has `answers`.",
        ),
    ] = "auto"
    model: Annotated[
        str | None,
        Field(
            title="Chat model",
            description="`openai:<name>`: it proposes words for section 8 and reviews the plan; the rules decide. Empty: plan offline. Key "
            "and address come from the server's environment (OPENAI_API_KEY, DEPLOYBOOK_BASE_URL), never from here.",
        ),
    ] = None
    today: Annotated[
        str | None,
        Field(
            title="Today",
            description="Date (YYYY-MM-DD) for end-of-life checks; empty: the catalogue's own.",
            pattern=r"^\d{4}-\d{2}-\d{2}$",
        ),
    ] = None

    def settings(self) -> Settings:
        """Return the settings of the run."""
        return Settings(
            profile=self.profile,
            max_rounds=self.max_rounds,
            no_input=self.ask == "never",
            model=ModelSettings(name=self.model or None, base_url=os.environ.get("DEPLOYBOOK_BASE_URL") or None),
            today=self.today or None,
        )


@dataclass(frozen=True, kw_only=True)
class RunContext(Context):
    """Carry a run's desk beside its settings: what the command line and the Python API pass, and a server never does."""

    desk: Desk
