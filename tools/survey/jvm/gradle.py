"""Read Gradle builds of both dialects: projects, plugins, dependencies, declared Java versions, what runs."""

from __future__ import annotations

from collections.abc import Iterator

from ..parsers.gradle import Statement, Token, read_gradle, walk
from ..view import View, folder_of, join
from .catalog import Catalog, read_catalog, settled, variables
from .model import Dependency, Place, Plugin, Scope, Stated, Unit

_SCRIPTS = ("build.gradle", "build.gradle.kts")
_SETTINGS = ("settings.gradle", "settings.gradle.kts")
_SCOPES: dict[str, Scope] = {
    "implementation": "compile", "api": "compile", "compile": "compile", "compileOnly": "provided", "providedCompile": "provided",
    "runtimeOnly": "runtime", "runtime": "runtime", "providedRuntime": "provided", "testImplementation": "test", "testRuntimeOnly": "test",
    "testCompile": "test", "testCompileOnly": "test", "developmentOnly": "development", "testAndDevelopmentOnly": "development",
    "annotationProcessor": "processor", "kapt": "processor", "ksp": "processor", "integrationTestImplementation": "test",
}  # fmt: skip
_SHARED = ("allprojects", "subprojects")
_JAVA = ("sourceCompatibility", "targetCompatibility", "languageVersion", "jvmToolchain", "jvmTarget", "release")


def gradle_units(view: View) -> dict[str, Unit]:
    """Return every Gradle project by its folder, those without a script of their own (a parent configures them) too."""
    found: dict[str, Unit] = {}
    for root in _roots(view):
        found.update(_Build(view, root).units())
    return dict(sorted(found.items()))


def _roots(view: View) -> list[str]:
    """Return the folders of builds: those with settings, and those with a script and no settings above."""
    settings = {folder_of(p) for p in view.named(*_SETTINGS)}
    scripts = {folder_of(p) for p in view.named(*_SCRIPTS)}
    alone = {f for f in scripts if view.owner(f, settings) is None and view.owner(folder_of(f), scripts) in (None, f)}
    return [f for f in sorted(settings | alone) if f.rpartition("/")[2] not in ("buildSrc", "build-logic", "buildLogic")]


class _Build:
    """Be one Gradle build: a root with its projects."""

    def __init__(self, view: View, root: str) -> None:
        self.view, self.root = view, root
        self.catalog: Catalog = read_catalog(view, root)
        self.settings = self._script(root, _SETTINGS)
        self.folders = self._folders()
        self.scripts = {f: self._script(f, _SCRIPTS) for f in self.folders}
        files = {path: statements for path, statements in [self.settings, *self.scripts.values()] if path}
        self.known = variables(view, root, files)

    def _script(self, folder: str, names: tuple[str, ...]) -> tuple[str, list[Statement]]:
        path = next((p for n in names if self.view.repository.real(p := join(folder, n))), "")
        return path, (self.view.once("gradle", path, read_gradle) or []) if path else []

    def _folders(self) -> dict[str, str]:
        """Return {folder: project name} of the root and of every project that the settings include."""
        path, statements = self.settings
        name = self.view.repository.name if self.root == "." else self.root.rpartition("/")[2]
        included: list[tuple[str, str]] = []
        moved: dict[str, str] = {}
        for _, one in walk(statements):
            if one.head == "rootProject.name" and one.texts:
                name = one.texts[0].text
            elif one.head == "include":
                included += [(t.text.strip(":"), t.text.strip(":").rpartition(":")[2]) for t in one.texts]
            elif one.head == "project" and "projectDir" in one.words() and len(one.texts) >= 2:
                moved[one.texts[0].text.strip(":")] = one.texts[-1].text
        found = {self.root: name}
        for project, own in included:
            folder = join(self.root, moved.get(project, project.replace(":", "/")).removeprefix("./"))
            if self.view.exists(folder):
                found[folder] = own
        if not path:  # no settings: scripts below belong to nobody else
            return found
        return found

    def units(self) -> dict[str, Unit]:
        """Return the projects."""
        shared = list(self._blocks(self.scripts[self.root][1]))
        found = {}
        for folder, name in self.folders.items():
            path, statements = self.scripts[folder]
            file = path or self.scripts[self.root][0] or self.settings[0]
            if not file:
                continue
            unit = Unit(folder, file, "gradle", name, parent=None if folder == self.root else self.root)
            if folder != self.root:
                unit.member_at = (self.settings[0] or file, self._included(folder))
            own = [s for s in statements if s.head not in _SHARED]
            self._fill(unit, file, own)
            for head, block in shared:
                if folder != self.root or head == "allprojects":
                    self._fill(unit, self.scripts[self.root][0], block)
            self._conventions(unit)
            if unit.version is None and "version" in self.known:
                unit.version = self.known["version"][0]
            found[folder] = unit
        return found

    def _blocks(self, statements: list[Statement]) -> Iterator[tuple[str, list[Statement]]]:
        for one in statements:
            if one.head in _SHARED or (one.head == "configure" and one.has_block):
                yield ("allprojects" if one.head == "allprojects" else "subprojects"), one.block

    def _included(self, folder: str) -> int:
        name = folder.rpartition("/")[2]
        return self.view.find(self.settings[0], name) or 1 if self.settings[0] else 1

    def _conventions(self, unit: Unit) -> None:
        """Take what the build's own precompiled script plugins declare into the projects that apply them."""
        for plugin in list(unit.plugins):
            if plugin.id.endswith((".gradle", ".gradle.kts")):  # `apply from: 'dependencies.gradle'`
                inner = plugin.id.removeprefix("${rootDir}/").removeprefix("$rootDir/")
                path = join(self.root if inner != plugin.id else unit.folder, inner.removeprefix("./"))
                if self.view.repository.real(path):
                    self._fill(unit, path, self.view.once("gradle", path, read_gradle) or [])
                continue
            for base in ("buildSrc", "build-logic", "buildLogic", "build-logic/convention"):
                for kind in ("groovy", "kotlin"):
                    for suffix in (".gradle", ".gradle.kts"):
                        path = join(self.root, f"{base}/src/main/{kind}/{plugin.id}{suffix}")
                        if self.view.repository.real(path):
                            self._fill(unit, path, self.view.once("gradle", path, read_gradle) or [])

    def _fill(self, unit: Unit, file: str, statements: list[Statement]) -> None:
        for within, one in walk(statements):
            block = within[-1] if within else ""
            if "buildscript" in within or "pluginManagement" in within:
                continue
            if block == "plugins" or (not within and one.head == "apply"):
                unit.plugins.extend(self._plugins(file, one, block))
            elif "dependencies" in within:
                unit.dependencies.extend(self._dependencies(file, one))
                unit.projects.extend(self._projects(one))
            elif one.head.removesuffix(".set").rpartition(".")[2] in _JAVA and not (one.words() & {"test", "compileTestJava"}):
                stated = self._version(file, one)
                if stated is not None:
                    unit.stated.append(stated)
            self._rest(unit, file, within, one)
        if unit.plugin("war"):
            unit.packaging = "war"

    def _rest(self, unit: Unit, file: str, within: tuple[str, ...], one: Statement) -> None:
        """Take the version, the main class and the archive's name."""
        head = one.head.rpartition(".")[2]
        value = next((t.text for t in one.after("=", "(") if t.kind == "text"), None)
        if value is None and one.texts and len(one.tokens) == 2:
            value = one.texts[0].text
        if value is None or "$" in value:
            return
        if not within and one.head == "version":
            unit.version = value
        elif head in ("mainClass", "mainClassName", "main") and unit.main is None and "javaexec" not in within:
            unit.main = (value, (file, one.texts[0].line))
        elif "Main-Class" in [t.text for t in one.tokens] and unit.main is None:
            unit.main = (one.texts[-1].text, (file, one.texts[-1].line))
        elif head in ("archiveFileName", "archiveName") and any("jar" in w.lower() or "ktor" in w or "fatJar" in w for w in within):
            unit.archive = value.removesuffix(".jar").removesuffix(".war")

    def _plugins(self, file: str, one: Statement, block: str) -> Iterator[Plugin]:
        words, texts = one.tokens, one.texts
        if "apply" in one.words() and any(t.text == "false" for t in words) and block:
            return
        head = one.head
        if head in ("id", "apply") and texts:
            yield Plugin(texts[0].text, texts[1].text if len(texts) > 1 else "", (file, texts[0].line))
        elif head == "kotlin" and texts:
            yield Plugin(f"org.jetbrains.kotlin.{texts[0].text}", texts[1].text if len(texts) > 1 else "", (file, texts[0].line))
        elif head == "alias":
            text = "".join(t.text for t in words)
            alias = text.partition("plugins.")[2].partition(")")[0].lower()
            if alias in self.catalog.plugins:
                name, version = self.catalog.plugins[alias]
                yield Plugin(name, version, (file, one.line))
        elif block and head and not texts:
            yield Plugin(head.rpartition(".")[2] if "." not in head else head, "", (file, one.line))

    def _dependencies(self, file: str, one: Statement) -> Iterator[Dependency]:
        configuration = one.head.partition(".")[0]
        scope = _SCOPES.get(configuration)
        if scope is None:
            return
        keyed = {
            a.text: b.text
            for a, sign, b in zip(one.tokens, one.tokens[1:], one.tokens[2:], strict=False)
            if sign.text in (":", "=") and b.kind == "text"
        }
        if "group" in keyed and "name" in keyed:
            yield Dependency(keyed["group"], keyed["name"], keyed.get("version", ""), scope, (file, one.line))
            return
        if one.words() & {"platform", "enforcedPlatform"}:
            return
        if "kotlin" in one.words() and one.texts and ":" not in one.texts[0].text:
            yield Dependency("org.jetbrains.kotlin", f"kotlin-{one.texts[0].text}", "", scope, (file, one.texts[0].line))
            return
        for token in one.texts:
            parts = token.text.split(":")
            if len(parts) >= 2 and parts[0] and not token.text.startswith(":"):
                version = self._plain(parts[2].partition("@")[0]) if len(parts) > 2 else ""
                yield Dependency(parts[0], parts[1], version, scope, (file, token.line))
        yield from self._catalogued(file, one, scope)

    def _projects(self, one: Statement) -> Iterator[str]:
        """Yield the folders of the projects of this build that a dependency statement names (`project(":a:b")`, `projects.aB`)."""
        if _SCOPES.get(one.head.partition(".")[0]) in (None, "test"):
            return
        if "project" in one.words():
            for token in one.texts:
                if token.text.startswith(":"):
                    name = token.text.strip(":")
                    folder = join(self.root, name.replace(":", "/"))
                    yield (
                        folder
                        if folder in self.folders
                        else next((f for f, n in self.folders.items() if n == name.rpartition(":")[2]), folder)
                    )
        text = "".join(t.text for t in one.tokens)
        if "projects." in text:
            wanted = text.partition("projects.")[2].partition(")")[0].replace(".", "/").lower()
            yield from (f for f in self.folders if f.replace("-", "").lower() in (wanted, join(self.root, wanted)))

    def _catalogued(self, file: str, one: Statement, scope: Scope) -> Iterator[Dependency]:
        text = "".join(t.text for t in one.tokens)
        if "libs." not in text:
            return
        alias = text.partition("libs.")[2]
        for mark in (")", ",", "{"):
            alias = alias.partition(mark)[0]
        alias = alias.lower()
        names = self.catalog.bundles.get(alias.removeprefix("bundles."), []) if alias.startswith("bundles.") else [alias]
        for name in names:
            module, version = self.catalog.libraries.get(name, ("", ""))
            group, _, artifact = module.partition(":")
            if artifact:
                yield Dependency(group, artifact, version, scope, (file, one.line))

    def _plain(self, version: str) -> str:
        name = version.strip("${}")
        if "$" in version:
            return self.known[name][0] if name in self.known else ""
        return version

    def _version(self, file: str, one: Statement) -> Stated | None:
        key = one.head.removesuffix(".set").rpartition(".")[2]
        tokens: list[Token] = one.after("=") or one.after("(") or one.tokens[1:]
        if key == "jvmToolchain" and not tokens:
            return None
        found: tuple[str, Place] | None = settled(tokens, self.known, self.catalog, file)
        if found is None or not found[0].replace(".", "").isdigit():
            return None
        return Stated(found[0], found[1], "toolchain" if key in ("languageVersion", "jvmToolchain") else key)
