"""Collect a repository's own deployment files: compose, Dockerfiles, manifests, Terraform, pipelines, proxies, units, scripts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import re2

from ._aside import aside, names_file, variant_of
from ._texts import Unread, text_of
from ._view.kinds import kind_of

MOST_SEEN = 50_000
MOST_TAKEN = 600
MOST_CONSULTED = 400
MOST_SEARCHED = 5_000  # files in which the name of a Dockerfile is looked for
MAX_FILE = 1_000_000
MOST_PAGES = 50
MOST_LOOKED_INTO = 400  # pages of which it is seen whether they hold blocks
_BLOCKS = ("```", "~~~", "highlight", "\n    ", "code-block")
_FOR_DEVELOPERS = frozenset(
    "dev development developing developer developers contributing contribute contributors hacking"
    " plans adr adrs rfc rfcs proposal proposals decisions postmortems incidents reports done archive archived".split()
)  # and what was planned, decided, done or went wrong once
_DATED = re2.compile(r"(?:^|[/_.-])20\d\d-?[01]\d-?[0-3]\d(?:[/_.-])")  # the record of a day
PAGES = (".md", ".markdown", ".mdx")  # the names of Markdown
_TEMPLATE = re2.compile(r"\.(?:gotmpl|tmpl|tpl|template|j2|jinja|in)\.mdx?$")  # a generator makes the page of it
# folders and pages that tell of what was, not of what to do
_NEWS = re2.compile(
    r"(?:^|/)(?:\d+[-_.])?(?:release[-_]?notes?|changelogs?|blog|posts|_posts|news|announcements?|versioned_docs)(?:[-_./]|$)"
)
_FOR_SHOW = re2.compile(r"(?i)\bnon-production\b|\bnot (?:\w+ )?for production\b|\bdisposable\b|\bdemo (?:environment|set-?up|only)\b")
_SHOWN_IN = re2.compile(r"(?:^|/)(?:assets|static|snippets|_?includes|_code-samples|public)/")
_DEPTH = 14
SKIPPED = frozenset(
    ".history _site .git .hg .svn node_modules vendor third_party bower_components .venv venv __pycache__ .tox .mypy_cache .terraform dist"
    " build target site-packages .idea .vscode test tests testdata fixtures __tests__ spec specs e2e mocks".split()
)
_TAKEN = frozenset(
    "ansible compose dockerfile kubernetes hcl workflow gitlab-ci prometheus prometheus-rules prometheus-tests alertmanager otel nginx"
    " caddy haproxy systemd cron shell sql env".split()
)
# folders in which a plain YAML file configures something
_CONFIGURED = ("monitoring", "observability", "traefik", "prometheus", "alerting", "deploy", "exporter", "loki", "promtail")
_SUFFIXES = tuple(".rules .yml .yaml .tf .tfvars .conf .sh .bash .service .timer .socket .cfg .sql .env .template".split())
_NAMES = ("dockerfile", "containerfile", "caddyfile", "crontab", "haproxy", ".env")
# what a workflow that deploys holds one of
_DEPLOYS = (
    *("docker push", "push: true", "docker/build-push-action", "docker stack", "trivy", "kubectl", "helm ", "ssh ", "scp ", "rsync"),
    *("deploy", "release", "aws ", "gcloud ", "az ", "terraform", "tofu ", "fly "),
)
# words of a script that deploys, runs or saves something
_OPERATES = (
    *("docker", "kubectl", "helm ", "terraform", "systemctl", "psql", "pg_dump", "rsync", "aws ", "gcloud "),
    *("mysqldump", "mariadb-dump", "mongodump", "ansible-playbook", "nomad ", "borg ", "restic ", "gsutil "),
)
# files that say how images are built and started, and what a reader copies and fills in
_BUILD_FILES = tuple(
    "readme .gitignore .gitmodules .goreleaser skaffold kustomization makefile justfile docker-bake entrypoint docker-entrypoint compose"
    " docker-compose".split()
)
_EXAMPLES = (".sh", ".bash", ".mk", ".yml", ".yaml", ".example", ".sample", ".dist", ".tmpl", ".template", ".tpl")
_RUNBOOK = ("runbook", "deploy", "playbook", "operations", "release", "rollback", "disaster", "backup", "restore", "plan.md", "production")


@dataclass(frozen=True)
class Collected:
    """Hold what a folder has: deployment files and runbook pages by path, the paths of all files, and what was left out.

    `commits` counts the actions that the workflows left aside name by commit: they show the repository's habit. `beside` are files that are
    not judged, and say what those that are judged leave open: for development, examples, build files, scripts of containers.
    """

    files: dict[str, str]
    pages: dict[str, str]
    paths: frozenset[str]
    notes: tuple[str, ...]
    commits: int = 0
    beside: dict[str, str] = field(default_factory=dict)


def collect(root: Path) -> Collected:
    """Return the deployment files below a folder; links are not followed, what is too large or not text is left out and noted."""
    notes: list[str] = []
    paths: list[str] = []
    for path in _walk(root, notes):
        if len(paths) >= MOST_SEEN:
            notes.append(f"more than {MOST_SEEN} files: the rest was not looked at")
            break
        paths.append(path)
    found = _files(root, sorted(paths), notes)
    shown = _for_show(root, sorted(paths), found)
    kept = {path: text for path, text in found.items() if path not in shown and not aside(path, text)}
    dead = _orphans(root, paths, kept)
    if len([p for p in paths if p.lower().endswith(PAGES)]) >= len(kept):  # what its pages show or take in is no file of its own
        kept = {path: text for path, text in kept.items() if not _SHOWN_IN.search(path)}
    pages = [p for p in sorted(paths) if p.lower().endswith(PAGES) and not _TEMPLATE.search(p.lower())]
    files = {path: text for path, text in kept.items() if path not in dead} or (found if len(pages) < 2 * len(found) else {})
    if len(files) < len(found):
        notes.append(f"{len(found) - len(files)} file(s) for development, tests or the past were not checked; name one to check it")
    if files and not _of_pages(pages, files):
        chosen = [p for p in pages if p.count("/") <= 3 and any(word in p.rpartition("/")[2].lower() for word in _RUNBOOK)]
    else:
        chosen = sorted(pages, key=lambda p: (p.count("/"), p))
    read = _pages(root, _for_operators(chosen, notes), notes)
    left = {path: text for path, text in found.items() if path not in files}
    return Collected(files, read, frozenset(paths), tuple(notes), _commits(left), left | _consulted(root, sorted(paths), found))


def _for_show(root: Path, paths: list[str], found: dict[str, str]) -> frozenset[str]:
    """Return the files of which a README beside or above them says on the same line that they are for show."""
    shown: set[str] = set()
    for path in paths:
        folder, _, name = path.rpartition("/")
        if path.count("/") > 1 or not name.lower().startswith("readme") or (text := _text(root, path, [])) is None:
            continue
        told = [line for line in text.split("\n") if _FOR_SHOW.search(line)]
        below = {p: p.removeprefix(f"{folder}/") for p in found if not folder or p.startswith(f"{folder}/")}
        shown |= {p for p, called in below.items() if any(f"{mark}{called}" in line for line in told for mark in "`[(\"/ ")}
    return frozenset(shown)


def _pages(root: Path, chosen: list[str], notes: list[str]) -> dict[str, str]:
    """Return the text of as many pages as are read at once, those that hold blocks before all others."""
    texts = {path: text for path in chosen[:MOST_LOOKED_INTO] if (text := _text(root, path, notes)) is not None}
    first = sorted(texts, key=lambda path: not any(mark in texts[path] for mark in _BLOCKS))  # in their order otherwise
    if len(chosen) > MOST_PAGES:
        notes.append(f"{len(chosen) - MOST_PAGES} of {len(chosen)} pages were not checked; name a folder or a page to check it")
    return {path: texts[path] for path in sorted(first[:MOST_PAGES], key=list(texts).index)}


def _of_pages(pages: list[str], files: dict[str, str]) -> bool:
    """Say whether a folder is one of pages, beside which some files lie deeper: its pages are what is followed."""
    deeper = all("/" in path and not path.startswith(".") for path in files)
    return len(pages) >= (4 if deeper else 12) * len(files)


def _consulted(root: Path, paths: list[str], found: dict[str, str]) -> dict[str, str]:
    """Return the files that are read for what they say of others: build files, examples to copy, scripts that images start."""
    texts: dict[str, str] = {}
    for path in paths:
        name = path.rpartition("/")[2].lower()
        if path not in found and len(texts) < MOST_CONSULTED and (name.startswith(_BUILD_FILES) or name.endswith(_EXAMPLES)):
            text = _text(root, path, [])  # what is not judged need not be read
            if text is not None:
                texts[path] = text
    return texts


def _files(root: Path, paths: list[str], notes: list[str]) -> dict[str, str]:
    """Return the deployment files by path, those for development or tests too."""
    found: dict[str, str] = {}
    for path in paths:
        if len(found) >= MOST_TAKEN:
            notes.append(f"more than {MOST_TAKEN} deployment files: the rest was not checked")
            cut = path.rpartition("/")[0]  # half of a Terraform folder says nothing true
            return {p: text for p, text in found.items() if not (p.endswith((".tf", ".tofu")) and p.rpartition("/")[0] == cut)}
        if _plausible(path):
            text = _text(root, path, notes)
            if text is not None and _wanted(path, text):
                found[path] = text
    return found


def _orphans(root: Path, paths: list[str], kept: dict[str, str]) -> frozenset[str]:
    """Return the Dockerfiles with a name of their own that no file of the folder names, where other files than Dockerfiles deploy."""
    named_so = {p: variant for p, text in kept.items() if kind_of(p, "", text) == "dockerfile" and (variant := variant_of(p))}
    if not named_so or all(kind_of(p, "", text) == "dockerfile" for p, text in kept.items()):
        return frozenset()
    left = dict(named_so)
    for path in sorted(paths, key=lambda p: (p not in kept, p))[:MOST_SEARCHED]:
        text = _text(root, path, []) if left else None
        if text is not None and "ockerfile" in text:
            left = {p: variant for p, variant in left.items() if p == path or not names_file(text, variant)}
    return frozenset(left)


def _commits(files: dict[str, str]) -> int:
    """Return how many actions the workflows name by commit."""
    lines = [line for path, text in files.items() if "/workflows/" in path for line in text.split("\n") if "uses:" in line]
    return sum(1 for line in lines if len(line.partition("@")[2].split(" ")[0].strip()) == 40)


def _for_operators(pages: list[str], notes: list[str]) -> list[str]:
    """Return the pages that somebody follows in production: not those for whoever works on the code, unless there are no others."""
    words = {page: set("".join(c if c.isalnum() else " " for c in page.lower()).split()) for page in pages}
    kept = [page for page in pages if not _FOR_DEVELOPERS & words[page] and not _DATED.search(page)]
    if kept and len(kept) < len(pages):
        notes.append(f"{len(pages) - len(kept)} page(s) for developers were not checked; name one to check it")
    followed = [page for page in kept or pages if not _NEWS.search(page.lower())]
    if followed and len(followed) < len(kept or pages):
        notes.append(f"{len(kept or pages) - len(followed)} page(s) of news or former releases were not checked; name one to check it")
    return followed or kept or pages


def _text(root: Path, path: str, notes: list[str]) -> str | None:
    """Return the text of a file below the folder, no link; null, with a note, for what is none."""
    try:
        return text_of(root / path, MAX_FILE, follow=False)
    except Unread as error:
        notes.append(f"{path} was not checked: {error}")
        return None


def _walk(root: Path, notes: list[str]) -> Iterator[str]:
    waiting: list[tuple[str, int]] = [("", 0)]
    while waiting:
        folder, depth = waiting.pop()
        try:
            entries = sorted(os.scandir(root / folder), key=lambda e: e.name)
        except OSError as error:
            notes.append(f"{folder or '.'} was not looked into: {error.strerror or type(error).__name__}")
            continue
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            try:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in SKIPPED and depth < _DEPTH:
                        waiting.append((path, depth + 1))
                elif entry.is_file(follow_symlinks=False) or entry.is_symlink():  # a link is there, and nothing behind it is read
                    yield path
            except OSError:
                continue


def _plausible(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    if name.endswith((*PAGES, ".png", ".svg")):
        return False  # `haproxy.md` is a page
    return name.endswith(_SUFFIXES) or name.startswith(_NAMES) or name.endswith(".dockerfile") or "/cron.d/" in f"/{path}"


def _wanted(path: str, text: str) -> bool:
    """Say whether a file is one that deploys: chart templates and sources of other languages are not."""
    kind = kind_of(path, "", text)
    if path.endswith("pg_hba.conf"):
        return True
    if kind in ("yaml", "compose", "kubernetes", "dockerfile", "env", "workflow") and _templated(kind, path, text):
        return False
    if kind == "yaml":
        tasks = any(f"/{part}/" in f"/{path}" for part in ("tasks", "handlers")) and "- name:" in text
        return tasks or any(word in path.lower() for word in _CONFIGURED) or ("\nalertmanager:" in f"\n{text}" and "receivers:" in text)
    if kind not in _TAKEN:
        return False
    if kind == "workflow":
        return any(word in text for word in _DEPLOYS) or aside(path)
    if kind == "kubernetes" and ("{{" in text or "openapi" in path):
        return False
    if kind == "shell":
        return "smoke" in path.rpartition("/")[2].lower() or any(
            word in text for word in _OPERATES
        )
    return kind != "sql" or "migrat" in path.lower() or " PASSWORD " in text.upper()


def _templated(kind: str, path: str, text: str) -> bool:
    """Say whether a file is a template, of a chart or another generator: what it writes is the file that counts."""
    if ("<%" in text and "%>" in text) or (kind == "dockerfile" and any(line.startswith("{%") for line in text.split("\n"))):
        return True
    if kind not in ("yaml", "compose", "kubernetes") or "{{" not in text:
        return False
    return "/templates/" in f"/{path}" or any(line.lstrip().startswith("{{") for line in text.split("\n"))
