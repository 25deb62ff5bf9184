"""Give processes the folder of the code that they run: images by what packs them, units by the program that they start."""

from __future__ import annotations

from ....core.facts import Role
from ..commands import meaning
from ..knowledge.images import image
from ..shapes import Process
from ..view import folder_of
from .ledger import Ledger

_COMPILED = ("rust", "go", "haskell", "zig", "crystal", "swift", "cpp")
ORCHESTRATORS = ("compose", "kubernetes")


def placed_of(ledger: Ledger, processes: list[Process]) -> list[Process]:
    """Give image-only processes the folder of the code that builds their image, where names tell it."""
    named = {p.name: p.path for p in reversed(processes) if p.origin in ORCHESTRATORS and p.path is not None and p.name}
    folders = {f.rpartition("/")[2]: f for f in sorted(ledger.folders, reverse=True) if f != "."}
    named_so = [f for f in ledger.of("module") if f.key.partition("@")[0] == "name" and f.subject != "."]
    folders |= {str(f.value): f.subject for f in named_so if not ledger.module(f.subject, "frontend")}
    root: str | None = "." if ledger.languages(".") else None
    own_names = {ledger.view.repository.name.lower(), *(str(f.value).lower() for f in ledger.module(".", "name"))}
    claims = _claims(processes)
    programs = _programs(processes)
    packers = _packers(processes)
    packed = claims.get("Dockerfile", [])
    root = packed[0][0] if len(packed) == 1 else root  # the image named after the project holds what its Dockerfile packs
    found: list[Process] = []
    for process in processes:
        claimed = _started(claims.get(process.dockerfile or "", []), process, programs)
        if process.origin == "unit" and process.command and (home := programs.get(_program_of(process.command))) is not None:
            process = process.model_copy(update={"path": home})
        if process.origin == "image" and claimed:
            found.extend(
                process.model_copy(update={"path": folder, "name": name, "role": process.role or role}) for folder, name, role in claimed
            )
            continue
        if process.origin in ORCHESTRATORS and len(claimed) == 1 and (process.path == root or process.path not in ledger.folders):
            process = process.model_copy(update={"path": claimed[0][0]})
        if process.origin in ORCHESTRATORS and process.dockerfile and process.command and process.path != root:
            home = _built(ledger, process, programs, folders)
            process = process.model_copy(update={"path": home}) if home is not None else process
        if process.path is None and process.image and process.role != "reverse-proxy":
            last = image(process.image).last
            name = process.name or ""
            self_named = last in own_names or (last.startswith("$") and name.lower() in own_names)
            packed_by = packers.get(last) or _suffixed(last, packers)
            own = named.get(name) or (root if self_named and packed else None) or packed_by or folders.get(last)
            own = own or (root if self_named else None) or _suffixed(last, folders)
            own = own or (folders.get(name) if "/" in process.image else None)
            if own is not None:
                role = None if process.role == "third-party" else process.role
                process = process.model_copy(update={"path": own, "role": role, "language": None, "runtime": None})
        found.append(process)
    return found


def _built(ledger: Ledger, process: Process, programs: dict[str, str], folders: dict[str, str]) -> str | None:
    """Return the folder of the compiled program that a container of several starts, None where the name tells none."""
    program = _program_of(process.command or "")
    home = programs.get(program) or folders.get(program)
    return home if home is not None and set(ledger.languages(home)) & set(_COMPILED) else None


def _programs(processes: list[Process]) -> dict[str, str]:
    """Return {name: folder} of the programs that the tree's code bases build."""
    own = [p for p in reversed(processes) if p.origin in ("framework", "manifest") and p.path is not None]
    named = {p.name: p.path for p in own if p.name and p.path is not None}
    return named | {_program_of(p.command): p.path for p in own if p.command and p.language in _COMPILED and p.path is not None}


def _program_of(command: str) -> str:
    words = meaning(command).words
    return words[0].rpartition("/")[2] if words else ""


def _packers(processes: list[Process]) -> dict[str, str]:
    """Return {name of a Dockerfile's folder: folder of the code that it packs}, folders named after what they are for left out."""
    images = [p for p in reversed(processes) if p.origin == "image" and p.dockerfile]
    found = {folder_of(p.dockerfile or "").rpartition("/")[2].lower(): p.path for p in images}
    return {n: path for n, path in found.items() if n not in ("", ".", "docker", "build", "images", "deploy", "php") and path is not None}


def _started(
    claims: list[tuple[str, str | None, Role | None]], process: Process, programs: dict[str, str]
) -> list[tuple[str, str | None, Role | None]]:
    """Return, of the programs that an image packs, the one that its command starts; all of them where it names none."""
    program = _program_of(process.command) if process.command and process.origin == "image" else ""
    named = [c for c in claims if c[1] == program] or [c for c in claims if c[0] == programs.get(program)] if program else []
    return named if len(claims) > 1 and len(named) == 1 else claims


def _claims(processes: list[Process]) -> dict[str, list[tuple[str, str | None, Role | None]]]:
    """Return, for every Dockerfile that a build is known to use, (folder, name, role) of the programs that it packs."""
    found: dict[str, list[tuple[str, str | None, Role | None]]] = {}
    for process in processes:
        if process.dockerfile and process.path is not None and process.origin in ("manifest", "framework"):
            claims = found.setdefault(process.dockerfile, [])
            claim = (process.path, process.name, process.role if process.name else None)
            if claim not in claims:
                claims.append(claim)
    return found


def _suffixed(last: str, folders: dict[str, str]) -> str | None:
    """Return the folder whose name ends an image's name (`shop_vote`, `shop-vote`), None where none or several do."""
    fits = {f for name, f in folders.items() if len(name) > 2 and last.endswith((f"-{name}", f"_{name}"))}
    return fits.pop() if len(fits) == 1 else None
