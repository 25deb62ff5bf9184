"""Say how an application of the JVM is started in production, as its framework and build tool document it."""

from __future__ import annotations

from .applications import Application


def start_command(app: Application) -> str | None:
    """Return the documented command, None for a web archive that a servlet container of elsewhere runs."""
    unit = app.unit
    libs = "target" if unit.tool == "maven" else "build/libs"
    archive = unit.archive or f"{unit.name}-{_version(app)}".rstrip("-")
    if app.framework == "quarkus":
        return f"java -jar {libs.removesuffix('/libs')}/quarkus-app/quarkus-run.jar"
    if unit.packaging == "war":
        return f"java -jar {libs}/{archive}.war" if app.framework == "spring-boot" else None
    if app.framework == "spring-boot":
        return f"java -jar {libs}/{archive}.jar"
    if unit.tool == "gradle":
        if unit.plugin("com.github.johnrengelman.shadow", "com.gradleup.shadow", "io.ktor.plugin", "shadow", "io.micronaut.application"):
            return f"java -jar {libs}/{unit.archive or archive + '-all'}.jar"
        if unit.plugin("application"):
            return f"build/install/{unit.name}/bin/{unit.name}"
    if app.framework == "dropwizard":
        return f"java -jar {libs}/{archive}.jar server"
    return f"java -jar {libs}/{archive}.jar"


def _version(app: Application) -> str:
    version = app.unit.version
    if version is None:
        return ""
    return "*" if "${" in version else version
