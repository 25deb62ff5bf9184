"""Hold what is known of a Scala build: its projects and their dependencies."""

from __future__ import annotations

from dataclasses import dataclass, field

Place = tuple[str, int]
_PACKAGERS = (
    "JavaAppPackaging",
    "JavaServerAppPackaging",
    "PlayScala",
    "PlayJava",
    "PlayService",
    "PlayMinimalJava",
    "AshScriptPlugin",
    "DockerPlugin",
)


@dataclass(frozen=True, slots=True)
class Dependency:
    """Be one dependency by its coordinates without the Scala version."""

    name: str
    version: str
    at: Place
    test: bool = False


@dataclass(slots=True)
class Project:
    """Be one project of an sbt or Mill build."""

    folder: str
    root: str  # folder of the build
    file: str
    at: Place
    name: str | None = None
    script: str | None = None  # the start script's name where the build gives it one
    plugins: set[str] = field(default_factory=set)
    depends: set[str] = field(default_factory=set)  # names of other projects of the build
    dependencies: list[Dependency] = field(default_factory=list)
    main: tuple[str, Place] | None = None
    java: tuple[str, Place] | None = None
    tool: str = "sbt"

    @property
    def packaged(self) -> bool:
        """Say whether a plugin makes a start script of it."""
        return bool(self.plugins & set(_PACKAGERS))

    def requires(self, *prefixes: str) -> Dependency | None:
        """Return the first dependency outside tests whose coordinates begin with one of these."""
        return next((d for d in self.dependencies if not d.test and d.name.startswith(prefixes)), None)
