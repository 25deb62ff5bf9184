"""Decide which modules are applications to deploy, and what each of them is: framework, role, main class, start command."""

from __future__ import annotations

from dataclasses import dataclass

from ....core.facts import Role
from ..aside import is_aside
from ..knowledge.jvmframeworks import FRAMEWORKS, MICRONAUT_WEB, QUARKUS_WEB, SERVLET, SPRING_GRPC, SPRING_WEB, Framework
from ..view import View
from .builds import units
from .model import Place, Unit
from .settings import settings
from .sources import closure, code, files, jvm_file

_SPRING_MAIN = (
    "@SpringBootApplication",
    "SpringApplication.run",
    "runApplication<",
    "SpringApplicationBuilder",
    "@EnableAutoConfiguration",
)
_STARTED = (" main(", "SpringBootServletInitializer")
_WORKS = (
    "@KafkaListener", "@RabbitListener", "@JmsListener", "@SqsListener", "@Incoming", "@Scheduled", "KafkaConsumer", "basicConsume",
    "StreamListener", "java.util.function.Consumer<", "while (true)", "ScheduledExecutorService", "awaitTermination()", "@StreamListener",
    "KafkaStreams",
)  # fmt: skip
_CLIENTS = ("com.android.application", "com.android.library", "org.jetbrains.compose", "org.openjfx.javafxplugin")
_TOOLS = ("maven-plugin", "maven-archetype", "java-gradle-plugin", "pom", "ear", "bom")


@dataclass(slots=True)
class Application:
    """Be one application: the module that is built, what serves it, where it starts."""

    unit: Unit
    framework: str | None
    at: Place  # the line that brings the framework, else the program
    main: tuple[str, Place] | None
    serves: bool
    works: Place | None = None
    known: Framework | None = None
    default_port: int | None = None

    @property
    def role(self) -> Role:
        """Return what the application is for."""
        return "web" if self.serves else "worker" if self.works is not None else "job"


def applications(view: View) -> list[Application]:
    """Return the applications of a tree, sorted by folder; made once."""
    return view.kept("jvm_applications", lambda: _applications(view))


def _applications(view: View) -> list[Application]:
    found, plain = [], []
    for folder, unit in sorted(units(view).items()):
        if unit.packaging in _TOOLS or unit.plugin(*_CLIENTS, *_TOOLS) or (folder != "." and is_aside(folder + "/x")):
            continue
        made = _spring(view, unit) or _quarkus(view, unit) or _micronaut(view, unit) or _other(view, unit) or _war(view, unit)
        if made is not None:
            found.append(made)
        elif (bare := _plain(view, unit)) is not None:
            plain.append(bare)
    used = {u.folder for a in found for u in closure(view, a.unit)[1:]}
    declared = [a for a in plain if a.unit.main is not None or a.unit.plugin("application")]
    if not found and not declared and len(plain) == 1:
        return plain
    kept = [a for a in [*found, *declared] if a.unit.folder not in used or a.serves]
    return sorted(kept, key=lambda a: a.unit.folder)


def _first(view: View, unit: Unit, *words: str) -> Place | None:
    """Return the first line of the module's own code that holds one of the words."""
    for path in files(view, unit):
        if view.holds(path, *words):
            for word in words:
                number = view.find(path, word)
                if number:
                    return path, number
    return None


def _main(view: View, unit: Unit, at: Place | None = None) -> tuple[str, Place] | None:
    """Return the main class: the one the build names, else the one of the file at a place, else the only one."""
    if unit.main is not None:
        return unit.main
    candidates = [at[0]] if at is not None else [p for p in files(view, unit) if view.holds(p, " main(", "fun main")]
    found = []
    for path in candidates:
        file = jvm_file(view, path)
        main = file.main() if file is not None else None
        if file is not None and main is not None:
            name = main[0] or _kotlin_class(path)
            found.append((f"{file.package}.{name}".strip("."), (path, main[1])))
    named = [f for f in found if f[0].rpartition(".")[2] in ("Main", "App", "Application", "MainKt", "AppKt", "ApplicationKt")]
    return next(iter(named or found), None)


def _kotlin_class(path: str) -> str:
    stem = path.rpartition("/")[2].removesuffix(".kt").removesuffix(".java")
    return stem[:1].upper() + stem[1:] + ("Kt" if path.endswith(".kt") else "")


def _works(view: View, unit: Unit) -> Place | None:
    return _first(view, unit, *_WORKS)


def _spring(view: View, unit: Unit) -> Application | None:
    if not any(d.group.startswith("org.springframework.boot") for u in closure(view, unit) for d in u.dependencies):
        return None
    at = _spring_start(view, unit)
    if at is None:
        return None
    kind = settings(view, unit).text("spring.main.web-application-type")
    web = any(u.has(*SPRING_WEB) is not None for u in closure(view, unit)) and kind != "none"
    grpc = any(u.has(*SPRING_GRPC) is not None for u in closure(view, unit))
    port = (
        None
        if not web
        else 9090
        if grpc and not any(u.has(*(c for c in SPRING_WEB if c not in SPRING_GRPC)) for u in closure(view, unit))
        else 8080
    )
    return Application(unit, "spring-boot", at, _main(view, unit, at), web, _works(view, unit), default_port=port)


def _spring_start(view: View, unit: Unit) -> Place | None:
    """Return the line that starts Spring Boot; a library that only configures its users' context has no main program."""
    marked = [p for p in files(view, unit) if view.holds(p, *_SPRING_MAIN)]
    started = [p for p in marked if view.holds(p, *_STARTED)]
    if not started and unit.main is None and not any(view.holds(p, *_STARTED) for p in files(view, unit)):
        return None
    for path in started or marked:
        for word in _SPRING_MAIN:
            if number := view.find(path, word):
                return path, number
    return None


def _quarkus(view: View, unit: Unit) -> Application | None:
    plugin = unit.plugin("quarkus-maven-plugin", "io.quarkus")
    dependency = unit.has("io.quarkus:*", "io.quarkiverse*")
    if plugin is None or dependency is None or not files(view, unit):
        return None
    web = next((d for u in closure(view, unit) if (d := u.has(*QUARKUS_WEB)) is not None), None)
    return Application(
        unit,
        "quarkus",
        (web or dependency).place,
        _main(view, unit),
        web is not None,
        _works(view, unit),
        default_port=8080 if web else None,
    )


def _micronaut(view: View, unit: Unit) -> Application | None:
    dependency = unit.has("io.micronaut*") or next((d for u in closure(view, unit) if (d := u.has("io.micronaut*")) is not None), None)
    at = _first(view, unit, "Micronaut.run", "Micronaut.build", "import io.micronaut.runtime.Micronaut")
    if dependency is None or at is None:
        return None
    plugin = unit.plugin("io.micronaut.application", "io.micronaut.minimal.application")
    web = next((d for u in closure(view, unit) if (d := u.has(*MICRONAUT_WEB)) is not None), None)
    controllers = _first(view, unit, "@Controller")
    serves = web is not None or (plugin is not None and controllers is not None)
    return Application(unit, "micronaut", at, _main(view, unit, at), serves, _works(view, unit), default_port=8080 if serves else None)


def _other(view: View, unit: Unit) -> Application | None:
    """Return the application of another framework that the code loads: one that makes a server before one that is only imported."""
    near = closure(view, unit)
    main = _main(view, unit)
    if main is None:
        return None
    for framework in FRAMEWORKS:
        dependency = next((d for u in near if (d := u.has(*framework.dependencies)) is not None), None)
        if dependency is None:
            continue
        at = _loading(view, unit, framework)
        if at is not None:
            return Application(unit, framework.name, at, main, True, _works(view, unit), framework, framework.port)
    return None


def _loading(view: View, unit: Unit, framework: Framework) -> Place | None:
    """Return the import that loads a framework, in a file of the program; a server must be made where clients import the same."""
    found = None
    for path, file in code(view, unit, *framework.imports):
        place = next(((path, line) for name, line in file.imports if name.startswith(framework.imports)), None)
        if place is None:
            continue
        if not framework.makes or any(w in file.text for w in framework.makes):
            return place
        found = found or place
    makes = framework.makes and any(True for _ in code(view, unit, *framework.makes))
    return found if makes or (unit.main is not None and any(i.strip(".") in unit.main[0] for i in framework.imports)) else None


def _war(view: View, unit: Unit) -> Application | None:
    """Return the application of a web archive that a servlet container runs."""
    if unit.packaging != "war":
        return None
    dependency = unit.has(*SERVLET)
    spring = unit.has("org.springframework:spring-webmvc", "org.springframework:spring-web")
    at = (spring or dependency).place if spring or dependency else (unit.file, unit.at)  # type: ignore[union-attr]
    name = "spring" if spring is not None and _first(view, unit, "org.springframework.web") else "servlet"
    loads = _first(view, unit, "javax.servlet", "jakarta.servlet", "javax.ws.rs", "jakarta.ws.rs", "org.springframework.web")
    return Application(unit, name if loads or dependency else None, at, None, True)


def _plain(view: View, unit: Unit) -> Application | None:
    main = _main(view, unit)
    if main is None or not files(view, unit):
        return None
    server = _first(view, unit, "com.sun.net.httpserver", "new ServerSocket(")
    return Application(unit, None, main[1], main, server is not None, _works(view, unit))
