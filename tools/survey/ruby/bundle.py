"""Read bundles: the gems and the Ruby version of a Gemfile, what its lock file adds, and which folders are code bases."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..codebase import homes
from ..parsers.ruby import Call, RubyFile, enclosing, literal, read_ruby, text_of, texts
from ..parsers.ruby import call_of as called
from ..view import View, folder_of, join

Place = tuple[str, int]
_MANIFESTS = ("Gemfile", "gems.rb", "config.ru")
_DEVELOPMENT = {"development", "test", "staging_test", "ci", "doc", "docs", "lint", "rubocop", "guard", "local", "tools"}


@dataclass(frozen=True, slots=True)
class Gem:
    """Be one gem of a Gemfile; `development` where only groups name it that production leaves out."""

    name: str
    version: str
    at: Place
    development: bool = False
    local: bool = False  # from a folder of this repository


@dataclass(slots=True)
class Bundle:
    """Be one Ruby code base."""

    folder: str
    file: str | None = None
    lock: str | None = None
    gems: list[Gem] = field(default_factory=list)
    ruby: tuple[str, Place] | None = None
    locked_ruby: tuple[str, Place] | None = None
    bundler: tuple[str, Place] | None = None
    library: bool = False  # a gem of its own, by a gemspec

    def gem(self, *names: str) -> Gem | None:
        """Return the first gem of these names that production loads."""
        return next((g for g in self.gems if g.name in names and not g.development), None)


def bundles(view: View) -> dict[str, Bundle]:
    """Return every Ruby code base by folder; made once per tree."""
    return view.kept("ruby_bundles", lambda: {folder: _bundle(view, folder) for folder in folders(view)})


def folders(view: View) -> dict[str, tuple[str, ...]]:
    """Return {folder: manifests} of the Ruby code bases: those with a Gemfile, and those with only a rackup file."""
    return homes(view, "ruby", *_MANIFESTS)


def ruby_file(view: View, path: str) -> RubyFile | None:
    """Return one parsed file; parsed once."""
    return view.once("ruby", path, read_ruby)


def _bundle(view: View, folder: str) -> Bundle:
    made = Bundle(folder)
    made.library = any(folder_of(p) == folder for p in view.suffixed(".gemspec"))
    for name, lock in (("Gemfile", "Gemfile.lock"), ("gems.rb", "gems.locked")):
        path = join(folder, name)
        parsed = ruby_file(view, path) if view.repository.size(path) else None
        if parsed is None:
            continue
        made.file = path
        _read(made, path, parsed)
        if view.repository.real(join(folder, lock)):
            made.lock = join(folder, lock)
            _locked(view, made)
        break
    return made


def _read(made: Bundle, path: str, parsed: RubyFile) -> None:
    for call in parsed.named("gem", "ruby"):
        name = call.first()
        if call.receiver:
            continue
        if call.name == "ruby":
            written = next((literal(a) for a in call.arguments if literal(a) is not None), None)
            if written and made.ruby is None:
                made.ruby = (written, (path, call.line))
        elif name:
            wanted = [t for t in map(text_of, call.arguments[1:]) if t is not None]
            outside = _groups(call)
            local = call.get("path") is not None or any(c.name == "path" for c in _around(call))
            made.gems.append(Gem(name, ", ".join(wanted), (path, call.line), bool(outside) and outside <= _DEVELOPMENT, local))


def _groups(call: Call) -> set[str]:
    """Return the groups that a gem stands in, by its own option or by the blocks around it."""
    own = [*texts(call.get("group")), *texts(call.get("groups"))]
    blocks = [t for c in _around(call) if c.name == "group" for a in c.arguments for t in texts(a)]
    return {*own, *blocks}


def _around(call: Call) -> list[Call]:
    found, node = [], enclosing(call.node, "call")
    while node is not None:
        found.append(called(node))
        node = enclosing(node, "call")
    return found


def _locked(view: View, made: Bundle) -> None:
    """Read what stands below `RUBY VERSION` and `BUNDLED WITH` of a lock file."""
    lock = made.lock or ""
    lines = view.lines(lock)
    for number, line in enumerate(lines, 1):
        below = lines[number].strip() if number < len(lines) else ""
        if line.startswith("RUBY VERSION") and below.startswith("ruby "):
            made.locked_ruby = (below.removeprefix("ruby ").strip(), (lock, number + 1))
        elif line.startswith("BUNDLED WITH") and below[:1].isdigit():
            made.bundler = (below, (lock, number + 1))


def locked_gem(view: View, bundle: Bundle, name: str) -> Place | None:
    """Return the line of a lock file that resolves a gem, None where it does not."""
    lock = bundle.lock
    number = view.find(lock, f"    {name} (") if lock and view.holds(lock, f"    {name} (") else None
    return (lock, number) if lock and number else None
