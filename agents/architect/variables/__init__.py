"""Say where the value of an environment variable comes from: one rule a habit of naming, tried in the order of RULES."""

from __future__ import annotations

from .addresses import allowed_hosts, browser_origins, public_address
from .asking import asked, exampled, known_name, set_by_image
from .composed import composed
from .credentials import generated_secret
from .moved_file import moved_file
from .reading import Reading, Rule
from .runtime import behind_tls, debug_switch, environment_name, listening, log_output
from .store_address import store_address
from .store_kind import store_kind

__all__ = ["RULES", "Reading"]

RULES: tuple[Rule, ...] = (
    moved_file,
    set_by_image,
    store_address,
    store_kind,
    listening,
    environment_name,
    debug_switch,
    behind_tls,
    allowed_hosts,
    browser_origins,
    public_address,
    log_output,
    generated_secret,
    composed,
    known_name,
    exampled,
    asked,
)
"""The first rule that answers wins, so a rule that knows the value stands before those that ask for it."""
