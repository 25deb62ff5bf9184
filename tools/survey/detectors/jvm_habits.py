"""Detect settings of JVM applications that hurt in production: schema changes by the mapper, open consoles, development profiles."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact
from ..detector import View, trap
from ..jvm.applications import Application, applications
from ..jvm.settings import Setting, settings

_AUTO = (
    "spring.jpa.hibernate.ddl-auto", "spring.jpa.properties.hibernate.hbm2ddl.auto", "hibernate.hbm2ddl.auto",
    "jpa.default.properties.hibernate.hbm2ddl.auto", "quarkus.hibernate-orm.database.generation",
    "quarkus.hibernate-orm.schema-management.strategy",
)  # fmt: skip
_CHANGING = ("create", "create-drop", "update", "drop-and-create", "create-only")
_DEVELOPMENT = ("dev", "development", "local", "test")
_TRUE = {
    "spring.h2.console.enabled": ("h2-console", "The H2 console is switched on: whoever reaches it runs SQL."),
    "debug": ("debug-mode-default", "Spring's debug mode is switched on for every environment."),
    "spring.jpa.generate-ddl": ("orm-auto-create", "The mapper changes the schema at every start: replicas race, nothing rolls back."),
    "quarkus.swagger-ui.always-include": ("api-docs-open", "Swagger UI is part of the production build."),
}  # fmt: skip


def detect(view: View) -> Iterator[Fact]:
    """Yield the traps of every application's settings that hold without a development profile."""
    for app in applications(view):
        for one in settings(view, app.unit).entries:
            if one.profile in ("", "prod", "production"):
                yield from _setting(view, app, one)


def _setting(view: View, app: Application, one: Setting) -> Iterator[Fact]:
    folder, at, value = app.unit.folder, view.evidence(*one.at), one.value.strip().lower()
    if one.key in _AUTO and value in _CHANGING:
        said = f"The mapper runs `{value}` on the schema at every start: replicas race, nothing rolls back"
        yield trap(folder, "orm-auto-create", said + (", and data is dropped." if "drop" in value or value == "create" else "."), at)
    if one.key in ("spring.profiles.active", "spring.profiles.default", "quarkus.profile"):
        chosen = [p.strip() for p in value.split(",")]
        if any(p in _DEVELOPMENT for p in chosen):
            yield trap(folder, "development-profile-default", f"The profile `{value}` is active unless the environment says otherwise.", at)
    if one.key in _TRUE and value == "true":
        yield trap(folder, _TRUE[one.key][0], _TRUE[one.key][1], at)
    if one.key == "management.endpoints.web.exposure.include" and value.strip("\"'") == "*":
        yield trap(folder, "actuator-exposed", "Every actuator endpoint is exposed, heap dumps and the environment among them.", at)
    if one.key in ("server.error.include-stacktrace", "server.error.include-message") and value == "always" and "stacktrace" in one.key:
        yield trap(folder, "stack-traces-shown", "Error responses carry stack traces.", at)
    if one.key in ("spring.sql.init.mode", "spring.datasource.initialization-mode") and value == "always":
        yield trap(folder, "scripts-at-start", "SQL scripts run at every start, against the production database too.", at)
