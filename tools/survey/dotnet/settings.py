"""Read appsettings.json files: every key with its place; those of development are told apart."""

from __future__ import annotations

from dataclasses import dataclass

from ..view import View, join
from .projects import Project

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Setting:
    """Be one key (`A:B:C`) of the settings that hold in production."""

    key: str
    value: str
    at: Place


class Settings:
    """Hold the settings of one application; keys are compared without regard to case."""

    def __init__(self, entries: list[Setting]) -> None:
        self.entries = entries
        self._known = {s.key.lower(): s for s in entries}

    def get(self, key: str) -> Setting | None:
        """Return the setting of a key, None where it is not set."""
        return self._known.get(key.lower())

    def below(self, section: str) -> list[Setting]:
        """Return the settings of a section, those of its sections too."""
        start = section.lower() + ":"
        return [s for s in self.entries if s.key.lower().startswith(start)]


def settings(view: View, project: Project) -> Settings:
    """Return the settings of a project: appsettings.json, then what the production file says otherwise; made once."""
    return view.kept(f"dotnet_settings:{project.file}", lambda: Settings(_entries(view, project)))


def _entries(view: View, project: Project) -> list[Setting]:
    found: dict[str, Setting] = {}
    for name in ("appsettings.json", "appSettings.json", "appsettings.Production.json", "appsettings.production.json"):
        path = join(project.folder, name)
        document = view.document(path) if view.repository.real(path) else None
        for keys, value in document.walk() if document else ():
            if isinstance(value, str | int) and document is not None:
                text = str(value).lower() if isinstance(value, bool) else str(value)
                key = ":".join(str(k) for k in keys)
                found[key.lower()] = Setting(key, text, (path, document.line(*keys)))
    return list(found.values())
