"""Let docker compose read compose files (`config --quiet`): interpolation, merges and references as the engine's own client sees them."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from ..yaml12 import Map, YamlError, as_list, as_map, load_all
from . import _process
from ._model import Item, Problem, Verdict, Workspace, absent, verdict

TOOL = "docker compose config"
KINDS = ("compose",)
OUTSIDE = True
INSTALL = "install the Docker CLI with its compose plugin (docker-compose-plugin or docker-compose-v2)"


@cache
def _command() -> tuple[str, ...] | None:
    docker = _process.find("docker")
    if docker is not None:
        with _process.folder({}) as root:
            if _process.run([docker, "compose", "version"], root, timeout=10).status == 0:
                return (docker, "compose")
    alone = _process.find("docker-compose")
    return (alone,) if alone is not None else None


def available() -> bool:
    """Say whether the compose plugin (or the program docker-compose) can be started."""
    return _command() is not None


def validate(items: Sequence[Item], workspace: Workspace) -> list[Verdict]:
    """Return a verdict for each compose file; an override is read with the file it overrides."""
    command = _command()
    if command is None:
        return absent(items, INSTALL)
    stubs = {path: "" for item in items for path in _env_files(item)}
    with _process.folder({**stubs, **workspace.files, **{item.path: item.text for item in items}}) as root:
        return [_one(command, item, workspace, root) for item in items]


def _one(command: tuple[str, ...], item: Item, workspace: Workspace, root: Path) -> Verdict:
    chain = [item.path]
    folder, name = posixpath.split(item.path)
    if ".override." in name:
        base = posixpath.join(folder, name.replace(".override.", "."))
        if base not in workspace.files:
            return Verdict("absent", note="an override without the file it overrides")
        chain.insert(0, base)
    files = [word for path in chain for word in ("-f", path)]
    done = _process.run([*command, *files, "config", "--quiet"], root, extra=workspace.values)
    if done.status == 0:
        return verdict(())
    if done.status is None:
        return Verdict("absent", note=done.err)
    message = done.err.strip().replace(str(root) + "/", "").rpartition("level=warning")[2].strip() or f"exit status {done.status}"
    return verdict([Problem(1, message.split("\n")[-1][:300])])


def _env_files(item: Item) -> list[str]:
    """Return the env files that the file names: they are made on the host, so an empty one stands in."""
    try:
        documents, _ = load_all(item.text)
    except YamlError:
        return []
    found = []
    for document in documents:
        for service in as_map(as_map(document).get("services")).values():
            for entry in as_list(as_map(service).get("env_file")):
                path = entry.get("path") if isinstance(entry, Map) else entry
                if isinstance(path, str) and not path.startswith("/"):
                    found.append(posixpath.normpath(posixpath.join(posixpath.dirname(item.path), path)))
    return found
