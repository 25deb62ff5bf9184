"""Model one package of a project: package.json (or package.json5, deno.json) with its scripts, libraries and entry fields."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from .jsonfile import JsonFile
from .sources import parent

NODE_MANIFESTS = ("package.json", "package.json5", "package.yaml")
DENO_MANIFESTS = ("deno.json", "deno.jsonc")


@dataclass(frozen=True)
class Package:
    """Be one manifest: `folder` is where it stands, `path` the file, `flavour` whose manifest it is."""

    folder: str
    file: JsonFile
    flavour: str  # node | deno

    @property
    def path(self) -> str:
        """Return the manifest's path."""
        return self.file.path

    @property
    def name(self) -> str:
        """Return the declared name, else the folder's."""
        return self.file.text("name") or self.folder.rsplit("/", 1)[-1]

    @cached_property
    def scripts(self) -> dict[str, str]:
        """Return script name -> command, as written (`tasks` of a Deno manifest)."""
        found: dict[str, str] = {}
        for name, value in self.file.table(self.scripts_key).items():
            command = value.get("command") if isinstance(value, dict) else value
            if isinstance(command, str) and command.strip():
                found[name] = command.strip()
        return found

    @property
    def scripts_key(self) -> str:
        """Return the key that holds the scripts."""
        return "tasks" if self.flavour == "deno" else "scripts"

    def script_line(self, name: str) -> int:
        """Return the line of a script."""
        return self.file.line(self.scripts_key, name)

    @cached_property
    def runtime_libraries(self) -> dict[str, str]:
        """Return the libraries that the running program may load, with the versions as declared."""
        found: dict[str, str] = {}
        for key in ("dependencies", "optionalDependencies", "peerDependencies"):
            found.update({k: v for k, v in self.file.table(key).items() if isinstance(v, str)} | found)
        if self.flavour == "deno":
            found.update({k: v for k, v in self.file.table("imports").items() if isinstance(v, str)})
        return found

    @cached_property
    def libraries(self) -> dict[str, str]:
        """Return all libraries, those for development included."""
        dev = {k: v for k, v in self.file.table("devDependencies").items() if isinstance(v, str)}
        return {**dev, **self.runtime_libraries}

    def library_line(self, name: str) -> int | None:
        """Return the line on which a library is declared; None where it is not."""
        for key in ("dependencies", "optionalDependencies", "peerDependencies", "devDependencies", "imports"):
            if name in self.file.table(key):
                return self.file.line(key, name)
        return None

    @cached_property
    def workspaces(self) -> tuple[str, ...]:
        """Return the patterns of the workspace members that this manifest names."""
        value = self.file.get("workspaces") if self.flavour == "node" else self.file.get("workspace")
        if isinstance(value, dict):
            value = value.get("packages") or value.get("members")
        return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()

    @property
    def published(self) -> bool:
        """Tell whether the manifest speaks of a library for others: `exports`, `types`, `files`, `publishConfig`."""
        return any(self.file.get(key) is not None for key in ("exports", "types", "typings", "publishConfig", "files"))


def read_package(path: str, source: str) -> Package:
    """Make a package of a manifest's text."""
    flavour = "deno" if path.rsplit("/", 1)[-1] in DENO_MANIFESTS else "node"
    return Package(parent(path), JsonFile(path, source), flavour)
