"""List the files of a Compose plan, each with its section, its place in the repository and what makes it."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.base import sha256
from ....core.blueprint import Blueprint
from ....core.facts import Survey
from ....core.plan import Artifact
from . import images
from ._jinja import render
from .composefile import compose_text, patience
from .monitoring import monitoring_files
from .stores import StoreKind, kinds


def artifacts_of(section: int, survey: Survey, blueprint: Blueprint) -> tuple[Artifact, ...]:
    """Return the files of one section in path order."""
    makers = {
        1: _preflight,
        3: _images,
        4: _configuration,
        5: _backups,
        6: _release,
        7: _proxy,
        8: _rollout,
        9: _monitoring,
        10: _operations,
    }
    maker = makers.get(section)
    return tuple(sorted(maker(survey, blueprint), key=lambda a: a.path)) if maker else ()


def _file(
    blueprint: Blueprint,
    section: int,
    path: str,
    content: str,
    language: str,
    purpose: str,
    step: str,
    topics: tuple[str, ...],
    mode: str = "0644",
) -> Artifact:
    return Artifact.model_validate(
        {
            "path": f"artifacts/{path}",
            "install_to": f"{blueprint.deploy_dir}/{path}",
            "language": language,
            "content": content,
            "purpose": purpose,
            "mode": mode,
            "step": step,
            "section": section,
            "sha256": sha256(content),
            "topics": topics,
        }
    )


def _preflight(survey: Survey, b: Blueprint) -> Iterator[Artifact]:
    marker = next((m.path for m in survey.manifests), next((e.path for s in survey.services for e in s.evidence), "README.md"))
    text = render(
        "files/scripts/preflight.sh.j2",
        tools=("docker", "curl", "openssl", "git"),
        min_engine=numeric(b.tools["docker"]),
        min_compose=numeric(b.tools["docker compose"]),
        inputs=b.inputs,
        memory_mb=int(b.host.sum_memory_mb * 1.1),
        disk_free_gb=10,
        ports=[80, 443],
        app=b.app,
        env_file=b.env_file,
        marker=marker,
        domain=_domain(b),
    )
    yield _file(
        b,
        1,
        "scripts/preflight.sh",
        text,
        "bash",
        "checks tools, inputs, ports, memory, disk and DNS; changes nothing",
        "preflight",
        ("1.1", "1.3", "1.6", "1.8"),
        "0755",
    )


def numeric(version: str) -> str:
    """Return the leading dotted number of a Debian version: `26.1.5` of `26.1.5+dfsg1-9`."""
    kept = ""
    for char in version.rpartition(":")[2]:
        if not (char.isdigit() or char == "."):
            break
        kept += char
    return kept.rstrip(".")


def _domain(b: Blueprint) -> str:
    return next((i.default or "" for i in b.inputs if i.name == "DOMAIN"), "")


def _images(survey: Survey, b: Blueprint) -> Iterator[Artifact]:
    yield from images.dockerfiles(survey, b)
    yield _file(
        b,
        3,
        "compose.yaml",
        compose_text(b),
        "yaml",
        "every container of the application: one file, one project",
        "install-plan-files",
        ("3.6", "3.7", "6.1"),
    )
    for store in b.stores:
        kind = kinds()[store.kind]
        for source, _ in kind.files:
            yield _file(
                b,
                3,
                source,
                _store_file(b, source, kind, store.durable),
                "bash" if source.endswith(".sh") else source.rsplit(".", 1)[-1].replace("js", "javascript"),
                f"configures {store.component}",
                "start-stores",
                ("3.8",),
                "0755" if source.endswith(".sh") else "0644",
            )


def _store_file(b: Blueprint, source: str, kind: StoreKind, durable: bool) -> str:
    return render(f"files/{source}.j2", app=b.app, title=kind.title, durable=durable, maxmemory=int(kind.memory_mb * 0.66))


def _configuration(survey: Survey, b: Blueprint) -> Iterator[Artifact]:
    yield _file(
        b,
        4,
        "scripts/write-env.sh",
        render("files/scripts/write-env.sh.j2", inputs=b.inputs, release=b.release),
        "bash",
        "writes deploy/.env (mode 0600) from exported, kept, generated and default values",
        "write-configuration",
        ("4.1", "4.2"),
        "0755",
    )
    lines = ["# The keys of deploy/.env. scripts/write-env.sh makes the real file; never commit it.\n"]
    for i in b.inputs:
        lines.append(f"# {i.description}\n{i.name}='{'<REDACTED>' if i.kind == 'secret' else (i.default or '<YOUR_VALUE_HERE>')}'\n")
    lines.append(f"# The image tag that runs; rollback.sh changes it\nAPP_RELEASE='{b.release}'\n")
    yield _file(
        b,
        4,
        "env.example",
        "".join(lines),
        "dotenv",
        "documents every key of deploy/.env without a value of a secret",
        "write-configuration",
        ("4.4",),
    )
    yield _file(
        b,
        4,
        ".gitignore",
        render("files/gitignore.j2"),
        "gitignore",
        "keeps secrets, certificates and state out of version control",
        "install-plan-files",
        ("4.2",),
    )


def _backups(survey: Survey, b: Blueprint) -> Iterator[Artifact]:
    for component in b.of_kind("backup"):
        store = next(s for s in b.stores if s.component in component.depends_on)
        kind = kinds()[store.kind]
        text = render(
            "files/backup/backup.sh.j2",
            title=kind.title,
            app=b.app,
            store=store.component,
            dump=kind.dump,
            verify_dump=kind.verify_dump,
            restore=kind.restore,
            scratch_create=kind.scratch_create or ":",
            scratch_drop=kind.scratch_drop or ":",
            count=kind.count,
            suffix=kind.dump_suffix,
            database_variable=kind.database_variable,
        )
        yield _file(
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


def _release(survey: Survey, b: Blueprint) -> Iterator[Artifact]:
    yield _file(
        b,
        6,
        "scripts/record-release.sh",
        render("files/scripts/record-release.sh.j2"),
        "bash",
        "remembers the running release for a rollback",
        "record-release",
        ("6.1", "8.7"),
        "0755",
    )


def _proxy(survey: Survey, b: Blueprint) -> Iterator[Artifact]:
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
    yield _file(
        b,
        7,
        "nginx/nginx.conf",
        text,
        "nginx",
        "TLS, redirect, rate limit, headers, WebSocket upgrade",
        "start-proxy",
        ("7.1", "7.4", "7.5", "7.7"),
    )


def _rollout(survey: Survey, b: Blueprint) -> Iterator[Artifact]:
    stores = {s.component: kinds()[s.kind].check for s in b.stores}
    status = " ".join(b.migration.status) if b.migration else ""
    text = render(
        "files/scripts/smoke.sh.j2",
        app=b.app,
        domain=_domain(b),
        checks=b.smoke,
        stores=stores,
        processes=[c.name for c in b.of_kind("app")],
        migration_status=status,
    )
    yield _file(
        b, 8, "scripts/smoke.sh", text, "bash", "proves that every dependency answers; exits 1 on any miss", "smoke", ("8.2", "8.3"), "0755"
    )
    text = render("files/scripts/rollback.sh.j2", images=image_names(b), apps=[c.name for c in b.of_kind("app")], wait=patience(b))
    yield _file(
        b, 8, "scripts/rollback.sh", text, "bash", "puts the previous release back", "rollback-release", ("8.6", "8.7", "10.8"), "0755"
    )


def _monitoring(survey: Survey, b: Blueprint) -> Iterator[Artifact]:
    topics = {
        "compose.yaml": ("9.2",),
        "prometheus/prometheus.yml": ("9.2",),
        "prometheus/rules.yml": ("9.7",),
        "prometheus/rules_test.yml": ("9.7",),
        "alertmanager/alertmanager.yml": ("9.7",),
    }
    for path, text, language, purpose in monitoring_files(b):
        yield _file(
            b,
            9,
            f"monitoring/{path}",
            text,
            language,
            purpose,
            "start-monitoring",
            topics.get(path, ("9.8",) if path.startswith("grafana") else ("9.5",)),
        )


def _operations(survey: Survey, b: Blueprint) -> Iterator[Artifact]:
    for suffix in ("service", "timer"):
        yield _file(
            b,
            10,
            f"systemd/{b.app}-clean-up.{suffix}",
            render(f"files/systemd/clean-up.{suffix}.j2", app=b.app),
            "systemd",
            "removes unused images every Sunday",
            "clean-up-timer",
            ("10.2", "10.9"),
        )


def image_names(b: Blueprint) -> list[str]:
    """Return the names (without tag) of the images that this plan builds and applications run."""
    return list(dict.fromkeys(c.image.ref.rpartition(":")[0] for c in b.of_kind("app", "job") if c.build is not None))
