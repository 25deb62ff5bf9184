"""Lay out a plan folder and write it without leaving a half-written one."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

from ...core.base import plain
from ...core.errors import OutputError
from ...core.facts import Survey
from ...core.findings import Review
from ...core.plan import Plan
from .markdown import plan_markdown

MARKER = "plan.json"
"""The file by which a folder is known as one of ours."""


def files(plan: Plan, survey: Survey, review: Review) -> dict[str, bytes]:
    """Return every file of the plan folder by relative path, the same bytes for the same values."""
    document = plain(plan)
    for artifact in document["artifacts"]:
        artifact.pop("content")  # the file stands beside it; sha256 binds the two
    found = {
        "PLAN.md": plan_markdown(plan).encode(),
        "plan.json": _json(document),
        "survey.json": survey.to_json().encode(),
        "findings.json": _json({"schema": "deploybook.findings/1", **plain(review)}),
    }
    found |= {a.path: a.content.encode() for a in plan.artifacts}
    return found


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def write(found: dict[str, bytes], out: Path, force: bool = False) -> None:
    """Write the files into `out`; a folder that holds something else is refused unless forced, one of ours is replaced.

    Raise OutputError with its reason when it cannot be written; what stood there before then stands unchanged.
    """
    _refuse_foreign(out, force)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    except OSError as error:
        raise _cannot(out, error) from error
    try:
        for relative, content in sorted(found.items()):
            path = fresh / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(0o755 if content.startswith(b"#!") else 0o644)
        fresh.chmod(0o755)
        _swap(fresh, out)
    except OSError as error:
        raise _cannot(out, error) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _refuse_foreign(out: Path, force: bool) -> None:
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise OutputError(f"{out} is not a folder", "a plan is a folder of files", "choose another --out")
    if out.is_dir() and any(out.iterdir()) and not (out / MARKER).is_file() and not force:
        raise OutputError(
            f"{out} holds files that are no plan", "writing would mix them with the plan's", "choose an empty folder, or use --force"
        )


def _swap(fresh: Path, out: Path) -> None:
    """Put the fresh folder in place of the old one: two renames, so that at every moment one whole folder exists."""
    if not out.exists():
        os.rename(fresh, out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}.old.", dir=out.parent))
    os.rename(out, old / "was")
    os.rename(fresh, out)
    shutil.rmtree(old, ignore_errors=True)


def _cannot(out: Path, error: OSError) -> OutputError:
    return OutputError(
        f"cannot write the plan to {out}", error.strerror or type(error).__name__, "choose a folder with room that you may write to"
    )
