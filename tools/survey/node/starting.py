"""Understand what a script of a manifest starts: which program, which source file, through which other scripts."""

from __future__ import annotations

from dataclasses import replace

from ..parsers.shell import Command, split
from .manifest import Package
from .programs import VALUE_FLAGS, WATCHERS, Start, plain_start
from .sources import join
from .workspace import Workspace

MANAGERS = frozenset({"npm", "pnpm", "yarn", "bun"})
WRAPPERS = frozenset(
    {
        "cross-env",
        "cross-env-shell",
        "env-cmd",
        "dotenv",
        "dotenvx",
        "npx",
        "pnpx",
        "bunx",
        "doppler",
        "infisical",
        "tini",
        "dumb-init",
        "corepack",
        "dotenv-flow",
        "op",
        "varlock",
    }
)


def starts(workspace: Workspace, package: Package, script: str) -> list[Start]:
    """Return what a script starts, its own other scripts followed; commands that merely build, check or print are left out."""
    return _of_script(workspace, package, script, 0)


def starts_of_command(workspace: Workspace, package: Package, command: str) -> list[Start]:
    """Return what a command line starts when it is run in a package's folder."""
    return _of_command(workspace, package, package.folder, command, None, 0)


def _of_script(workspace: Workspace, package: Package, script: str, depth: int) -> list[Start]:
    command = package.scripts.get(script)
    return _of_command(workspace, package, package.folder, command, script, depth + 1) if command and depth < 6 else []


def _of_command(workspace: Workspace, package: Package, folder: str, command: str, script: str | None, depth: int) -> list[Start]:
    found: list[Start] = []
    here = folder
    for part in split(command.replace("./node_modules/.bin/", "").replace("node_modules/.bin/", "")):
        if part.words[:1] == ("cd",) and len(part.words) > 1:
            here = join(here, part.words[1])
            continue
        owner = workspace.packages.get(here, package)
        found += _of_part(workspace, owner, here, part, script, depth)
    return found


def _of_part(workspace: Workspace, package: Package, folder: str, part: Command, script: str | None, depth: int) -> list[Start]:
    words, watched = unwrapped(part.words)
    if not words:
        return []
    program = words[0].rpartition("/")[2].removesuffix(".cmd")
    file = words[1] if program in ("sh", "bash", "ash") and len(words) > 1 else words[0]
    if file.endswith(".sh") and depth < 6:
        lines = workspace.sources.view.shell(join(folder, file))
        return [s for line in lines for s in _of_part(workspace, package, folder, line, script, depth + 1)]
    inner = _inner_scripts(workspace, package, program, words, depth)
    if inner is not None:
        return [replace(s, development=s.development or watched) for s in inner]
    if program in ("concurrently", "run-p", "npm-run-all", "run-s", "npm-run-all2"):
        return _several(workspace, package, folder, program, words, depth)
    start = plain_start(folder, program, words)
    if start is None:
        return []
    return [replace(start, script=script, package=package, development=start.development or watched)]


def unwrapped(words: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """Return a command without `cross-env X=1`, `dotenv -e f --`, `npx`; and whether a watcher such as nodemon was around it."""
    rest, watched = list(words), False
    for _ in range(6):
        if not rest:
            break
        name = rest[0].rpartition("/")[2]
        if name in WRAPPERS:
            rest = _after_flags(rest[1:], name)
        elif name in WATCHERS:
            watched = True
            inner = _exec_of(rest)
            rest = inner if inner is not None else ["node", *_after_flags(rest[1:], name)]
        elif "=" in rest[0] and rest[0].split("=", 1)[0].replace("_", "").isalnum():
            rest = rest[1:]
        else:
            break
    return tuple(rest), watched


def _exec_of(words: list[str]) -> list[str] | None:
    """Return what `nodemon --exec 'ts-node src/x.ts'` runs."""
    for at, word in enumerate(words):
        flag, equals, value = word.partition("=")
        if flag in ("--exec", "-x", "--onSuccess", "--run"):
            given = value if equals else words[at + 1] if at + 1 < len(words) else ""
            parts = split(given.strip("\"'"))
            inner = [*parts[-1].words, *(words[at + 2 :] if not equals else words[at + 1 :])] if parts else []
            return [w for w in inner if not w.startswith("--watch")]
    return None


def _after_flags(words: list[str], name: str) -> list[str]:
    at = 0
    while at < len(words) and (
        words[at].startswith("-")
        or "=" in words[at]
        or (words[at] == "run" and name in ("doppler", "infisical", "op", "dotenvx", "varlock"))
    ):
        if words[at] == "--":
            return words[at + 1 :]
        at += 2 if words[at] in VALUE_FLAGS and name not in ("npx", "bunx", "pnpx") else 1
    if name in ("nodemon", "doppler", "infisical") and "--" in words[at:] and at < len(words) and words[at].startswith("-"):
        return words[words.index("--") + 1 :]
    return words[at:]


def _inner_scripts(workspace: Workspace, package: Package, program: str, words: tuple[str, ...], depth: int) -> list[Start] | None:
    """Return what `npm run x`, `yarn workspace api start`, `pnpm --filter api start`, `turbo run x` lead to; None for other commands."""
    if program == "deno" and words[1:2] == ("task",) and len(words) > 2:
        return _of_script(workspace, package, words[2], depth)
    if program in ("turbo", "lerna", "nx") and len(words) > 1 and program != "nx":
        names = [w for w in words[1:] if not w.startswith("-") and w != "run"]
        wanted = filtered(workspace, words)
        members = [p for p in wanted or workspace.packages.values() if p.folder != package.folder or wanted]
        return [s for m in members for name in names[:1] for s in _of_script(workspace, m, name, depth)]
    if program not in MANAGERS:
        return None
    names = [w.strip("\"'").removeprefix("./") for w in words[1:] if not w.startswith("-")]
    members = filtered(workspace, words)
    for flag in ("--cwd", "--prefix", "-C", "--dir"):
        given = _flag(words, flag)
        if given is not None:
            other = workspace.packages.get(join(package.folder, given))
            members = [other] if other is not None else members
            names = [n for n in names if n != given]
    if names[:1] == ["workspace"] and len(names) > 2:
        members = [p for p in workspace.packages.values() if names[1] in (p.file.text("name"), p.folder)]
        names = names[2:]
    names = [
        n for n in names if n not in ("run", "run-script", "exec", "dlx") and not any(n in (m.file.text("name"), m.folder) for m in members)
    ]
    if not names or names[0] in ("install", "ci", "i", "add", "rebuild", "prune", "audit", "publish"):
        return []
    if program == "bun" and names[0].rpartition(".")[2] in ("ts", "js", "tsx", "mjs", "cjs", "jsx"):
        return None
    targets = members or [package]
    known = [t for t in targets if names[0] in t.scripts]
    if known:
        return [s for t in known for s in _of_script(workspace, t, names[0], depth)]
    if program == "bun" or names[0] == "test":
        return None if program == "bun" else []
    return _of_command(workspace, package, package.folder, " ".join(names), None, depth + 1) if depth < 6 else []


def filtered(workspace: Workspace, words: tuple[str, ...]) -> list[Package]:
    """Return the members of a workspace that a command's options name: `--filter api`, `-w api`, `--scope=@x/api`."""
    wanted = [v for flag in ("--filter", "-F", "-w", "--workspace", "--scope") for v in [_flag(words, flag)] if v]
    clean = [w.strip("\"'").removeprefix("./").rstrip(".").rstrip("/") or "." for w in wanted]
    tails = tuple(f"/{c}" for c in clean if "/" in c)  # a workspace may itself stand in a folder
    return [p for p in workspace.packages.values() if p.file.text("name") in clean or p.folder in clean or p.folder.endswith(tails)]


def _flag(words: tuple[str, ...], flag: str) -> str | None:
    for at, word in enumerate(words):
        if word == flag and at + 1 < len(words):
            return words[at + 1]
        if word.startswith(flag + "="):
            return word[len(flag) + 1 :]
    return None


def _several(workspace: Workspace, package: Package, folder: str, program: str, words: tuple[str, ...], depth: int) -> list[Start]:
    """Return what runners of several scripts start: `concurrently "npm:a" "node b.js"`, `run-p a b`, `run-s 'start:*'`."""
    found: list[Start] = []
    for word in words[1:]:
        if word.startswith("-"):
            continue
        plain = word.strip("\"'\\")
        name = plain.split(":", 1)[1] if plain.startswith("npm:") else plain
        if name.endswith("*"):
            names = [s for s in package.scripts if s.startswith(name[:-1])]
        else:
            names = [name] if name in package.scripts and (program != "concurrently" or plain.startswith("npm:")) else []
        for other in names:
            found += _of_script(workspace, package, other, depth)
        if not names and program == "concurrently" and " " in plain and depth < 6:
            found += _of_command(workspace, package, folder, plain, None, depth + 1)
    return found
