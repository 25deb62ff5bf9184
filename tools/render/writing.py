"""Write a plan folder: whole or not at all, and never at the cost of a file that is somebody else's."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from ...core.errors import OutputError

MARKER = "plan.json"
"""The file by which a folder is known as one of ours, when its `schema` says so."""
SCHEMA = "deploybook.plan/"
DOCUMENTS = frozenset({"PLAN.md", "plan.json", "plan.html", "survey.json", "findings.json", "answers.yaml"})


def write(found: dict[str, bytes], out: Path, force: bool = False) -> None:
    """Write the files into `out`; a folder that holds something else is refused unless forced, and keeps what it holds.

    A plan that stands there is replaced in one step, with the files that others put beside it carried over. Raise OutputError with its
    reason when it cannot be written; what stood there before then stands unchanged.
    """
    refuse_foreign(out, force)
    standing = _plan_files(out)
    mixed = out.is_dir() and ((standing is None and any(out.iterdir())) or out.is_mount())
    try:
        base = out if mixed else out.parent
        base.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=base))
    except OSError as error:
        raise _cannot(out, error) from error
    try:
        _fill(fresh, found)
        if mixed:
            _overlay(fresh, out, found, standing or frozenset())
        else:
            _carry(out, fresh, (standing or frozenset()) | set(found))
            _swap(fresh, out)
    except OSError as error:
        raise _cannot(out, error) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def refuse_foreign(out: Path, force: bool = False) -> None:
    """Raise OutputError for what is no folder, and for a folder that holds no plan unless that is forced."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise OutputError(f"{out} is not a folder", "a plan is a folder of files", "choose another --out")
    if not force and out.is_dir() and any(out.iterdir()) and _plan_files(out) is None:
        raise OutputError(
            f"{out} holds files that are no plan", "writing would mix them with the plan's", "choose an empty folder, or use --force"
        )


def _plan_files(out: Path) -> frozenset[str] | None:
    """Return the relative paths of the plan that stands in a folder, null when none does."""
    try:
        document = json.loads((out / MARKER).read_bytes())
        if not str(document["schema"]).startswith(SCHEMA):
            return None
        listed = (PurePosixPath(str(a["path"])) for a in document["artifacts"])
        return DOCUMENTS | {str(p) for p in listed if p.parts[:1] == ("artifacts",) and ".." not in p.parts}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _fill(fresh: Path, found: dict[str, bytes]) -> None:
    for relative, content in sorted(found.items()):
        parts = PurePosixPath(relative).parts
        if not parts or ".." in parts or parts[0] == "/":
            raise OutputError(f"a plan holds no file {relative!r}", "its path leaves the plan's folder", "report this as a defect")
        path = fresh / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o755 if content.startswith(b"#!") else 0o644)
    fresh.chmod(0o755)


def _entries(folder: Path, within: str = "") -> Iterator[tuple[str, Path]]:
    """Yield relative path and path of every file, link and empty folder below a folder; links are not followed."""
    for path in sorted(folder.iterdir()):
        relative = f"{within}{path.name}"
        if path.is_dir() and not path.is_symlink() and any(path.iterdir()):
            yield from _entries(path, f"{relative}/")
        else:
            yield relative, path


def _carry(out: Path, fresh: Path, ours: frozenset[str] | set[str]) -> None:
    """Give the fresh folder whatever others put into the old one; a name that the plan itself needs goes to the plan."""
    if not out.is_dir():
        return
    for relative, path in _entries(out):
        target = fresh / relative
        if relative in ours or target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink():
            target.symlink_to(path.readlink())
        elif path.is_dir():
            target.mkdir()
        else:
            shutil.copy2(path, target)


def _swap(fresh: Path, out: Path) -> None:
    """Put the fresh folder in place of the old one: two renames, so that a whole folder stands before and after each."""
    if not out.exists():
        fresh.rename(out)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{out.name}.old.", dir=out.parent))
    try:
        out.rename(aside / "was")
        try:
            fresh.rename(out)
        except OSError:
            (aside / "was").rename(out)
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _overlay(fresh: Path, out: Path, found: dict[str, bytes], standing: frozenset[str]) -> None:
    """Move the fresh files into a folder that others use; their file of the same name is kept as `NAME.orig`, the marker comes last."""
    for relative in found:
        for folder in list(PurePosixPath(relative).parents)[:-1]:
            at = out / folder
            if at.is_symlink() or (at.exists() and not at.is_dir()):
                raise OutputError(f"{at} is not a folder", "the plan would be written outside of its own", "choose another --out")
        if (out / relative).is_dir() and not (out / relative).is_symlink():
            raise OutputError(f"{out / relative} is a folder", "the plan has a file of that name", "choose another --out")
    for relative in sorted(found, key=lambda name: (name == MARKER, name)):
        target = out / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        theirs = target.is_symlink() or (target.is_file() and target.read_bytes() != found[relative])
        if relative not in standing and theirs:
            target.rename(_free(target))
        (fresh / relative).replace(target)
    for stale in sorted(standing - set(found)):
        (out / stale).unlink(missing_ok=True)


def _free(path: Path) -> Path:
    taken = (path.with_name(f"{path.name}.orig{n or ''}") for n in range(1_000_000))
    return next(p for p in taken if not (p.exists() or p.is_symlink()))


def _cannot(out: Path, error: OSError) -> OutputError:
    return OutputError(
        f"cannot write the plan to {out}", error.strerror or type(error).__name__, "choose a folder with room that you may write to"
    )
