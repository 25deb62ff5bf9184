"""Write what the operator runs on the host before and after: preflight, configuration, upkeep."""

from __future__ import annotations

from collections.abc import Iterator

from .....core.blueprint import Blueprint
from .....core.facts import Survey
from .....core.plan import Artifact
from .._jinja import render
from ._filed import filed


def preflight(survey: Survey, b: Blueprint) -> Iterator[Artifact]:
    """Yield the script that checks everything before anything is changed."""
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
        domain=domain_of(b),
    )
    yield filed(
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


def domain_of(b: Blueprint) -> str:
    """Return the default of the input DOMAIN, empty where nothing is served."""
    return next((i.default or "" for i in b.inputs if i.name == "DOMAIN"), "")


def configuration(survey: Survey, b: Blueprint) -> Iterator[Artifact]:
    """Yield the script that writes the environment file, and what documents it."""
    yield filed(
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
    yield filed(
        b,
        4,
        "env.example",
        _example(b),
        "dotenv",
        "documents every key of deploy/.env without a value of a secret",
        "write-configuration",
        ("4.4",),
    )
    yield filed(
        b,
        4,
        ".gitignore",
        render("files/gitignore.j2"),
        "gitignore",
        "keeps secrets, certificates and state out of version control",
        "install-plan-files",
        ("4.2",),
    )


def _example(b: Blueprint) -> str:
    lines = ["# The keys of deploy/.env. scripts/write-env.sh makes the real file; never commit it.\n"]
    for i in b.inputs:
        shown = "<REDACTED>" if i.kind == "secret" else (i.default or "<YOUR_VALUE_HERE>")
        lines += [f"# {i.description}\n", f"{i.name}='{shown}'\n"]
    return "".join(lines) + f"# The image tag that runs; rollback.sh changes it\nAPP_RELEASE='{b.release}'\n"


def operations(survey: Survey, b: Blueprint) -> Iterator[Artifact]:
    """Yield the unit files of the weekly clean-up."""
    for suffix in ("service", "timer"):
        yield filed(
            b,
            10,
            f"systemd/{b.app}-clean-up.{suffix}",
            render(f"files/systemd/clean-up.{suffix}.j2", app=b.app, revision=(survey.commit or b.release) if b.of_kind("job") else ""),
            "systemd",
            "removes unused images every Sunday",
            "clean-up-timer",
            ("10.2", "10.9"),
        )
