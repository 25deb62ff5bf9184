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

from collections.abc import Iterator

import re2

from ...core.findings import Finding, Fix, Severity
from ..yaml12 import as_list, as_map
from ._fixes import on_line
from ._gather import also
from ._nobodys import explained
from ._rule import Rule
from ._view import KubeObject, PlanView, Service
from ._view.audience import said_around
from ._view.interpolation import references
from ._view.items import ArtifactView
from ._view.secret_names import WEAK, is_secret, secret_inputs

DEFAULT = Rule(
    "SEC004", "default-credential", "error", "An image with a known default password gets none of its own, or a weak one is built in."
)
RULES = (DEFAULT,)


Keyed = tuple[str, Finding]
"""A finding beside what is wrong without the place: the value, the variable that opens a store, the image without a password."""


def check(view: PlanView) -> Iterator[Finding]:
    """Yield services that start with a password everybody knows; in somebody else's folder each value once."""
    known = secret_inputs(view.plan)
    found: list[Keyed] = []
    for artifact, file in view.compose:
        own = [f for service in file.services.values() for f in _of_service(artifact, service, known)]
        said = said_around(view.around, artifact.artifact)
        found += [(key, _mild(artifact, finding, said)) for key, finding in own] if view.foreign else own
    for made in view.objects:
        if made.template is not None:
            found += _of_pod(made)
    found += [hit for artifact in view.artifacts if "trust" in artifact.text for hit in _trusting(artifact)]
    yield from _once(found) if view.foreign else (finding for _, finding in found)


def _of_pod(made: KubeObject) -> Iterator[Keyed]:
    """Yield variables of a pod that open a store to everybody; a password by value is SEC006's business."""
    for container in made.containers():
        for entry in (as_map(e) for e in as_list(container.get("env"))):
            name, value = str(entry.get("name", "")), str(entry.get("value", ""))
            if value.lower() in _OPEN_VALUES.get(name, ()):
                yield (
                    f"{name}={value}",
                    DEFAULT.at(
                        made.spot,
                        f"{made.title} sets {name}={value}: everybody who reaches it may log in.",
                        line=entry.line_of("value") + made.shift,
                        quote=name,
                        hint="Ask for a password.",
                    ),
                )


# a line of pg_hba.conf, wherever it is written: who comes from that address needs no password
_HBA = re2.compile(r"^[^#]*\bhost(?:ssl|nossl|gssenc|nogssenc)?\s+(\S+)\s+(\S+)\s+([\w.:/-]+)(?:\s+[\d.]+)?\s+trust\b")
_OWN_HOST = ("127.", "::1", "localhost", "samehost")


def _trusting(artifact: ArtifactView) -> Iterator[Keyed]:
    """Yield the first line of a file that lets PostgreSQL trust other machines."""
    for number, line in enumerate(artifact.text.split("\n"), start=1):
        found = _HBA.search(line)
        if found is not None and not str(found.group(3)).startswith(_OWN_HOST):
            message = f"{artifact.model.path} lets everybody from {found.group(3)} into PostgreSQL without a password (trust)."
            yield "pg_hba trust", DEFAULT.at(artifact, message, line=number, quote=line.strip(), hint="Write scram-sha-256.")
            return


# image name (last part) -> the variables of which one must set the password, and what happens without
_NEEDS: dict[str, tuple[tuple[str, ...], str]] = {
    "grafana": (("GF_SECURITY_ADMIN_PASSWORD", "GF_SECURITY_ADMIN_PASSWORD__FILE"), "admin/admin"),
    "rabbitmq": (("RABBITMQ_DEFAULT_PASS", "RABBITMQ_DEFAULT_PASS_FILE", "RABBITMQ_CONFIG_FILE"), "guest/guest"),
    "minio": (("MINIO_ROOT_PASSWORD", "MINIO_ROOT_PASSWORD_FILE", "MINIO_SECRET_KEY", "MINIO_SECRET_KEY_FILE"), "minioadmin/minioadmin"),
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


# what a page says right before its file, or behind it
_TO_FILL = re2.compile(
    r"(?i)\b(?:change|replace|substitute|adjust|edit|update)\b[^.\n]{0,60}"
    r"\b(?:placeholder values?|placeholders|passwords?|secrets|credentials)\b"
)
_TO_CHANGE = re2.compile(r"(?i)(?:#|//|--)[^\n]*\b(?:change|replace|set)\b[^\n]{0,40}\b(?:passwords?|secrets?|credentials?)\b")


_REASON = re2.compile(r"(?i)\b(?:because|since|never exposed?|not exposed|unexposed|internal|only (?:for|on|in)|on purpose|trusted)\b")


def _reasoned(lines: list[str], number: int) -> bool:
    """Say whether a comment right above a line, or behind it, gives the reason why everybody may log in."""
    above = lines[number - 2] if number > 1 and lines[number - 2].lstrip().startswith("#") else ""
    own = lines[number - 1].partition(" #")[2] if 0 < number <= len(lines) else ""
    return bool(_REASON.search(above) or _REASON.search(own))


def _of_emulator(service: Service) -> bool:
    """Say whether a service is sent to a stand-in for a cloud by one of its variables."""
    return any(f"//{name}" in (value or "") for value, _ in service.environment.values() for name in _EMULATORS)


def _mild(artifact: ArtifactView, finding: Finding, said: str) -> Finding:
    """Return a finding of somebody else's file, as a warning where a comment beside the value tells the reader to change it.

    `said` is what its page says right before and behind it.
    """
    lines, line = artifact.text.split("\n"), finding.location.line or 0
    told = explained(lines, line) or (": everybody" in finding.message and _reasoned(lines, line))
    told = told or (artifact.nameless and bool(_TO_CHANGE.search(artifact.text)))
    told = told or ("sets none" not in finding.message and bool(_TO_FILL.search(said)))
    return finding.model_copy(update={"severity": "warning"}) if told else finding


def _once(found: list[Keyed]) -> Iterator[Finding]:
    """Yield the findings of a folder, those about one and the same value as one: who has it first, and who else."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for key, finding in found:
        groups.setdefault((key, finding.severity), []).append(finding)
    for first, *others in groups.values():
        elsewhere = [o.location for o in others if o.location.artifact != first.location.artifact]
        count = len(others) - len(elsewhere)
        more = f" {count} more use{'s' if count == 1 else ''} the same one in this file." if count else ""
        places = dict.fromkeys(f"{spot.artifact}:{spot.line}" for spot in elsewhere)
        yield also(first.model_copy(update={"message": first.message + more}), list(places))


def _of_service(artifact: ArtifactView, service: Service, known: frozenset[str]) -> Iterator[Keyed]:
    image = (service.image or "").partition("@")[0].rpartition(":")[0].rpartition("/")[2] or (service.image or "").rpartition("/")[2]
    names = set(service.environment)
    older = image == "influxdb" and _tag(service).startswith("1.")  # the variable is of the second line
    if image in _NEEDS and not older and not service.env_files and not names & set(_NEEDS[image][0]) and not service.names("secrets"):
        wanted, without = _NEEDS[image]
        message = f"{service.name} ({image}) sets none of {', '.join(wanted)}: it starts with {without}."
        hint = f"Set {wanted[0]} from a secret input."
        yield f"{image} without", DEFAULT.at(artifact, message, line=service.line, quote=service.image, hint=hint)
    local = image in _EMULATORS or _of_emulator(service)
    users = {_given(value) for name, (value, _) in service.environment.items() if value and name.endswith(("USER", "USERNAME"))}
    users = {user for user in users if user[:1].isalnum() and not user.lower().startswith(_ASKED)}
    for name, (value, line) in service.environment.items():
        if name in _OPEN_VALUES and (value or "").lower() in _OPEN_VALUES[name]:
            message = f"{service.name} sets {name}={value}: everybody on its network may log in."
            yield f"{name}={value}", DEFAULT.at(artifact, message, line=line, hint="Ask for a password.")
        elif value is None or local or not is_secret(name, known) or _unused(name, value):
            continue
        elif _weak(value) or _given(value) in users:
            what = "a well-known value" if _weak(value) else "its user's own name"
            message = f"{service.name} {'falls back to' if any(references(value)) else 'is given'} {what} for {name}."
            hint, fix = 'Write "${NAME:?set NAME}": no default for a secret.', _demanded(artifact, value, line)
            yield _given(value).lower(), DEFAULT.at(artifact, message, line=line, hint=hint, fix=fix)
    if "--api.insecure=true" in service.command_text or "--api.insecure " in service.command_text + " ":
        message = f"{service.name} serves its dashboard without a login (--api.insecure)."
        line, reached = _line_of(artifact, service, "--api.insecure"), any(port.target == "8080" for port in service.ports)
        reached = reached or service.text("network_mode") == "host"
        severity: Severity = "error" if reached else "warning"  # only its own network reaches it
        yield "--api.insecure", DEFAULT.at(artifact, message, line=line, hint="Leave it out.", severity=severity)


def _tag(service: Service) -> str:
    return (service.image or "").partition("@")[0].rpartition("/")[2].partition(":")[2]


def _line_of(artifact: ArtifactView, service: Service, option: str) -> int:
    """Return the line of a service's command on which an option stands."""
    start = service.at("command")
    lines = artifact.text.split("\n")
    return next((n for n in range(start, len(lines) + 1) if option in lines[n - 1]), start)


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


# `elasticpassword`, `password123`; what tells the reader to put one there is none
_WORDED = re2.compile(r"(?:[a-z]{2,14}[-_]?)?(?:password|passwd)[0-9]{0,4}")
_ASKED = ("your", "my", "the", "some", "change", "replace", "enter", "put", "insert", "example", "set", "new", "fill", "actual", "real")


def _weak(value: str) -> bool:
    given = _given(value).lower()
    return given in WEAK or (_WORDED.fullmatch(given) is not None and not given.startswith(_ASKED))


def _given(value: str) -> str:
    """Return the literal text that a value is or falls back to, empty when there is none."""
    for reference in references(value):
        return value.partition(reference.name + reference.operator)[2].partition("}")[0] if reference.operator in (":-", "-") else ""
    return value
