"""Build Java and Kotlin services with Maven or Gradle, the repository's own wrapper first; run the archive on a JRE."""

from __future__ import annotations

from ....core.facts import Service
from ..generate import Doubt, Recipe
from ._bases import default_line, image, line_at_least
from ._final import closing, text, user_lines

RUNTIMES = ("java", "jvm", "kotlin")
PACKAGE_MANAGERS = ("maven", "gradle")
"""The build tools that this recipe knows; sbt and Leiningen are others."""
CONTEXT = "repository"
"""A module's parent project stands above it, so the whole repository is the build context."""
HEAP = "-XX:MaxRAMPercentage=75"
"""A heap of three quarters of the container's limit leaves the rest to threads, code and buffers; the JVM's own default is a quarter."""
NO_PROGRAM = ("*-plain.jar", "*-sources.jar", "*-javadoc.jar", "*-tests.jar", "original-*.jar")
"""Archives that builds leave beside the one that starts."""


def bases(service: Service) -> dict[str, str]:
    """Return the images by role: a wrapper brings its own build tool and needs a JDK only; else the tool's image with the nearest JDK."""
    line = service.runtime_version or default_line("temurin")
    line = line.removeprefix("1.").split(".")[0].split("+")[0]
    run = image("temurin", line, ("jre", "noble"))
    if _wrapped(service):
        return {"build": image("temurin", line, ("jdk", "noble")), "run": run}
    if service.package_manager == "gradle":
        jdk = next((v for v in ("21", "25") if int(v) >= int(line or 21)), line)
        return {"build": image("gradle", "8" if jdk == "21" else "9", (f"jdk{jdk}", "noble")), "run": run}
    jdk = next((v for v in ("17", "21", "25") if int(v) >= int(line or 17)), line)
    return {
        "build": image("maven", "3.9", ("eclipse", f"temurin-{jdk}", "noble")),
        "run": image("temurin", line_at_least("temurin", line), ("jre", "noble")),
    }


def start(service: Service) -> tuple[str, ...]:
    """Return the command: Java with a heap that follows the container's limit, and the archive."""
    return ("java", HEAP, "-jar", "/app/quarkus-run.jar" if _is_quarkus(service) else f"/app/app.{_archive(service)}")


def dockerfile(recipe: Recipe) -> str:
    """Return the Dockerfile text."""
    service = recipe.service
    folder = (service.manifest or "").rpartition("/")[0] or "."
    cache = "/root/.gradle" if service.package_manager == "gradle" else "/root/.m2"
    return text(
        [
            f"# Image of {service.name}: packaged in one stage; the archive on a JRE in the next.",
            f"FROM {recipe.images['build']} AS build",
            "WORKDIR /src",
            "COPY . .",
            *([f"WORKDIR /src/{folder}"] if folder != "." else []),
            f"RUN --mount=type=cache,target={cache} {_package(service)}",
            f"RUN {_collect(service)}",
            "",
            f"FROM {recipe.image}",
            *user_lines(),
            "WORKDIR /app",
            "COPY --from=build /out ./",
            *closing(recipe),
        ]
    )


def doubts(recipe: Recipe) -> list[Doubt]:
    """Return what the Dockerfile takes on trust: the build tool, where the repository does not bring its own."""
    service = recipe.service
    if _wrapped(service):
        return []
    tool = service.package_manager or "maven"
    return [
        Doubt(
            f"{tool} of {service.name}",
            f"`{recipe.images['build']}` builds `{service.name}`",
            f"the repository has no {tool} wrapper that says which version it needs",
            f"step `build-images` succeeds; `{'gradle ' if tool == 'gradle' else 'mvn wrapper:'}wrapper` in the repository settles it",
        )
    ]


def _wrapped(service: Service) -> bool:
    """Tell whether the repository brings its build tool: only a wrapper states the tool's version."""
    return bool(service.package_manager_version)


def _package(service: Service) -> str:
    if service.package_manager == "gradle":
        task = {"spring-boot": "bootWar" if _archive(service) == "war" else "bootJar", "quarkus": "quarkusBuild"}.get(
            service.framework or "", "assemble"
        )
        return f"{'sh ./gradlew' if _wrapped(service) else 'gradle'} --no-daemon {task}"
    return f"{'sh ./mvnw' if _wrapped(service) else 'mvn'} --batch-mode --no-transfer-progress -DskipTests package"


def _archive(service: Service) -> str:
    return "war" if (service.start_command or "").endswith(".war") else "jar"


def _is_quarkus(service: Service) -> bool:
    return service.framework == "quarkus" and _archive(service) == "jar"


def _collect(service: Service) -> str:
    """Return the command that puts the program into /out, whatever version and folder its archive is named after."""
    gradle = service.package_manager == "gradle"
    if _is_quarkus(service):
        return f"mkdir /out && cp -r {'build' if gradle else 'target'}/quarkus-app/. /out/"
    kind = _archive(service)
    without = " ".join(f"! -name '{p}'" for p in NO_PROGRAM)
    where = "build/libs" if gradle else "target"
    found = f"find {where} -maxdepth 1 -name '*.{kind}' \\\n    {without} \\\n    -exec cp {{}} /out/app.{kind} \\;"
    return f"mkdir /out && {found} && test -s /out/app.{kind}"
