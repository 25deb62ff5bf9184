"""Merge facts into the Survey: services from processes and modules, entries by kind, conflicts from declarations that differ."""

from __future__ import annotations

from collections.abc import Iterable

from ....core.facts import Fact, Survey
from ..view import View
from .ledger import Ledger
from .listing import conventions, files_of, named, traps


def assemble(view: View, facts: Iterable[Fact]) -> Survey:
    """Return the survey that the facts add up to; the order of the facts changes nothing."""
    ledger = Ledger(view, facts)
    repository = view.repository
    return Survey(
        project=repository.name,
        commit=repository.commit,
        iac=files_of(ledger, "iac"),
        containers=files_of(ledger, "container"),
        ci=files_of(ledger, "ci"),
        manifests=files_of(ledger, "manifest"),
        api_specs=files_of(ledger, "api_spec"),
        auth=named(ledger, "auth"),
        caching=named(ledger, "caching"),
        integrations=named(ledger, "integration"),
        conventions=conventions(ledger),
        traps=traps(ledger),
        secrets_found=repository.secrets,
        files_read=repository.files_read,
        files_skipped=repository.skipped,
    )
