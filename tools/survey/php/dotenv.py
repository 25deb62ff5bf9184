"""Say what the `.env` files of a Laravel or Symfony application set where nothing else does."""

from __future__ import annotations

from ..view import View, join

Place = tuple[str, int]
_LARAVEL = (".env.production", ".env.prod.example", ".env.production.example", ".env.example", ".env.sample", ".env.dist")
_SYMFONY = (".env.prod", ".env", ".env.dist", ".env.example")


def setting(view: View, folder: str, framework: str | None, *names: str) -> tuple[str, Place] | None:
    """Return (value, place) of the first of these names that an example or committed settings file assigns, not commented out."""
    for file in _SYMFONY if framework in ("symfony", "api-platform") else _LARAVEL:
        path = join(folder, file)
        if not view.repository.size(path):
            continue
        for name in names:
            for one in view.dotenv(path):
                if one.name == name and not one.commented and one.value:
                    return one.value.strip("\"'"), (path, one.line)
    return None


def committed(view: View, folder: str) -> dict[str, tuple[str, Place]]:
    """Return {name: (value, place)} of Symfony's committed `.env`: the defaults that hold where the environment sets nothing."""
    path = join(folder, ".env")
    found: dict[str, tuple[str, Place]] = {}
    for one in view.dotenv(path) if view.repository.size(path) else ():
        if not one.commented and one.value and "$" not in one.value:
            found.setdefault(one.name, (one.value.strip("\"'"), (path, one.line)))
    return found
