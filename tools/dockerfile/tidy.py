"""Take out of a repository's Dockerfile what no build should depend on: a floating syntax image, `ADD` for plain files, upgrades."""

from __future__ import annotations

import re2

ARCHIVES = (".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".txz", ".tbz2")
"""What ADD unpacks; COPY does not."""

_EXPOSED = re2.compile(r"(\s)\$\{\w+:?-(\d+(?:/(?:tcp|udp))?)\}")
_UPGRADE = (
    r"(?:apk(?:[ \t]+-\S+)*[ \t]+upgrade|(?:apt-get|apt|aptitude)(?:[ \t]+-\S+)*[ \t]+(?:upgrade|dist-upgrade|full-upgrade|safe-upgrade)"
    r"|(?:yum|dnf|microdnf)(?:[ \t]+-\S+)*[ \t]+(?:upgrade|update))(?:[ \t]+-\S+)*"
)
_GAP = r"(?:[ \t]|\\[ \t]*\n)*"
_LEADING = re2.compile(rf"(?P<before>(?:^(?i:RUN)(?:[ \t]+--\S+)*[ \t]|&&|;|\bthen[ \t]){_GAP})(?P<all>{_UPGRADE}){_GAP}&&{_GAP}")
_TRAILING = re2.compile(rf"{_GAP}&&{_GAP}(?P<all>{_UPGRADE})(?P<after>[ \t]*(?:;|$))")
_ALONE = re2.compile(rf"^(?i:RUN)(?:[ \t]+--\S+)*[ \t]+(?P<all>{_UPGRADE})[ \t]*$")


def tidied(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the text and one sentence per kind of change; the same text and none where there is nothing to change."""
    changes: list[str] = []
    lines = text.splitlines()
    if lines and _floating_syntax(lines[0]):
        changes.append(
            f"`{lines[0]}` is taken out: it pulls another front end each time it moves, and the engine's own one reads this file"
        )
        lines = lines[1:]
    copied = [_copy(line) for line in lines]
    if copied != lines:
        changes.append(
            "`ADD` becomes `COPY` where it copies plain files: it would unpack archives and fetch addresses unasked (hadolint DL3020)"
        )
    numbered = [_EXPOSED.sub(r"\1\2", line) if line[:6].upper() == "EXPOSE" else line for line in copied]
    if numbered != copied:
        changes.append("`EXPOSE` names the default of its variable: readers of this file know no default there, and nothing runs on it")
    copied, upgrades = _without_upgrades(numbered)
    if upgrades:
        changes.append(
            f"`{upgrades[0]}` is taken out: it installs whatever is newest on the day of a build; "
            "fixes of the base image come with its next exact tag"
        )
    end = "\n" if text.endswith("\n") else ""
    return ("\n".join(copied) + end if changes else text), tuple(changes)


def _floating_syntax(line: str) -> bool:
    """Tell whether a line is a parser directive for a front end without a digest."""
    bare = line.replace(" ", "").lower()
    return bare.startswith("#syntax=") and "@sha256:" not in bare


def _copy(line: str) -> str:
    """Return an ADD of plain local files as COPY; any other line as it is."""
    words = line.split()
    if not words or words[0].upper() != "ADD" or line.rstrip().endswith("\\") or "<<" in line:
        return line
    if any("://" in w or w.startswith(("git@", "--checksum", "--keep-git-dir")) or w.strip('",[]').endswith(ARCHIVES) for w in words[1:]):
        return line
    return line.replace(words[0], "COPY", 1)


def _without_upgrades(lines: list[str]) -> tuple[list[str], list[str]]:
    """Return the lines with upgrades of everything taken out of RUN instructions, and the commands taken out."""
    kept: list[str] = []
    found: list[str] = []
    at = 0
    while at < len(lines):
        end = at + 1
        if lines[at].split(maxsplit=1)[:1] not in (["RUN"], ["run"]) or "<<" in lines[at]:
            kept.append(lines[at])
            at = end
            continue
        while end < len(lines) and (lines[end - 1].rstrip().endswith("\\") or lines[end].lstrip().startswith("#")):
            end += 1
        run, taken = _without_upgrade("\n".join(lines[at:end]))
        kept.extend(run.split("\n") if run else [])
        found.extend(taken)
        at = end
    return kept, found


def _without_upgrade(run: str) -> tuple[str, list[str]]:
    """Return one RUN instruction without upgrades, empty where it is nothing else, and the commands taken out."""
    taken: list[str] = []
    alone = _ALONE.search(run)
    if alone:
        return "", [alone["all"]]
    while found := _LEADING.search(run) or _TRAILING.search(run):
        taken.append(found["all"])
        groups = found.groupdict()
        run = run[: found.start()] + (groups.get("before") or "") + (groups.get("after") or "") + run[found.end() :]
    return run, taken
