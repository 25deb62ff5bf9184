"""Find secrets written into pod specs and configuration files, where reading rights are wider than a secret's.

What:
    The environment of a pod takes a secret by reference (`valueFrom.secretKeyRef`), not by value. The configuration of Alertmanager,
    Prometheus and their kin takes it from a file (`smtp_auth_password_file`), not inline.

Why it matters in production:
    Whoever may read pods reads the password, and so do the audit log and every `kubectl describe` in a ticket. Alertmanager expands no
    variables: `${SMTP_PASSWORD}` is sent as it stands, and no alert leaves the house.

Example:
    env: [{name: PGPASSWORD, value: "${MASTER_PASSWORD}"}]

Instead:
    env: [{name: PGPASSWORD, valueFrom: {secretKeyRef: {name: db-master, key: password}}}]

When to ignore:
    When the value is no secret although its name says so: say what it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...core.findings import Finding
from ..yaml12 import Map, as_list, as_map
from ._rule import Rule
from ._view import KubeObject, PlanView
from ._view.items import ArtifactView
from ._view.secret_names import is_secret, secret_inputs

IN_POD = Rule("SEC006", "secret-in-manifest", "error", "A pod spec carries a secret by value.", foreign="error")
IN_FILE = Rule("SEC007", "secret-in-config-file", "error", "A monitoring configuration carries a secret inline.")
RULES = (IN_POD, IN_FILE)

_INLINE = {
    "smtp_auth_password": "smtp_auth_password_file",
    "auth_password": "auth_password_file",
    "slack_api_url": "slack_api_url_file",
    "opsgenie_api_key": "opsgenie_api_key_file",
    "victorops_api_key": "victorops_api_key_file",
    "service_key": "service_key_file",
    "routing_key": "routing_key_file",
    "bot_token": "bot_token_file",
    "bearer_token": "authorization.credentials_file",
    "credentials": "credentials_file",
    "password": "password_file",
}


def check(view: PlanView) -> Iterator[Finding]:
    """Yield secrets by value."""
    known = secret_inputs(view.plan)
    for made in view.objects:
        if made.template is not None:
            yield from _pod(made, known, view.foreign)
    for artifact in view.of_kind("alertmanager", "prometheus"):
        yield from _config(artifact)


def _pod(made: KubeObject, known: frozenset[str], foreign: bool) -> Iterator[Finding]:
    for container in made.containers():
        held = {name: line for name, line, filled in _held(container, known) if not (foreign and filled)}
        secret = [name for name in held if not name.endswith(_PUBLIC_HALF)]
        if secret:  # the name that goes with a key is told with it
            yield _in_pod(made, ", ".join(secret), held[secret[0]])
        if _by_shell(container):
            continue
        for key in ("args", "command"):
            for text, line in zip(as_list(container.get(key)), getattr(container.get(key), "lines", []), strict=False):
                names = [n for n in _variables(str(text)) if is_secret(n, known)]
                if names:
                    yield _in_pod(made, names[0], line)


# the half of a pair that is a name
_PUBLIC_HALF = ("ACCESS_KEY", "ACCESSKEY")
_SWITCHES = frozenset("yes no true false on off 0 1 none dummy xyz xxx todo tbd placeholder".split())  # switches, and no values yet


def _held(container: Map, known: frozenset[str]) -> Iterator[tuple[str, int, bool]]:
    """Yield (name, line, whether something fills in a variable) of the variables of a container that hold a secret by value."""
    for entry in (as_map(e) for e in as_list(container.get("env"))):
        name, value = entry.get("name"), entry.get("value")
        if isinstance(name, str) and value not in (None, "") and not isinstance(value, bool) and _by_value(name, value, known):
            yield name, entry.line_of("value"), str(value).lstrip("\"'").startswith("$")


def _by_shell(container: Map) -> bool:
    """Say whether the container's own shell fills in what stands in its arguments, from an environment that holds references."""
    words = [str(w).rpartition("/")[2] for key in ("command", "args") for w in as_list(container.get(key))[:2]]
    return bool(set(words) & {"sh", "bash", "ash", "dash", "zsh"}) and bool(container.get("envFrom") or container.get("env"))


def _by_value(name: str, value: object, known: frozenset[str]) -> bool:
    """Say whether a value is a secret itself: no switch, and no `$(NAME)`, which the kubelet puts together from another variable."""
    return is_secret(name, known) and not str(value).startswith("$(") and str(value).lower() not in _SWITCHES and str(value)[0] not in "<["


def _variables(text: str) -> Iterator[str]:
    for part in text.split("${")[1:]:
        name = part.partition("}")[0].partition(":")[0]
        if name.replace("_", "a").isalnum():
            yield name


def _in_pod(made: KubeObject, name: str, line: int) -> Finding:
    return IN_POD.at(
        made.spot,
        f"{made.title} carries {name} by value: whoever may read pods reads it, and the audit log keeps it.",
        line=line + made.shift,
        quote=name.partition(",")[0],
        hint="Take it from a Secret: valueFrom.secretKeyRef.",
    )


def _config(artifact: ArtifactView) -> Iterator[Finding]:
    stack: list[tuple[Any, int]] = [(artifact.root, 0)]
    while stack:
        current, depth = stack.pop()
        if isinstance(current, Map) and depth < 30:
            for key, value in current.items():
                if key in _INLINE and isinstance(value, str) and value:
                    yield IN_FILE.at(
                        artifact,
                        f"{artifact.model.path} carries {key} inline; the program expands no variables, and the file is read by many.",
                        line=current.line_of(key),
                        quote=key,
                        hint=f"Use {_INLINE[key]} with a file that only the program may read.",
                    )
                else:
                    stack.append((value, depth + 1))
        elif isinstance(current, list):
            stack.extend((item, depth + 1) for item in current)
