"""Read what a Rails application declares: its databases in production, and the settings of `config/application.rb` and `production.rb`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..parsers.grammar import line_of, words
from ..parsers.ruby import Node, RubyFile, literal
from ..view import View, join
from .bundle import Bundle, ruby_file
from .erb import expressions
from .values import worth

Place = tuple[str, int]
_DATABASES = ("config/database.yml", "config/database.yaml", "config/database.yml.erb", "db/config.yml", "db/config.yaml")
_FILES = ("config/application.rb", "config/environments/production.rb")


@dataclass(frozen=True, slots=True)
class Setting:
    """Be one `config.x.y = value`: its name without `config.`, the value's node and its place."""

    name: str
    value: Node
    at: Place

    @property
    def text(self) -> str | None:
        """Return the value where it is a literal (`:redis_cache_store` as `redis_cache_store`); the first of several."""
        value = self.value
        if value.type == "right_assignment_list" and value.named_children:
            value = value.named_children[0]
        if value.type == "array" and value.named_children:
            value = value.named_children[0]
        return literal(value)


def application(view: View, folder: str) -> Place | None:
    """Return the line of the class that makes a folder a Rails application, None for any other folder."""
    path = join(folder, "config/application.rb")
    parsed = ruby_file(view, path) if view.holds(path, "Rails::Application") else None
    for _, above, line in parsed.superclasses() if parsed else ():
        if above.lstrip(":") == "Rails::Application":
            return path, line
    return None


def settings(view: View, folder: str) -> list[Setting]:
    """Return what applies in production: the application's settings, then those of its production environment and initializers."""
    return view.kept(f"rails_settings:{folder}", lambda: list(_settings(view, folder)))


def _settings(view: View, folder: str) -> Iterator[Setting]:
    paths = [join(folder, name) for name in _FILES]
    paths += view.under(join(folder, "config/initializers"), view.suffixed(".rb"))
    for path in paths:
        parsed = ruby_file(view, path) if view.repository.size(path) and view.holds(path, "config.") else None
        for node in parsed.assignments if parsed else ():
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            name = words(left) if left is not None else ""
            if right is not None and ("config." in name) and not _in_development(node):
                yield Setting(name.partition("config.")[2], right, (path, line_of(node)))


def _in_development(node: Node) -> bool:
    """Say whether an assignment only holds in development or test."""
    here = node.parent
    while here is not None:
        if here.type in ("if", "if_modifier"):
            test = here.child_by_field_name("condition")
            if test is not None and ("development?" in words(test) or "test?" in words(test)):
                return True
        here = here.parent
    return False


def setting(view: View, folder: str, *names: str) -> Setting | None:
    """Return the setting of one of these names that holds in production: the last one written."""
    return next((s for s in reversed(settings(view, folder)) if s.name in names), None)


def databases(view: View, folder: str) -> list[tuple[str, str, Place]]:
    """Return (connection, adapter, place) of what `config/database.yml` names for production; of its defaults where that says none."""
    path = next((p for p in (join(folder, name) for name in _DATABASES) if view.repository.size(p)), None)
    if path is None:
        return []
    document = view.document(path) if path.endswith(("yml", "yaml")) else None
    found: list[tuple[str, str, Place]] = []
    for section in ("production", "default", "defaults", "common", "development") if document else ():
        table = document.table(section) if document else {}
        if isinstance(table.get("adapter"), str) and document:
            found.append(("primary", table["adapter"], (path, document.line(section, "adapter"))))
        for name, value in table.items():
            if isinstance(value, dict) and isinstance(value.get("adapter"), str) and document:
                found.append((name, value["adapter"], (path, document.line(section, name, "adapter"))))
        if found:
            return [(name, _evaluated(view, at, adapter), at) for name, adapter, at in found]
    return found or list(_plain(view, path))


def _evaluated(view: View, at: Place, adapter: str) -> str:
    """Return an adapter that an ERB expression gives where the environment sets nothing, the text itself for any other."""
    if "<%" not in adapter:
        return adapter
    for line, parsed in expressions(view, at[0]):
        if line == at[1] and parsed.root.named_children:
            return worth(at[0], parsed, parsed.root.named_children[0]).text or adapter
    return adapter


def _plain(view: View, path: str) -> Iterator[tuple[str, str, Place]]:
    """Yield the adapters that stand on lines of a file that is no plain YAML, the first one only."""
    for number, line in enumerate(view.lines(path), 1):
        name, colon, value = line.strip().partition(":")
        if colon and name == "adapter" and value.strip():
            yield "primary", value.strip().strip("\"'"), (path, number)
            return


def has_records(view: View, bundle: Bundle) -> Place | None:
    """Return what shows that a Rails application uses Active Record: its database settings or its schema."""
    for name in ("config/database.yml", "config/database.yml.erb", "db/schema.rb", "db/structure.sql"):
        path = join(bundle.folder, name)
        if view.repository.size(path):
            return path, 1
    return None


def parsed_routes(view: View, folder: str) -> list[tuple[str, RubyFile]]:
    """Return the parsed route files of a Rails application: `config/routes.rb`, then those of `config/routes/`."""
    paths = [join(folder, "config/routes.rb"), *view.under(join(folder, "config/routes"), view.suffixed(".rb"))]
    found = [(p, ruby_file(view, p)) for p in paths if view.repository.size(p)]
    return [(p, parsed) for p, parsed in found if parsed is not None]
