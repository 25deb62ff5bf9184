"""Read programs that workspace tools declare: applications of Nx and of a Nest monorepo, processes of a PM2 file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..parsers.javascript.nodes import elements, entry, line, string
from .jsonfile import JsonFile
from .project import Project
from .rendering import exported_settings
from .sources import is_foreign, is_test, join, parent
from .values import Place

NODE_BUILDERS = (
    "node:webpack", "node:build", "node:package", "webpack:webpack", "esbuild:esbuild", "js:tsc", "js:swc", "vite:build", "rollup:rollup",
    "node:node", "js:node", "nest:build", "express:build", "rspack:rspack", "bun:build", "bun:run",
)  # fmt: skip
BROWSER_BUILDERS = (
    ("@nx/angular:", "angular"), ("@nrwl/angular:", "angular"), ("@angular-devkit/build-angular:", "angular"),
    ("@angular/build:", "angular"), ("@nx/react:", "react"), ("@nx/vue:", "vue"),
)  # fmt: skip
PM2_FILES = (
    "ecosystem.config.js",
    "ecosystem.config.cjs",
    "ecosystem.config.json",
    "ecosystem.json",
    "pm2.config.js",
    "pm2.json",
    "process.json",
    "pm2.config.cjs",
    "ecosystem.config.mjs",
    "ecosystem.config.ts",
)


@dataclass(frozen=True, slots=True)
class Application:
    """Be one application that a tool's file declares: its folder, name, source entry, built file and the line."""

    folder: str
    name: str
    entry: str | None
    target: str | None
    at: Place
    framework: str | None = None  # next for an Nx application built by Next


def nx_applications(project: Project) -> list[Application]:
    """Return the applications of an Nx workspace that Node runs, from `project.json` files and `nx` keys of manifests."""
    found = []
    for path in project.sources.named("project.json", "package.json"):
        if is_test(path) or is_foreign(path) or (path.endswith("package.json") and not _is_nx(project, path)):
            continue
        file = JsonFile(path, project.sources.text(path) or "")
        prefix = ("nx",) if path.endswith("package.json") else ()
        if file.text(*prefix, "projectType") == "library" or (file.text("name") or parent(path)).endswith("-e2e"):
            continue
        if (file.table(*prefix, "targets") or file.table("architect")) and (made := _nx_application(project, file, prefix)) is not None:
            found.append(made)
    return found


def browser_applications(project: Project) -> Iterator[tuple[str, str, Place]]:
    """Yield (folder, framework, the line of its builder) of the applications of an Nx workspace that a browser runs."""
    for path in project.sources.named("project.json"):
        file = JsonFile(path, project.sources.text(path) or "")
        if is_test(path) or is_foreign(path) or file.text("projectType") == "library" or not _is_nx(project, path):
            continue
        for target, value in file.table("targets").items():
            executor = value.get("executor") if isinstance(value, dict) and target == "build" else None
            framework = next((f for prefix, f in BROWSER_BUILDERS if isinstance(executor, str) and executor.startswith(prefix)), None)
            if framework is not None:
                yield parent(path), framework, Place(path, file.line("targets", target, "executor"))


def _is_nx(project: Project, path: str) -> bool:
    return any(join(folder, "nx.json") in project.sources.known for folder in project.workspace.above(parent(path)))


def _nx_application(project: Project, file: JsonFile, prefix: tuple[str, ...]) -> Application | None:
    folder = parent(file.path)
    root = next((f for f in project.workspace.above(folder) if join(f, "nx.json") in project.sources.known), ".")
    name = file.text("name") or folder.rsplit("/", 1)[-1]
    for target, value in file.table(*prefix, "targets").items():
        executor = value.get("executor") or value.get("builder") if isinstance(value, dict) else None
        if not isinstance(executor, str):
            continue
        if (executor.endswith((":build", ":next")) and "/next" in executor) or executor.startswith("@nrwl/next"):
            return Application(folder, name, None, None, Place(file.path, file.line(*prefix, "targets", target, "executor")), "next")
        options = value.get("options")
        main = options.get("main") if isinstance(options, dict) else None
        if not executor.endswith(NODE_BUILDERS) or not isinstance(main, str) or not isinstance(options, dict):
            continue
        out = options.get("outputPath")
        if options.get("platform") == "browser" or options.get("target") == "web":
            continue
        built = f"{out}/{_main_name(options, main)}" if isinstance(out, str) else None
        key = "outputPath" if isinstance(out, str) else "main"
        at = Place(file.path, file.line(*prefix, "targets", target, "options", key))
        return Application(
            folder,
            name,
            project.resolver.file(join(root, _expanded(main, root, folder, name))),
            _expanded(built, root, folder, name) if built else None,
            at,
        )
    return None


def _main_name(options: dict[str, object], main: str) -> str:
    given = options.get("outputFileName")
    return given if isinstance(given, str) else main.rsplit("/", 1)[-1].rsplit(".", 1)[0] + ".js"


def _expanded(text: str, root: str, folder: str, name: str) -> str:
    inside = folder if root == "." else folder[len(root) + 1 :] if folder != root else "."
    plain = text.replace("{projectRoot}", inside).replace("{workspaceRoot}/", "").replace("{projectName}", name)
    return plain.removeprefix("./")


def nest_applications(project: Project) -> list[Application]:
    """Return the applications of Nest monorepos: `nest-cli.json` with several projects."""
    found = []
    for path in project.sources.named("nest-cli.json", ".nestcli.json"):
        file, root = JsonFile(path, project.sources.text(path) or ""), parent(path)
        for name, value in file.table("projects").items():
            if not isinstance(value, dict) or value.get("type") == "library":
                continue
            inside = str(value.get("root") or f"apps/{name}")
            source = str(value.get("sourceRoot") or f"{inside}/src")
            main = str(value.get("entryFile") or "main")
            folder = join(root, inside)
            found.append(
                Application(
                    folder,
                    name,
                    project.resolver.file(join(root, source, main)),
                    f"dist/{inside}/{main}.js".replace("/./", "/"),
                    Place(path, file.line("projects", name)),
                )
            )
    return found


def pm2_applications(project: Project) -> Iterator[Application]:
    """Yield the processes of PM2's ecosystem files."""
    for path in project.sources.named(*PM2_FILES):
        here = parent(path)
        for name, script, number in _pm2_entries(project, path):
            yield Application(here, name, project.resolver.built(here, script), script.removeprefix("./"), Place(path, number))


def _pm2_entries(project: Project, path: str) -> list[tuple[str, str, int]]:
    if path.endswith(".json"):
        file = JsonFile(path, project.sources.text(path) or "")
        root = file.root
    else:
        script = project.sources.script(path)
        root = exported_settings(project, script) if script is not None else None
    found = []
    for item in elements(entry(root, "apps")) if root is not None else ():
        name, program = string(entry(item, "name")), string(entry(item, "script"))
        at = entry(item, "script")
        if program and at is not None and program.split(" ")[0] not in ("npm", "yarn", "pnpm", "npx", "serve"):
            found.append((name or "", program, line(at)))
    return found
