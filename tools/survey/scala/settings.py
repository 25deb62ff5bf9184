"""Give the HOCON settings of a Scala project: its resources' `application.conf` and what stands beside it."""

from __future__ import annotations

from ..envfacts import Read
from ..evaluated import UNKNOWN, Value, port_in
from ..parsers.hocon import Setting, read_hocon
from ..view import View, join
from .model import Project

Place = tuple[str, int]
_PLACES = ("conf", "src/main/resources", "src/main/conf", "resources", "app/resources")


def settings(view: View, project: Project) -> list[tuple[str, Setting]]:
    """Return (file, setting) of the project's settings files, in order; those of tests and development are left out."""
    found: list[tuple[str, Setting]] = []
    for place in _PLACES:
        for path in view.under(join(project.folder, place), view.suffixed(".conf")):
            name = path.rpartition("/")[2]
            if path.rpartition("/")[0] == join(project.folder, place) and not any(w in name for w in ("test", "dev", "local", "logback")):
                found.extend((path, s) for s in view.once("hocon", path, read_hocon) or ())
    return found


def reads(view: View, project: Project) -> list[Read]:
    """Return the variables that the settings take from the environment, with the value written before them as default."""
    found: list[Read] = []
    known: dict[str, tuple[str, Place]] = {}
    for path, one in settings(view, project):
        name = one.variable
        if name is None:
            known[one.key] = (one.value, (path, one.line))
        elif name.upper() == name and name.replace("_", "").isalnum():
            default = known.get(one.key)
            found.append(
                Read(
                    name,
                    (path, one.line),
                    default[0] if default else None,
                    default[1] if default else None,
                    not one.optional and default is None,
                )
            )
    return found


def value_of(view: View, project: Project, *keys: str) -> Value:
    """Return what the settings say of the first of these keys: the last plain value, and the variables that replace it."""
    text, at, names = None, None, list[str]()
    for key in keys:
        for path, one in settings(view, project):
            if one.key != key and not one.key.endswith("." + key):
                continue
            if one.variable:
                names.append(one.variable)
            elif port_in(one.value) is not None or not one.value.startswith("$"):
                text, at = one.value, (path, one.line)
        if text is not None or names:
            return Value(text, at, tuple(dict.fromkeys(names)))
    return UNKNOWN
