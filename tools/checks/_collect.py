"""Collect a repository's own deployment files: compose, Dockerfiles, manifests, Terraform, pipelines, proxies, units, scripts."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ._view.kinds import kind_of

MOST_SEEN = 50_000
MOST_TAKEN = 600
MAX_FILE = 1_000_000
_DEPTH = 14
_SKIPPED = frozenset(
    ".git .hg .svn node_modules vendor third_party bower_components .venv venv __pycache__ .tox .mypy_cache .terraform dist build target"
    " site-packages .idea .vscode test tests testdata fixtures __tests__ spec specs e2e mocks".split()
)
_TAKEN = frozenset(
    "compose dockerfile kubernetes hcl workflow gitlab-ci prometheus prometheus-rules prometheus-tests alertmanager otel nginx caddy"
    " haproxy systemd cron shell sql env".split()
)
# folders in which a plain YAML file configures something
_CONFIGURED = ("monitoring", "observability", "traefik", "prometheus", "alerting", "deploy", "exporter")
_SUFFIXES = tuple(".yml .yaml .tf .tfvars .conf .sh .bash .service .timer .socket .cfg .sql .env .template".split())
_NAMES = ("dockerfile", "containerfile", "caddyfile", "crontab", "haproxy", ".env")
_RUNBOOK = ("runbook", "deploy", "playbook", "operations", "release", "rollback", "disaster", "backup", "restore", "plan.md", "production")


@dataclass(frozen=True)
class Collected:
    """Hold what a folder has: deployment files and runbook pages by path, the paths of all files, and what was left out."""

    files: dict[str, str]
    pages: dict[str, str]
    paths: frozenset[str]
    notes: tuple[str, ...]


def collect(root: Path) -> Collected:
    """Return the deployment files below a folder; links are not followed, what is too large or not text is left out and noted."""
    paths: list[str] = []
    notes: list[str] = []
    for path in _walk(root):
        if len(paths) >= MOST_SEEN:
            notes.append(f"more than {MOST_SEEN} files: the rest was not looked at")
            break
        paths.append(path)
    files: dict[str, str] = {}
    pages: dict[str, str] = {}
    for path in sorted(paths):
        if len(files) >= MOST_TAKEN:
            notes.append(f"more than {MOST_TAKEN} deployment files: the rest was not checked")
            break
        if path.lower().endswith((".md", ".markdown")):
            if path.count("/") <= 3:
                pages[path] = ""
        elif _plausible(path):
            text = _text(root / path)
            if text is None:
                notes.append(f"{path}: too large or no text, not checked")
            elif _wanted(path, text):
                files[path] = text
    chosen = (
        [p for p in pages if any(word in p.rpartition("/")[2].lower() for word in _RUNBOOK)]
        if files
        else [p for p in pages if "/" not in p]
    )
    read = {path: text for path in chosen[:50] if (text := _text(root / path)) is not None}
    return Collected(files, read, frozenset(paths), tuple(notes))


def _walk(root: Path) -> Iterator[str]:
    waiting: list[tuple[str, int]] = [("", 0)]
    while waiting:
        folder, depth = waiting.pop()
        try:
            entries = sorted(os.scandir(root / folder), key=lambda e: e.name)
        except OSError:
            continue
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            try:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in _SKIPPED and depth < _DEPTH:
                        waiting.append((path, depth + 1))
                elif entry.is_file(follow_symlinks=False):
                    yield path
            except OSError:
                continue


def _plausible(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    return name.endswith(_SUFFIXES) or name.startswith(_NAMES) or name.endswith(".dockerfile") or "/cron.d/" in f"/{path}"


def _wanted(path: str, text: str) -> bool:
    """Say whether a file is one that deploys: chart templates and sources of other languages are not."""
    kind = kind_of(path, "", text)
    if kind == "yaml":
        return any(word in path.lower() for word in _CONFIGURED)
    if kind not in _TAKEN:
        return False
    if kind == "kubernetes" and ("{{" in text or "openapi" in path):
        return False
    if kind == "shell":
        return any(
            word in text for word in ("docker", "kubectl", "helm ", "terraform", "systemctl", "psql", "pg_dump", "rsync", "aws ", "gcloud ")
        )
    return kind != "sql" or "migrat" in path.lower()


def _text(path: Path) -> str | None:
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_FILE:
            return None
        data = path.read_bytes()
    except OSError:
        return None
    return None if b"\0" in data[:4096] else data.decode("utf-8", "replace").replace("\r\n", "\n")
