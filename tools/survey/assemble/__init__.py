"""Merge facts into the Survey: services from processes and modules, entries by kind, conflicts from declarations that differ."""

from __future__ import annotations

from collections.abc import Iterable

from ....core.facts import ComposeService, Conflict, Fact, Located, Service, Survey
from ..shapes import Process
from ..view import View
from .conflicts import collected
from .entries import Users, datastores, env_vars, jobs, migrations, out_of_scope, queues
from .grouping import groups
from .handed import handed
from .ledger import Ledger
from .listing import conventions, files_of, named, traps
from .naming import distinct
from .releases import without_releases
from .risks import risks
from .services import make


def assemble(view: View, facts: Iterable[Fact]) -> Survey:
    """Return the survey that the facts add up to; the order of the facts changes nothing."""
    ledger = Ledger(view, without_releases(facts))
    repository = view.repository
    services: list[Service] = []
    conflicts: list[Conflict] = []
    grouped = groups(ledger)
    for group in grouped:
        service, apart = make(ledger, group)
        if service is not None:
            services.append(service)
            conflicts.extend(apart)
    chosen = distinct(services)
    users = Users(chosen)
    compose = sorted((v for _, v in ledger.values("compose", ComposeService)), key=lambda c: (c.file, c.line, c.name))
    return Survey(
        project=str(ledger.first(".", "name") or repository.name),
        commit=repository.commit,
        services=chosen,
        datastores=datastores(ledger, users),
        queues=queues(ledger, users),
        migrations=migrations(ledger, users),
        env_vars=env_vars(ledger, users, handed(ledger, grouped)),
        api_specs=files_of(ledger, "api_spec"),
        jobs=jobs(ledger, users, chosen),
        auth=named(ledger, "auth"),
        caching=named(ledger, "caching"),
        integrations=named(ledger, "integration"),
        iac=files_of(ledger, "iac"),
        containers=files_of(ledger, "container"),
        ci=files_of(ledger, "ci"),
        conflicts=collected(ledger, chosen, conflicts),
        secrets_found=repository.secrets,
        out_of_scope=out_of_scope(ledger),
        manifests=files_of(ledger, "manifest"),
        compose_services=tuple(compose),
        conventions=conventions(ledger),
        traps=traps(ledger, risks(ledger, chosen)),
        files_read=repository.files_read,
        files_skipped=(*repository.skipped, *(Located(kind="malformed", path=path) for path in sorted(view.malformed))),
    )


__all__ = ["Process", "assemble"]
