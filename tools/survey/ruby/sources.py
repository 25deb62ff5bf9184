"""Give the Ruby files of a code base that a process loads, parsed only where they hold a word that matters."""

from __future__ import annotations

from collections.abc import Iterator

from ..codebase import inner, program_files
from ..parsers.ruby import RubyFile
from ..view import View, folder_of, join
from .bundle import folders, ruby_file

_LEFT_OUT = ("db/migrate", "db/seeds", "config/environments/test.rb", "config/environments/development.rb", "bin", "script", "scripts")


def files(view: View, folder: str) -> tuple[str, ...]:
    """Return the code base's files outside migrations, seeds, tests and the settings of development."""
    return view.kept(f"ruby_files:{folder}", lambda: _files(view, folder))


def _files(view: View, folder: str) -> tuple[str, ...]:
    found = program_files(view, folder, folders(view), "ruby", ".rb", ".ru")
    return tuple(p for p in found if not inner(p, folder).startswith(_LEFT_OUT))


def matching(view: View, folder: str, *marks: str) -> Iterator[tuple[str, RubyFile]]:
    """Yield (path, parsed file) of those files that hold one of the words."""
    for path in files(view, folder):
        if view.holds(path, *marks):
            parsed = ruby_file(view, path)
            if parsed is not None:
                yield path, parsed


def settings_files(view: View, folder: str) -> list[str]:
    """Return the YAML files of `config/` and what carries ERB beside them."""
    below = view.under(join(folder, "config"), view.suffixed(".yml", ".yaml", ".erb"))
    return [p for p in below if folder_of(p) == join(folder, "config") or ("/config/" in p and "locales" not in p)]
