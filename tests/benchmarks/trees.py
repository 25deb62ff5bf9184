"""Make the trees that the survey is measured on: a small service, an application, a monorepo; the same bytes on every machine.

    python tests/benchmarks/trees.py FOLDER KIND FILES     # KIND: service, application, monorepo

A tree is a git repository with one commit. Beside `FILES` tracked files the application and the monorepo hold an ignored `node_modules`.
"""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import writers

File = tuple[str, bytes]
UNIT = 250  # files of one project of the monorepo
_GIT = ("-c", "user.name=Benchmark", "-c", "user.email=benchmark@example.org", "-c", "gc.auto=0", "-c", "commit.gpgsign=false")


def make(folder: Path, kind: str, files: int) -> int:
    """Write the tree into `folder`, commit it and return how many files are tracked."""
    made = {"service": _service, "application": _application, "monorepo": _monorepo}[kind](files)
    known: set[str] = set()
    count = 0
    for path, data in made:
        goal = folder / path
        if (parent := path.rpartition("/")[0]) not in known:
            goal.parent.mkdir(parents=True, exist_ok=True)
            known.add(parent)
        goal.write_bytes(data)
        count += "node_modules/" not in path
    for words in (("init", "-q", "."), ("add", "-A"), ("commit", "-q", "-m", "Tree")):
        subprocess.run(["git", *_GIT, *words], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return count


def _service(files: int) -> Iterator[File]:
    yield from itertools.islice(writers.fastapi("", "notes", files, random.Random(1)), files)


def _application(files: int) -> Iterator[File]:
    """Yield a Python back end, a Node worker and a React front end with documents, translations, pictures and vendored scripts."""
    dice = random.Random(2)
    shares = {"backend": 0.36, "worker": 0.10, "web": 0.34, "docs": 0.06, "assets": 0.11, "static/vendor": 0.03}
    counts = {name: int(files * share) for name, share in shares.items()}
    shared = list(writers.platform("shop", ("backend", "worker"), dice))
    counts["web"] += files - sum(counts.values()) - len(shared)
    yield from shared
    yield from itertools.islice(writers.fastapi("backend/", "backend", counts["backend"], dice), counts["backend"])
    yield from itertools.islice(writers.express("worker/", "worker", counts["worker"], dice), counts["worker"])
    yield from itertools.islice(writers.react("web/", "web", counts["web"], dice), counts["web"])
    yield from (writers.prose(f"docs/{n % 12}/page-{n}.md", dice) for n in range(counts["docs"]))
    yield from (writers.picture(f"assets/{n % 20}/picture-{n}.png", dice) for n in range(counts["assets"]))
    yield from (writers.vendored(f"static/vendor/lib{n % 9}/part{n}.js", dice) for n in range(counts["static/vendor"]))
    yield from _installed("web/", 1500, dice)


def _monorepo(files: int) -> Iterator[File]:
    """Yield projects of `UNIT` files each in turn of language, and what they share."""
    dice = random.Random(3)
    kinds = (writers.fastapi, writers.express, writers.golang, writers.spring, writers.react, writers.express)
    shared = list(writers.platform("platform", ("services/p0000", "services/p0001"), dice))
    yield from shared
    left = files - len(shared)
    for number in itertools.count():
        share = min(UNIT, left)
        if share <= 0:
            break
        name = f"p{number:04}"
        yield from itertools.islice(kinds[number % len(kinds)](f"services/{name}/", name, share, dice), share)
        left -= share
    yield from _installed("", max(files // 20, 200), dice)


def _installed(folder: str, files: int, dice: random.Random) -> Iterator[File]:
    yield from (writers.vendored(f"{folder}node_modules/package-{n % 90}/lib/part{n}.js", dice) for n in range(files))


if __name__ == "__main__":
    place = Path(sys.argv[1])
    place.mkdir(parents=True, exist_ok=True)
    print(make(place, sys.argv[2], int(sys.argv[3])))
