"""Detect what Python code talks to: data stores and brokers by driver and URL, mappers, sign-in, caches, foreign services."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ....core.facts import Confidence, Datastore, Evidence, Fact, Named, Queue
from ..detector import View, entry, module
from ..knowledge.pythonlibs import AUTH, BROKERS, CACHES, DRIVERS, INTEGRATIONS, ORMS, looked_up
from ..knowledge.stores import BROKER_SCHEMES, SCHEMES, broker_of_url, store_of_url
from ..parsers.python import argument, string
from ..python.imports import imported, loads
from ..python.projects import Project, projects
from ..python.sources import meeting, seek

_CLOUD = seek("boto3", "aioboto3", "S3Boto3Storage", "S3Storage", "s3.S3")
_URLS = seek(pattern="(?i)[\"'](?:" + "|".join(s.replace("+", r"\+") for s in sorted({*SCHEMES, *BROKER_SCHEMES})) + r")(?:\+\w+)?://")
_MAPPED = ("sqlalchemy", "sqlmodel", "flask-sqlalchemy", "tortoise-orm", "databases", "django", "ormar", "alembic", "piccolo", "peewee")
_CLIENTS = {"s3": "s3", "dynamodb": "dynamodb", "sqs": "sqs", "ses": "ses", "sns": "sns", "secretsmanager": "aws-secrets-manager"}


def detect(view: View) -> Iterator[Fact]:
    """Yield stores, brokers and services that the code loads; a driver that is only declared counts where a mapper would load it."""
    for folder, project in projects(view).items():
        yield from _drivers(view, project)
        yield from _named(view, folder)
        yield from _urls(view, folder)
        yield from _cloud(view, folder)


def _drivers(view: View, project: Project) -> Iterator[Fact]:
    folder = project.folder
    mapped = any(project.requires(name) for name in _MAPPED)
    stated: set[str] = set()
    for package, (store, names) in DRIVERS.items():
        place = loads(view, folder, package)
        requirement = project.requires(*names) if names else None
        driver = (names or (package,))[0]
        if place:
            confidence: Confidence = "medium" if store in ("sqlite", "duckdb") else "high"
            guarded = _guarded(view.lines(place[0]), place[1])
            yield _store(folder, store, driver, view.evidence(*place), "low" if guarded else confidence, not guarded)
            stated.add(store)
        elif requirement:
            relational = store in ("postgresql", "mysql", "mariadb", "mssql", "oracle")
            confidence = "medium" if relational and (mapped or not _mongo(project)) else "low"
            yield _store(folder, store, driver, requirement.evidence, confidence)
    for requirement in project.requirements:
        if {"redis", "mongodb", "psycopg2"} & set(requirement.extras) and not requirement.development:
            kind = {"redis": "redis", "mongodb": "mongodb", "psycopg2": "postgresql"}[
                next(e for e in requirement.extras if e in ("redis", "mongodb", "psycopg2"))
            ]
            yield _store(folder, kind, requirement.name, requirement.evidence, "low")


def _guarded(lines: list[str], number: int) -> bool:
    """Say whether an import stands directly below a `try:`, so that the program runs without the library."""
    line = lines[number - 1]
    indent = len(line) - len(line.lstrip())
    if indent == 0:
        return False
    for above in reversed(lines[: number - 1]):
        if above.strip() and len(above) - len(above.lstrip()) < indent:
            return above.strip() == "try:"
    return False


def _mongo(project: Project) -> bool:
    return project.requires("pymongo", "motor", "mongoengine", "beanie") is not None


def _store(folder: str, kind: str, driver: str, evidence: Evidence, confidence: Confidence, required: bool = True) -> Fact:
    return entry("datastore", folder, Datastore(kind=kind, required=required, drivers=(driver,), evidence=(evidence,)), confidence)


def _named(view: View, folder: str) -> Iterator[Fact]:
    for name, (path, number) in sorted(imported(view, folder).items()):
        evidence = (view.evidence(path, number),)
        orm = looked_up(ORMS, name)
        if orm and orm not in ("databases", "django-orm"):
            yield module(folder, "orm", orm, *evidence, language="python", confidence="medium" if orm == "sqlalchemy" else "high")
        for kind, table in (("auth", AUTH), ("caching", CACHES), ("integration", INTEGRATIONS)):
            found = looked_up(table, name)
            if found and found not in ("selenium", "playwright"):
                yield entry(kind, folder, Named(kind=found, evidence=evidence))  # type: ignore[arg-type]
        broker = looked_up(BROKERS, name)
        if broker and name.partition(".")[0] != "kombu":
            yield entry("queue", folder, Queue(kind=broker, backend=broker, evidence=evidence), "high")


def _urls(view: View, folder: str) -> Iterator[Fact]:
    """Yield the stores whose connection URLs stand in the code, whole or as the head of an f-string."""
    for path, parsed in meeting(view, folder, _URLS):
        for node in parsed.nodes:
            text = string(node)
            if isinstance(node, ast.JoinedStr) and node.values:
                text = string(node.values[0])
            if not text or ":" not in text or len(text) > 500:
                continue
            line = getattr(node, "lineno", 1)
            scheme = text.partition(":")[0]
            if "://" not in text:
                continue
            store, broker = store_of_url(text), broker_of_url(text)
            if scheme.lower().partition("+")[0] in SCHEMES and store and scheme in view.lines(path)[line - 1]:
                yield entry(
                    "datastore",
                    folder,
                    Datastore(kind=store, evidence=(view.evidence(path, line),)),
                    "medium" if store == "sqlite" else "high",
                )
            elif broker and scheme in view.lines(path)[line - 1]:
                yield entry("queue", folder, Queue(kind=broker, backend=broker, evidence=(view.evidence(path, line),)), "high")


def _cloud(view: View, folder: str) -> Iterator[Fact]:
    """Yield what boto3 clients are made for."""
    for path, parsed in meeting(view, folder, _CLOUD):
        for call in parsed.calls():
            name = parsed.full_name(call.func)
            if not name.endswith((".client", ".resource")) or ("boto" not in name and "session" not in name.lower()):
                continue
            service = string(argument(call, 0, "service_name"))
            kind = _CLIENTS.get(service or "")
            evidence = (view.evidence(path, call.lineno),)
            if kind in ("s3", "dynamodb"):
                yield entry("datastore", folder, Datastore(kind=kind, drivers=("boto3",), evidence=evidence), "high")
            elif kind == "sqs":
                yield entry("queue", folder, Queue(kind="sqs", backend="sqs", evidence=evidence), "high")
            elif kind:
                yield entry("integration", folder, Named(kind=kind, evidence=evidence))
        number = view.find(path, "S3Boto3Storage") or view.find(path, "storages.backends.s3")
        if number and not view.lines(path)[number - 1].lstrip().startswith("#"):
            yield entry(
                "datastore",
                folder,
                Datastore(kind="s3", required=False, drivers=("django-storages",), evidence=(view.evidence(path, number),)),
                "high",
            )
