"""Find passwords that everybody knows: images with a default login, logins switched off, well-known values as fallback.

What:
    An image that starts with a default password or none (Grafana, RabbitMQ, MinIO, MongoDB, …) is given one of its own. No variable opens
    a store to everybody (`trust`, `ALLOW_EMPTY_PASSWORD`). No secret falls back to a well-known word.

Why it matters in production:
    `admin/admin` on a published Grafana is tried by scanners within minutes. A fallback such as `${POSTGRES_PASSWORD:-postgres}` is what
    production runs with on the day the env file is missing, and nothing tells.

Example:
    grafana:
      image: grafana/grafana:11.3.0

Instead:
    grafana:
      image: grafana/grafana:11.3.0
      environment:
        GF_SECURITY_ADMIN_PASSWORD: ${GRAFANA_ADMIN_PASSWORD:?set by write-env.sh}

When to ignore:
    When the login is configured in a file that is mounted: name the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import re2

from ...core.findings import Finding, Fix
from ..yaml12 import as_list, as_map
from ._fixes import on_line
from ._nobodys import explained
from ._rule import Rule
from ._view import ComposeFile, KubeObject, PlanView, Service
from ._view.interpolation import references
from ._view.items import ArtifactView
from ._view.secret_names import WEAK, is_secret, secret_inputs

DEFAULT = Rule(
    "SEC004", "default-credential", "error", "An image with a known default password gets none of its own, or a weak one is built in.",
    foreign="error",
)
RULES = (DEFAULT,)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield services that start with a password everybody knows."""
    known = secret_inputs(view.plan)
    for artifact, file in view.compose:
        found = [f for service in file.services.values() for f in _of_service(artifact, service, known)]
        yield from _mild(artifact, _once(found, _passwords(file))) if view.foreign else found
    for made in view.objects:
        if made.template is not None:
            yield from _of_pod(made)


def _of_pod(made: KubeObject) -> Iterator[Finding]:
    """Yield variables of a pod that open a store to everybody; a password by value is SEC006's business."""
    for container in made.containers():
        for entry in (as_map(e) for e in as_list(container.get("env"))):
            name, value = str(entry.get("name", "")), str(entry.get("value", ""))
            if value.lower() in _OPEN_VALUES.get(name, ()):
                yield DEFAULT.at(
                    made.spot,
                    f"{made.title} sets {name}={value}: everybody who reaches it may log in.",
                    line=entry.line_of("value") + made.shift,
                    quote=name,
                    hint="Ask for a password.",
                )


# image name (last part) -> the variables of which one must set the password, and what happens without
_NEEDS: dict[str, tuple[tuple[str, ...], str]] = {
    "grafana": (("GF_SECURITY_ADMIN_PASSWORD", "GF_SECURITY_ADMIN_PASSWORD__FILE"), "admin/admin"),
    "rabbitmq": (("RABBITMQ_DEFAULT_PASS", "RABBITMQ_DEFAULT_PASS_FILE", "RABBITMQ_CONFIG_FILE"), "guest/guest"),
    "minio": (("MINIO_ROOT_PASSWORD", "MINIO_ROOT_PASSWORD_FILE"), "minioadmin/minioadmin"),
    "mongo": (("MONGO_INITDB_ROOT_PASSWORD", "MONGO_INITDB_ROOT_PASSWORD_FILE"), "no password at all"),
    "pgadmin4": (("PGADMIN_DEFAULT_PASSWORD", "PGADMIN_DEFAULT_PASSWORD_FILE"), "a default password"),
    "mongo-express": (("ME_CONFIG_BASICAUTH_PASSWORD", "ME_CONFIG_BASICAUTH_PASSWORD_FILE"), "admin/pass"),
    "keycloak": (("KEYCLOAK_ADMIN_PASSWORD", "KC_BOOTSTRAP_ADMIN_PASSWORD", "KEYCLOAK_PASSWORD"), "no administrator"),
    "activemq-classic": (("ACTIVEMQ_WEB_PASSWORD",), "admin/admin"),
    "neo4j": (("NEO4J_AUTH", "NEO4J_AUTH_FILE"), "neo4j/neo4j"),
    "influxdb": (("DOCKER_INFLUXDB_INIT_PASSWORD", "DOCKER_INFLUXDB_INIT_PASSWORD_FILE"), "no password at all"),
}
_OPEN_VALUES = {
    "POSTGRES_HOST_AUTH_METHOD": ("trust",),
    "MYSQL_ALLOW_EMPTY_PASSWORD": ("yes", "true", "1"),
    "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD": ("yes", "true", "1"),
    "ALLOW_EMPTY_PASSWORD": ("yes", "true", "1"),
    "GF_AUTH_ANONYMOUS_ENABLED": ("true",),
    "XPACK_SECURITY_ENABLED": ("false",),
    "xpack.security.enabled": ("false",),
}


# stand-ins for a cloud's services, which take every key
_EMULATORS = frozenset("localstack dynamodb-local azurite fake-gcs-server elasticmq moto goaws".split())


_TO_CHANGE = re2.compile(r"(?i)(?:#|//|--)[^\n]*\b(?:change|replace|set)\b[^\n]{0,40}\b(?:passwords?|secrets?|credentials?)\b")


def _mild(artifact: ArtifactView, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings of somebody else's file, those as warnings beside which a comment tells the reader to change the value."""
    lines = artifact.text.split("\n")
    for finding in findings:
        told = explained(lines, finding.location.line or 0) or (artifact.nameless and bool(_TO_CHANGE.search(artifact.text)))
        yield finding.model_copy(update={"severity": "warning"}) if told else finding


def _once(findings: list[Finding], values: dict[int | None, str]) -> Iterator[Finding]:
    """Yield the findings of one file, those about one and the same password as one: who sets it, and who else uses it."""
    first: dict[str, Finding] = {}
    others: dict[str, int] = {}
    for finding in findings:
        value = values.get(finding.location.line)
        if value is None or value not in first:
            first[value if value is not None else finding.to_json()] = finding
        else:
            others[value] = others.get(value, 0) + 1
    for value, finding in first.items():
        count = others.get(value, 0)
        more = f" {count} more use{'s' if count == 1 else ''} the same one in this file." if count else ""
        yield finding.model_copy(update={"message": finding.message + more})


def _passwords(file: ComposeFile) -> dict[int | None, str]:
    """Return the literal values of variables by line."""
    return {line: value for s in file.services.values() for value, line in s.environment.values() if value and _weak(value)}


def _of_service(artifact: ArtifactView, service: Service, known: frozenset[str]) -> Iterator[Finding]:
    image = (service.image or "").partition("@")[0].rpartition(":")[0].rpartition("/")[2] or (service.image or "").rpartition("/")[2]
    names = set(service.environment)
    if image in _NEEDS and not service.env_files and not names & set(_NEEDS[image][0]) and not service.names("secrets"):
        wanted, without = _NEEDS[image]
        yield DEFAULT.at(
            artifact,
            f"{service.name} ({image}) sets none of {', '.join(wanted)}: it starts with {without}.",
            line=service.line,
            quote=service.image,
            hint=f"Set {wanted[0]} from a secret input.",
        )
    local = image in _EMULATORS
    for name, (value, line) in service.environment.items():
        if name in _OPEN_VALUES and (value or "").lower() in _OPEN_VALUES[name]:
            yield DEFAULT.at(
                artifact, f"{service.name} sets {name}={value}: everybody on its network may log in.", line=line, hint="Ask for a password."
            )
        elif value is not None and is_secret(name, known) and _weak(value) and not local and not _unused(name, value):
            yield DEFAULT.at(
                artifact,
                f"{service.name} {'falls back to' if any(references(value)) else 'is given'} a well-known value for {name}.",
                line=line,
                hint='Write "${NAME:?set NAME}": no default for a secret.',
                fix=_demanded(artifact, value, line),
            )
    if "--api.insecure=true" in service.command_text or "--api.insecure " in service.command_text + " ":
        yield DEFAULT.at(
            artifact,
            f"{service.name} serves its dashboard without a login (--api.insecure).",
            line=service.at("command"),
            hint="Leave it out.",
        )


def _demanded(artifact: ArtifactView, value: str, line: int) -> Fix | None:
    """Return the unsafe mend that demands the variable instead of falling back: an environment without it no longer starts."""
    reference = next(references(value), None)
    if reference is None or reference.operator not in (":-", "-"):
        return None
    old = value[value.index("${" + reference.name) : value.index("}") + 1]
    return on_line(artifact, line, old, f"${{{reference.name}:?set {reference.name}}}", "Demand the variable.", safe=False)


def _unused(name: str, value: str) -> bool:
    """Say whether a value stands where a program asks for a key that nobody reads: `API_KEY: dummy`."""
    return value.lower() in ("dummy", "example") and "pass" not in name.lower()


def _weak(value: str) -> bool:
    for reference in references(value):
        if reference.operator in (":-", "-"):
            fallback = value.partition(reference.name + reference.operator)[2].partition("}")[0]
            return fallback.lower() in WEAK
        return False
    return value.lower() in WEAK
