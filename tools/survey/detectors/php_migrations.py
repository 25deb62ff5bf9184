"""Detect migrations of PHP applications: Laravel, Doctrine, Phinx, CakePHP, CodeIgniter and Yii."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Migration
from ..detector import View, entry
from ..php.composer import Project, folders, projects
from ..php.frameworks import loaded
from ..php.migrating import revisions
from ..view import folder_of, join

_TOOLS = (  # (tool, mark of its files, command)
    ("laravel", ("Illuminate\\Database\\Migrations\\Migration",), "php artisan migrate --force"),
    ("doctrine", ("Doctrine\\Migrations\\AbstractMigration", "Doctrine\\DBAL\\Migrations\\AbstractMigration"), ""),
    ("cakephp", ("Migrations\\AbstractMigration", "Migrations\\BaseMigration"), "bin/cake migrations migrate"),
    ("phinx", ("Phinx\\Migration\\AbstractMigration",), "vendor/bin/phinx migrate"),
    ("codeigniter", ("CodeIgniter\\Database\\Migration",), "php spark migrate"),
    ("yii", ("yii\\db\\Migration",), "php yii migrate --interactive=0"),
)


def detect(view: View) -> Iterator[Fact]:
    """Yield one migration entry per folder of migrations and tool."""
    for project in projects(view).values():
        if project.kind in ("library", "symfony-bundle"):
            continue
        for place, paths in _places(view, project):
            yield from _entries(view, project, place, paths)


def _places(view: View, project: Project) -> Iterator[tuple[str, list[str]]]:
    among: dict[str, list[str]] = {}
    known = folders(view)
    for path in view.under(project.folder, view.suffixed(".php")):
        where = folder_of(path)
        if "igrations" in where and view.owner(where, known) == project.folder and "/vendor/" not in f"/{where}/":
            among.setdefault(where, []).append(path)
    yield from sorted(among.items())


def _entries(view: View, project: Project, place: str, paths: list[str]) -> Iterator[Fact]:
    for tool, marks, command in _TOOLS:
        own = [p for p in paths if view.holds(p, *marks) or (tool == "doctrine" and _is_version(view, project, p))]
        if not own:
            continue
        found = revisions(view, own, tool)
        value = Migration(
            tool=tool,
            path=place,
            command=command or _doctrine(view, project),
            evidence=(view.proof(own[0], next((m for m in marks if view.holds(own[0], m)), "class ")),),
            config=_config(view, project, tool),
            revisions=found,
            head=found[-1].id if found else None,
        )
        yield entry("migration", project.folder, value)
        return


def _is_version(view: View, project: Project, path: str) -> bool:
    """Say whether a file is named the way Doctrine names migrations, whatever base class of the application's it extends."""
    name = path.rpartition("/")[2]
    named = name.startswith("Version") and name[7:21].isdigit() and view.holds(path, "function up(")
    return named and project.requires("doctrine/doctrine-migrations-bundle", "doctrine/migrations") is not None


def _doctrine(view: View, project: Project) -> str:
    framework = loaded(view, project)
    symfony = framework is not None and framework.framework.name in ("symfony", "api-platform")
    return f"php {'bin/console doctrine:migrations:migrate' if symfony else 'vendor/bin/doctrine-migrations migrate'} --no-interaction"


def _config(view: View, project: Project, tool: str) -> str | None:
    names = {
        "doctrine": ("config/packages/doctrine_migrations.yaml", "migrations.php", "migrations.yml", "migrations.json"),
        "phinx": ("phinx.php", "phinx.yml", "phinx.json"),
    }.get(tool, ())
    return next((p for p in (join(project.folder, n) for n in names) if view.repository.size(p)), None)
