"""Write what runs: Dockerfiles, Compose file, configuration of stores and proxy, backups, monitoring."""

from __future__ import annotations

from collections.abc import Iterator

from .....core.blueprint import Blueprint, Store
from .....core.facts import Survey
from .....core.plan import Artifact
from .._jinja import render
from ..composefile import compose_text
from ..monitoring import monitoring_files
from ..state import kind_of
from ..stores import run_as
from ._filed import filed
from .dockerfiles import dockerfiles


def images(survey: Survey, b: Blueprint) -> Iterator[Artifact]:
    """Yield Dockerfiles, the Compose file and the configuration of every store."""
    yield from dockerfiles(survey, b)
    yield filed(
        b,
        3,
        "compose.yaml",
        compose_text(b),
        "yaml",
        "every container of the application: one file, one project",
        "install-plan-files",
        ("3.6", "3.7", "6.1"),
    )
    for source, stores in _store_files(b).items():
        yield filed(
            b,
            3,
            source,
            _store_file(b, source, stores[0]),
            "bash" if source.endswith(".sh") else source.rsplit(".", 1)[-1].replace("js", "javascript"),
            f"configures {' and '.join(s.component for s in stores)}",
            "start-stores",
            ("3.8",),
            "0755" if source.endswith(".sh") else "0644",
        )


def _store_files(b: Blueprint) -> dict[str, list[Store]]:
    """Return the configuration files of the stores with those that share each: stores of one kind have one file."""
    found: dict[str, list[Store]] = {}
    for store in b.stores:
        for source, _ in run_as(store).files:
            found.setdefault(source, []).append(store)
    return found


def _store_file(b: Blueprint, source: str, store: Store) -> str:
    kind = run_as(store)
    guarded = store.password_input is not None
    memory = int(kind.memory_mb * 0.66)
    return render(f"files/{source}.j2", app=b.app, title=kind.title, durable=store.durable, guarded=guarded, maxmemory=memory)


def backups(survey: Survey, b: Blueprint) -> Iterator[Artifact]:
    """Yield one script per database that dumps, proves and restores."""
    for component in b.of_kind("backup"):
        store = b.saved_by(component)
        kind = kind_of(store)
        text = render(
            "files/backup/backup.sh.j2",
            title=kind.title,
            app=b.app,
            store=store.component,
            functions=kind.functions,
            dump=kind.dump,
            verify_dump=kind.verify_dump,
            restore=kind.restore,
            scratch_create=kind.scratch_create or ":",
            scratch_drop=kind.scratch_drop or ":",
            count=kind.count,
            suffix=kind.dump_suffix,
            database_variable=kind.database_variable,
        )
        yield filed(
            b,
            5,
            f"backup/{store.component}.sh",
            text,
            "bash",
            f"dumps {store.component} every night, proves and restores dumps",
            "backup-now",
            ("5.4", "8.8", "10.3"),
            "0755",
        )


def proxy(survey: Survey, b: Blueprint) -> Iterator[Artifact]:
    """Yield nginx's configuration where something is served."""
    if b.main_web is None:
        return
    web = b.component(b.main_web)
    text = render(
        "files/nginx/nginx.conf.j2",
        app=b.app,
        upstream=web.name,
        port=web.port,
        rate=b.objective("rate_limit_per_second").value,
        burst=b.objective("rate_limit_burst").value,
    )
    yield filed(
        b,
        7,
        "nginx/nginx.conf",
        text,
        "nginx",
        "TLS, redirect, rate limit, headers, WebSocket upgrade",
        "start-proxy",
        ("7.1", "7.4", "7.5", "7.7"),
    )


def monitoring(survey: Survey, b: Blueprint) -> Iterator[Artifact]:
    """Yield the files of the monitoring stack."""
    topics = {
        "compose.yaml": ("9.2",),
        "prometheus/prometheus.yml": ("9.2",),
        "prometheus/rules.yml": ("9.7",),
        "prometheus/rules_test.yml": ("9.7",),
        "alertmanager/alertmanager.yml": ("9.7",),
    }
    for path, text, language, purpose in monitoring_files(b):
        yield filed(
            b,
            9,
            f"monitoring/{path}",
            text,
            language,
            purpose,
            "start-monitoring",
            topics.get(path, ("9.8",) if path.startswith("grafana") else ("9.5",)),
        )
