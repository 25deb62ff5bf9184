"""Tell what a program call does to the world: reads, creates, changes or destroys, by a table of well-known command lines."""

from __future__ import annotations

from typing import Literal

import re2

from .invocations import Invocation

Effect = Literal["read", "create", "mutate", "destroy"]
_ORDER: tuple[Effect, ...] = ("read", "create", "mutate", "destroy")

_DOCKER_DESTROY = frozenset(
    {"volume rm", "volume prune", "system prune", "secret rm", "config rm", "stack rm", "service rm", "swarm leave"}
)
_DOCKER_MUTATE = frozenset(
    {
        "compose up",
        "compose start",
        "compose stop",
        "compose restart",
        "compose rm",
        "compose kill",
        "compose scale",
        "compose create",
        "compose down",
        "run",
        "rm",
        "stop",
        "kill",
        "restart",
        "start",
        "push",
        "compose push",
        "stack deploy",
        "service create",
        "service update",
        "service scale",
        "service rollback",
        "network rm",
        "image rm",
        "rmi",
        "image prune",
        "builder prune",
        "buildx prune",
        "container rm",
        "container prune",
        "network prune",
        "swarm init",
        "swarm join",
        "node update",
        "compose watch",
        "update",
    }
)
_DOCKER_CREATE = frozenset(
    {
        "build",
        "compose build",
        "pull",
        "compose pull",
        "tag",
        "volume create",
        "network create",
        "secret create",
        "config create",
        "save",
        "load",
        "login",
        "image tag",
    }
)
_SQL_DESTROY = re2.compile(
    r"(?i)\b(?:drop\s+(?:database|table|schema|role|user|index|column|owned)|truncate\s+\w|delete\s+from\s+[\w.\"]+\s*(?:;|$)|flushall|flushdb)\b"
)
_SQL_DATABASE = re2.compile(r"(?i)\b(?:drop\s+(?:database|schema|table)|truncate\s+\w|flushall)\b")
_SQL_MUTATE = re2.compile(
    r"(?i)\b(?:create\s+(?:database|table|role|user|extension|index|schema)|alter\s+(?:database|table|role|user|system)|grant\s|revoke\s|insert\s+into|update\s+\w+\s+set|vacuum|reindex|analyze\s)"
)
_SYSTEMCTL_MUTATE = frozenset(
    "start stop restart reload enable disable mask unmask daemon-reload isolate reboot poweroff kill try-restart reload-or-restart".split()
)
_KUBECTL: dict[str, Effect] = {
    "apply": "mutate",
    "create": "create",
    "delete": "destroy",
    "scale": "mutate",
    "set": "mutate",
    "patch": "mutate",
    "replace": "mutate",
    "drain": "mutate",
    "cordon": "mutate",
    "uncordon": "mutate",
    "label": "mutate",
    "annotate": "mutate",
    "edit": "mutate",
    "expose": "create",
    "run": "create",
    "autoscale": "mutate",
    "taint": "mutate",
}
_MIGRATORS = re2.compile(
    r"(?:\balembic\b.*\b(?:upgrade|downgrade|stamp)\b|\bmanage\.py\s+migrate\b|\bprisma\s+(?:migrate\s+(?:deploy|resolve)|db\s+push)\b|\b(?:flyway|liquibase)\b.*\b(?:migrate|update)\b"
    r"|\bdb:(?:migrate|rollback|seed)\b|\bknex\s+migrate:(?:latest|rollback|up|down)|\bmigration:(?:run|revert)\b|\bgoose\b.*\b(?:up|down)\b|\bflask\s+db\s+(?:upgrade|downgrade)\b|\bdrizzle-kit\s+(?:push|migrate)\b)"
)
_BACKWARDS = re2.compile(r"\b(?:alembic\b.*\bdowngrade|db:rollback|migrate:(?:rollback|down)|migration:revert|db downgrade)\b")
_SERVERS = frozenset({"psql", "mysql", "mariadb", "mongosh", "mongo", "redis-cli", "valkey-cli", "sqlite3", "clickhouse-client"})
_MUTATING: dict[str, Effect] = {
    "apt-get": "mutate",
    "apt": "mutate",
    "dnf": "mutate",
    "yum": "mutate",
    "apk": "mutate",
    "useradd": "create",
    "adduser": "create",
    "usermod": "mutate",
    "userdel": "destroy",
    "groupadd": "create",
    "ufw": "mutate",
    "iptables": "mutate",
    "nft": "mutate",
    "sysctl": "mutate",
    "certbot": "mutate",
    "createdb": "create",
    "dropdb": "destroy",
    "createuser": "create",
    "dropuser": "destroy",
    "pg_restore": "mutate",
    "mysqladmin": "mutate",
    "mkfs": "destroy",
    "wipefs": "destroy",
    "fdisk": "destroy",
    "parted": "destroy",
    "reboot": "mutate",
    "shutdown": "mutate",
    "crontab": "mutate",
    "loginctl": "mutate",
    "swapon": "mutate",
    "mount": "mutate",
    "umount": "mutate",
    "restic": "mutate",
    "hostnamectl": "mutate",
    "timedatectl": "mutate",
}
_READ_ARGUMENTS = {
    "apt-get": frozenset({"update", "download", "changelog", "indextargets"}),
    "apt": frozenset({"update", "list", "show", "policy", "search"}),
    "dnf": frozenset({"info", "list", "check-update", "search"}),
    "yum": frozenset({"info", "list"}),
    "ufw": frozenset({"status", "show", "version"}),
    "iptables": frozenset({"-L", "-S", "-nL"}),
    "nft": frozenset({"list", "-c", "-a"}),
    "crontab": frozenset({"-l"}),
    "restic": frozenset({"snapshots", "check", "stats", "ls"}),
    "mysqladmin": frozenset({"ping", "status", "version", "processlist"}),
    "certbot": frozenset({"certificates", "--version"}),
    "timedatectl": frozenset({"status", "show"}),
    "hostnamectl": frozenset({"status"}),
    "pg_restore": frozenset({"--list", "-l", "--version"}),
    "apk": frozenset({"info", "search"}),
    "loginctl": frozenset({"show-user", "list-users"}),
    "mount": frozenset(),
}


def migrates(call: Invocation) -> bool:
    """Say whether a call runs a migration tool."""
    return bool(_MIGRATORS.search(" ".join(call.texts)))


def migrating(line: str) -> bool:
    """Say whether a command line is a migration."""
    return bool(_MIGRATORS.search(line))


def destroys_data(call: Invocation) -> bool:
    """Say whether a call deletes volumes or whole databases."""
    if call.docker is not None:
        removing = call.docker.verb in ("compose down", "compose rm", "rm") and call.docker.arguments.has("-v", "--volumes")
        return removing or call.docker.verb in ("volume rm", "volume prune")
    if call.name in ("terraform", "tofu"):
        return effect(call) == "destroy"
    bodies = [r.heredoc or "" for r in call.statement.redirects]
    return call.name == "dropdb" or (call.name in _SERVERS and bool(_SQL_DATABASE.search("\n".join([" ".join(call.texts), *bodies]))))


def worst(effects: list[Effect]) -> Effect:
    """Return the gravest of the effects, `read` for none."""
    return max(effects, key=_ORDER.index, default="read")


def effect(call: Invocation) -> Effect:
    """Return what a call does; a program that the table does not know counts as reading."""
    if call.docker is not None:
        return _docker(call)
    texts = call.texts
    line = " ".join(texts)
    if _MIGRATORS.search(line):
        return "destroy" if _BACKWARDS.search(line) else "mutate"
    if call.where == "container" and "restore" in texts and any(t.endswith(".sh") for t in texts):
        return "destroy"  # what was written since the backup is gone
    if call.name in _SERVERS:
        return _sql(call, line)
    if call.name == "rm":
        return _rm(call)
    if call.name == "systemctl":
        verb = next((t for t in texts[1:] if not t.startswith("-")), "")
        return "mutate" if verb in _SYSTEMCTL_MUTATE else "read"
    if call.name in ("kubectl", "oc"):
        return _kubectl(call)
    if call.name in ("helm", "terraform", "tofu", "ansible-playbook"):
        return _tool(call)
    if call.name.partition(".")[0] in _MUTATING:
        name = call.name.partition(".")[0]
        first = next((t for t in texts[1:] if not t.startswith("-") or t in _READ_ARGUMENTS.get(name, ())), "")
        options = {t for t in texts[1:] if t.startswith("-")}
        known = _READ_ARGUMENTS.get(name, frozenset())
        return "read" if first in known or options & known or (not call.args and name in ("mount", "crontab")) else _MUTATING[name]
    if call.name == "dd" and any(t.startswith("of=/dev/") and t != "of=/dev/null" for t in texts):
        return "destroy"
    return "read"


def _docker(call: Invocation) -> Effect:
    docker = call.docker
    if docker is None:
        return "read"
    verb, arguments = docker.verb, docker.arguments
    if arguments.has("--dry-run", "--help"):
        return "read"
    if verb == "compose down" and arguments.has("-v", "--volumes"):
        return "destroy"
    if verb == "compose rm" and arguments.has("-v", "--volumes"):
        return "destroy"
    if verb == "system prune" and not arguments.has("--volumes"):
        return "mutate"
    if verb == "rm" and arguments.has("-v", "--volumes"):
        return "destroy"
    if verb in _DOCKER_DESTROY:
        return "destroy"
    if verb == "run" and arguments.has("--rm"):
        return "read"
    if verb in _DOCKER_MUTATE:
        return "mutate"
    return "create" if verb in _DOCKER_CREATE else "read"


def _sql(call: Invocation, line: str) -> Effect:
    bodies = [r.heredoc for r in call.statement.redirects if r.heredoc]
    text = "\n".join([line, *bodies])
    if _SQL_DESTROY.search(text):
        return "destroy"
    return "mutate" if _SQL_MUTATE.search(text) else "read"


def _rm(call: Invocation) -> Effect:
    arguments = call.split()
    recursive = arguments.has("-r", "-R", "--recursive")
    targets = [w.template for w in arguments.positionals]
    if not recursive or all("tmp" in t.lower() or "cache" in t.lower() or "/var/lib/apt/lists" in t for t in targets):
        return "mutate" if recursive else "create"
    return "destroy"


def _kubectl(call: Invocation) -> Effect:
    words = [t for t in call.texts[1:] if not t.startswith("-")]
    verb = words[0] if words else ""
    if any(t.startswith("--dry-run") and t != "--dry-run=none" for t in call.texts):
        return "read"
    if verb == "rollout":
        return "read" if len(words) > 1 and words[1] in ("status", "history") else "mutate"
    return _KUBECTL.get(verb, "read")


def _tool(call: Invocation) -> Effect:
    words = [t for t in call.texts[1:] if not t.startswith("-")]
    verb = words[0] if words else ""
    if call.name == "ansible-playbook":
        return "read" if any(t in ("--check", "--syntax-check", "--list-tasks") for t in call.texts) else "mutate"
    if call.name == "helm":
        return {"install": "create", "upgrade": "mutate", "uninstall": "destroy", "delete": "destroy", "rollback": "mutate"}.get(
            verb, "read"
        )  # type: ignore[return-value]
    if verb == "destroy" or (verb == "apply" and "-destroy" in call.texts):
        return "destroy"
    return (
        "mutate"
        if verb in ("apply", "import", "taint", "untaint") or (verb == "state" and len(words) > 1 and words[1] in ("rm", "mv", "push"))
        else "read"
    )
