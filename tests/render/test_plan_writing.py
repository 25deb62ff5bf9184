"""Writing a plan folder: whole or not at all, in one step, and never at the cost of somebody else's file."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest
from deploybook.core.errors import OutputError
from deploybook.tools.render import refuse_foreign, write, writing


def _plan(*artifacts: str, mark: str = "1") -> dict[str, bytes]:
    document = {"schema": "deploybook.plan/1", "artifacts": [{"path": f"artifacts/{a}"} for a in artifacts]}
    files = {"PLAN.md": f"# Plan {mark}\n".encode(), "plan.json": json.dumps(document).encode()}
    return files | {f"artifacts/{a}": b"#!/bin/sh\n" if a.endswith(".sh") else mark.encode() for a in artifacts}


def _read(out: Path) -> dict[str, bytes]:
    return {str(p.relative_to(out)): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}


def _alone(out: Path) -> bool:
    """Tell whether nothing of the writing is left beside the folder."""
    return [p.name for p in out.parent.iterdir() if p.name.startswith(f".{out.name}.")] == []


def test_a_new_folder_holds_the_files_and_scripts_run(tmp_path: Path) -> None:
    out = tmp_path / "a" / "plan"
    write(_plan("x.sh", "y/z.yaml"), out)
    assert _read(out) == _plan("x.sh", "y/z.yaml") and _alone(out)
    assert (out / "artifacts/x.sh").stat().st_mode & 0o777 == 0o755 and (out / "PLAN.md").stat().st_mode & 0o777 == 0o644
    assert out.stat().st_mode & 0o777 == 0o755


def test_a_plan_of_ours_is_replaced_and_its_stale_files_go(tmp_path: Path) -> None:
    out = tmp_path / "plan"
    write(_plan("old.yaml"), out)
    write(_plan("new.yaml", mark="2"), out)
    assert _read(out) == _plan("new.yaml", mark="2") and _alone(out)


def test_what_others_put_into_our_folder_is_carried_over(tmp_path: Path) -> None:
    out = tmp_path / "plan"
    write(_plan("old.yaml"), out)
    (out / "notes.md").write_text("mine")
    (out / "artifacts" / "local.env").write_text("mine too")
    (out / "empty").mkdir()
    (out / "link").symlink_to("notes.md")
    (out / "artifacts" / "dangling").symlink_to("nowhere")
    write(_plan("new.yaml", mark="2"), out)
    assert (out / "notes.md").read_text() == "mine" and (out / "artifacts" / "local.env").read_text() == "mine too"
    assert (out / "empty").is_dir() and (out / "link").is_symlink() and (out / "artifacts" / "dangling").readlink() == Path("nowhere")
    assert not (out / "artifacts" / "old.yaml").exists() and (out / "artifacts" / "new.yaml").read_bytes() == b"2"


def test_a_folder_with_something_else_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "plan"
    out.mkdir()
    (out / "keep").write_text("x")
    with pytest.raises(OutputError) as caught:
        write(_plan(), out)
    assert "no plan" in caught.value.what and "--force" in caught.value.hint and _read(out) == {"keep": b"x"}


@pytest.mark.parametrize("text", ["{}", "not json", '{"schema": "other/1", "artifacts": []}', '{"schema": "deploybook.plan/1"}', "[]"])
def test_a_file_called_plan_json_alone_makes_no_plan_of_ours(tmp_path: Path, text: str) -> None:
    out = tmp_path / "plan"
    out.mkdir()
    (out / "plan.json").write_text(text)
    with pytest.raises(OutputError):
        refuse_foreign(out)


def test_forced_into_a_foreign_folder_it_overlays_and_keeps_everything(tmp_path: Path) -> None:
    out = tmp_path / "plan"
    (out / "src").mkdir(parents=True)
    (out / "src" / "app.py").write_text("print()")
    (out / "PLAN.md").write_text("theirs")
    (out / "plan.json").write_text("{}")
    write(_plan("x.sh"), out, force=True)
    found = _read(out)
    assert found["src/app.py"] == b"print()" and found["PLAN.md.orig"] == b"theirs" and found["plan.json.orig"] == b"{}"
    assert {k: found[k] for k in _plan("x.sh")} == _plan("x.sh")
    write(_plan("y.sh", mark="2"), out)
    again = _read(out)
    assert again["src/app.py"] == b"print()" and again["PLAN.md.orig"] == b"theirs" and "artifacts/x.sh" not in again
    assert "PLAN.md.orig1" not in again, "our own file is no foreign one"


def test_a_second_foreign_file_of_one_name_is_kept_as_well(tmp_path: Path) -> None:
    out = tmp_path / "plan"
    out.mkdir()
    (out / "PLAN.md").write_text("theirs")
    (out / "PLAN.md.orig").write_text("older")
    write(_plan(), out, force=True)
    assert (out / "PLAN.md.orig").read_text() == "older" and (out / "PLAN.md.orig1").read_text() == "theirs"


def test_an_empty_folder_needs_no_force(tmp_path: Path) -> None:
    out = tmp_path / "plan"
    out.mkdir()
    write(_plan("a"), out)
    assert _read(out) == _plan("a")


def test_a_link_or_a_file_is_no_folder(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    link, file = tmp_path / "link", tmp_path / "file"
    link.symlink_to(real)
    file.write_text("x")
    for out in (link, file):
        with pytest.raises(OutputError, match="not a folder"):
            write(_plan(), out, force=True)
    assert _read(real) == {} and file.read_text() == "x"


def test_nothing_is_written_through_a_link_out_of_a_foreign_folder(tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "plan", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.mkdir()
    (out / "artifacts").symlink_to(elsewhere)
    with pytest.raises(OutputError, match="not a folder"):
        write(_plan("x.sh"), out, force=True)
    assert _read(elsewhere) == {} and _alone(out) and [p.name for p in out.iterdir()] == ["artifacts"]


def test_a_linked_file_of_theirs_is_put_aside_not_followed(tmp_path: Path) -> None:
    out, target = tmp_path / "plan", tmp_path / "target"
    out.mkdir()
    target.write_text("theirs")
    (out / "PLAN.md").symlink_to(target)
    write(_plan(), out, force=True)
    assert target.read_text() == "theirs" and not (out / "PLAN.md").is_symlink() and (out / "PLAN.md.orig").is_symlink()


def test_a_folder_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "plan"
    (out / "PLAN.md").mkdir(parents=True)
    with pytest.raises(OutputError, match="is a folder"):
        write(_plan(), out, force=True)
    assert [p.name for p in out.iterdir()] == ["PLAN.md"]


@pytest.mark.parametrize("path", ["../evil", "/etc/evil", "a/../../evil", ""])
def test_a_path_that_leaves_the_folder_is_a_defect(tmp_path: Path, path: str) -> None:
    with pytest.raises(OutputError, match="holds no file"):
        write(_plan() | {path: b"x"}, tmp_path / "plan")
    assert list(tmp_path.iterdir()) == []


def test_a_forged_plan_cannot_name_files_to_delete(tmp_path: Path) -> None:
    out = tmp_path / "plan"
    out.mkdir()
    (tmp_path / "precious").write_text("x")
    (out / "mine.txt").write_text("x")
    forged = {
        "schema": "deploybook.plan/1",
        "artifacts": [{"path": "artifacts/../../precious"}, {"path": "mine.txt"}, {"path": "/etc/hostname"}],
    }
    (out / "plan.json").write_text(json.dumps(forged))
    write(_plan("a"), out)
    assert (tmp_path / "precious").exists() and (out / "mine.txt").exists()


# What goes wrong on the way


def test_a_place_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        write(_plan(), Path("/proc/deploybook-plan"))  # refuses even the superuser
    assert "cannot write the plan" in caught.value.what and caught.value.why and caught.value.hint


def _failing(monkeypatch: pytest.MonkeyPatch, after: int, number: int) -> None:
    """Let the file system fail after some files."""
    real, count = Path.write_bytes, iter(range(10_000))

    def write_bytes(self: Path, data: bytes) -> int:
        if next(count) >= after:
            raise OSError(number, os.strerror(number))
        return real(self, data)

    monkeypatch.setattr(Path, "write_bytes", write_bytes)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EIO])
def test_a_full_or_broken_disk_leaves_what_stood_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    out = tmp_path / "plan"
    write(_plan("a", "b"), out)
    before = _read(out)
    _failing(monkeypatch, 2, number)
    with pytest.raises(OutputError) as caught:
        write(_plan("a", "b", "c", mark="2"), out)
    assert caught.value.why == os.strerror(number) and _read(out) == before and _alone(out)


def test_a_full_disk_leaves_a_foreign_folder_untouched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "plan"
    out.mkdir()
    (out / "PLAN.md").write_text("theirs")
    _failing(monkeypatch, 1, errno.ENOSPC)
    with pytest.raises(OutputError):
        write(_plan("a"), out, force=True)
    assert [p.name for p in out.iterdir()] == ["PLAN.md"] and (out / "PLAN.md").read_text() == "theirs"


@pytest.mark.parametrize("failing", [0, 1])
def test_a_swap_that_fails_puts_the_old_plan_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int) -> None:
    out = tmp_path / "plan"
    write(_plan("a"), out)
    before, real, count = _read(out), Path.rename, iter(range(10_000))

    def rename(self: Path, target: Path) -> Path:
        if next(count) == failing:
            raise OSError(errno.EBUSY, "busy")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(OutputError):
        write(_plan("a", mark="2"), out)
    assert _read(out) == before and _alone(out)


def test_an_interruption_leaves_the_old_plan_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "plan"
    write(_plan("a"), out)
    before = _read(out)

    def stop(fresh: Path, found: dict[str, bytes]) -> None:
        (fresh / "PLAN.md").write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, "_fill", stop)
    with pytest.raises(KeyboardInterrupt):
        write(_plan("a", mark="2"), out)
    assert _read(out) == before and _alone(out)


def test_a_half_written_overlay_is_finished_by_the_next_run(tmp_path: Path) -> None:
    """Without its marker the folder is still a foreign one; our own equal files are not put aside."""
    out = tmp_path / "plan"
    (out / "artifacts").mkdir(parents=True)
    (out / "theirs").write_text("x")
    (out / "PLAN.md").write_bytes(_plan("a")["PLAN.md"])
    with pytest.raises(OutputError):
        write(_plan("a"), out)
    write(_plan("a"), out, force=True)
    assert _read(out) == _plan("a") | {"theirs": b"x"}


def test_a_mounted_folder_is_written_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mount point cannot be renamed: the files go into it one by one, stale ones of ours go, others stay."""
    out = tmp_path / "plan"
    write(_plan("old"), out)
    (out / "theirs").write_text("x")
    monkeypatch.setattr(Path, "is_mount", lambda self: self == out)
    inode = out.stat().st_ino
    write(_plan("new", mark="2"), out)
    assert out.stat().st_ino == inode and _read(out) == _plan("new", mark="2") | {"theirs": b"x"}
