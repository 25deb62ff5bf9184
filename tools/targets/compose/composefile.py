"""Write the Compose files from the blueprint: the only place that knows Compose's own keys."""

from __future__ import annotations

import re
from typing import Any

import yaml

from ....core.blueprint import FILES, Blueprint, Component, Mount, Stack, Store
from .state import kind_of, owners
from .stores import run_as

_INPUT = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")  # over our own templates, never over repository text


class _Dumper(yaml.SafeDumper):
    """Indent list items under their key and write short scalars plainly, as people write Compose files."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


FLOW_WIDTH = 90


def _list(dumper: _Dumper, data: list[Any]) -> yaml.Node:
    """Write a list of short scalars on one line, any other one item a line."""
    short = all(isinstance(v, str | int) and "\n" not in str(v) for v in data) and sum(len(str(v)) + 4 for v in data) < FLOW_WIDTH
    return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=short)


_Dumper.add_representer(list, _list)


def compose_text(blueprint: Blueprint, stack: Stack = "main", extra: dict[str, dict[str, Any]] | None = None) -> str:
    """Return the Compose file of one stack; `extra` adds or replaces keys of single services (mounts of the monitoring stack)."""
    services = {c.name: _service(blueprint, c) | (extra or {}).get(c.name, {}) for c in blueprint.components if c.stack == stack}
    name = blueprint.app if stack == "main" else f"{blueprint.app}-monitoring"
    networks: dict[str, Any]
    if stack == "main":
        networks = {"data": {"internal": True}, "edge": {}}
        volumes: dict[str, dict[str, Any]] = {v: {} for v in blueprint.volumes}
    else:
        networks = {"monitoring": {}} | {n: {"external": True, "name": f"{blueprint.app}_{n}"} for n in blueprint.networks}
        named = sorted({str(m).split(":")[0] for s in services.values() for m in s.get("volumes", []) if not str(m).startswith((".", "/"))})
        volumes = {v: {"external": True, "name": f"{blueprint.app}_{v}"} if v in blueprint.volumes else {} for v in named}
    head = _HEAD[stack].format(app=blueprint.app, release=blueprint.release)
    parts = [head, _dump({"name": name}), "services:\n"]
    parts += [f"  # {c.title}\n" + _indent(_dump({c.name: services[c.name]})) for c in blueprint.components if c.stack == stack]
    parts.append(_dump({"networks": networks}))
    if volumes:
        parts.append(_dump({"volumes": volumes}))
    return "".join(parts)


_HEAD: dict[Stack, str] = {
    "main": (
        "# Every container of {app}. Values in ${{NAME}} form come from the .env file beside this one (scripts/write-env.sh makes it).\n"
    ),
    "monitoring": "# The monitoring stack of {app}: a project of its own, so that its outage never stops the application.\n",
}


def _dump(value: Any) -> str:
    return str(yaml.dump(value, Dumper=_Dumper, sort_keys=False, width=150, allow_unicode=True, default_flow_style=False))


def _indent(text: str) -> str:
    return "".join(f"  {line}\n" if line else "\n" for line in text.splitlines())


def _service(blueprint: Blueprint, c: Component) -> dict[str, Any]:
    """Return one Compose service; keys without a value are left out."""
    log = {"max-size": f"{blueprint.objective('log_max_size_mb').value:g}m", "max-file": f"{blueprint.objective('log_max_files').value:g}"}
    entry: dict[str, Any] = {
        "image": image_of(blueprint, c),
        "hostname": c.name if c.kind == "broker" else None,  # RabbitMQ names its data folder after the host
        "profiles": ["ops"] if c.kind in ("migrate", "job") else None,
        "entrypoint": _escaped(c.entrypoint) or (None if c.own_entrypoint else []),
        "command": _escaped(c.command) or None,
        "environment": environment_of(blueprint, c) or None,
        "user": c.user,
        "read_only": c.read_only or None,
        "cap_drop": ["ALL"],
        "cap_add": list(c.cap_add) or None,
        "security_opt": ["no-new-privileges:true"],
        "ports": list(c.published) or None,
        "networks": list(c.networks),
        "volumes": [_volume(m) for m in c.mounts if m.kind != "tmpfs"] or None,
        "tmpfs": [m.target + (f":{m.options}" if m.options else "") for m in c.mounts if m.kind == "tmpfs"] or None,
        "depends_on": {name: {"condition": condition} for name, condition in c.depends_on.items()} or None,
        "healthcheck": _health(c),
        "deploy": {"resources": {"limits": {"cpus": f"{c.limits.cpus:g}", "memory": f"{c.limits.memory_mb}M", "pids": c.limits.pids}}},
        "stop_grace_period": f"{c.stop_grace_s}s",
        "restart": c.restart,
        "logging": {"driver": "json-file", "options": log},
    }
    return {key: value for key, value in entry.items() if value is not None}


def _escaped(argv: tuple[str, ...]) -> list[str]:
    """Return a command with its dollar signs doubled: Compose would fill them in itself, and the container's shell is meant to."""
    return [word.replace("$", "$$") for word in argv]


def patience(blueprint: Blueprint) -> int:
    """Return the seconds that a start may take until all is healthy: the slowest probe's patience in full minutes, three at least."""
    longest = [
        c.probe.start_period_s + c.probe.retries * (c.probe.interval_s + c.probe.timeout_s)
        for c in blueprint.components
        if c.stack == "main" and c.probe
    ]
    return max(180, -(-max(longest, default=0) // 60) * 60)


def image_of(blueprint: Blueprint, c: Component) -> str:
    """Return the image reference of a component; an image built here takes its tag from APP_RELEASE so that a rollback is one variable."""
    if c.build is None:
        return c.image.ref
    name, _, tag = c.image.ref.rpartition(":")
    return f"{name}:${{APP_RELEASE:-{tag}}}"


def _volume(mount: Mount) -> str:
    source = mount.source if mount.kind == "volume" else f"./{mount.source}"
    return f"{source}:{mount.target}" + (":ro" if mount.read_only else "")


def _health(c: Component) -> dict[str, Any] | None:
    if c.probe is None:
        return None
    p = c.probe
    return {
        "test": _escaped(p.test),
        "interval": f"{p.interval_s}s",
        "timeout": f"{p.timeout_s}s",
        "retries": p.retries,
        "start_period": f"{p.start_period_s}s",
    }


def environment_of(blueprint: Blueprint, c: Component) -> dict[str, str]:
    """Return the environment of a component in Compose's own interpolation form."""
    if c.kind in ("datastore", "broker"):
        return _store_environment(_store(blueprint, c.name), c)
    if c.kind == "backup":
        store = blueprint.saved_by(c)
        values = _values(store, c)
        keep = {
            "BACKUP_KEEP_DAYS": "backup_keep_days",
            "BACKUP_HOUR_UTC": "backup_hour_utc",
            "BACKUP_MAX_AGE_HOURS": "backup_max_age_hours",
        }
        reaching = {k: v.format(**values) if "${" not in v else v for k, v in kind_of(store).client_environment.items()}
        return reaching | _owners(blueprint, store) | {
            name: f"{blueprint.objective(o).value:g}" for name, o in keep.items()
        }
    required = {i.name for i in blueprint.inputs if i.required or i.default is not None or i.generate}
    bound: dict[str, str] = {}
    for binding in blueprint.env:
        if c.name in binding.components and binding.source != "unset" and binding.value is not None:
            bound[binding.name] = _interpolated(binding.source, binding.value, required)
    return bound


def _owners(blueprint: Blueprint, store: Store) -> dict[str, str]:
    known = owners(blueprint) if store.kind == FILES else ""
    return {"STATE_OWNERS": known} if known else {}


def _interpolated(source: str, value: str, required: set[str]) -> str:
    if source in ("input", "secret"):
        return f"${{{value}:?set by write-env.sh}}" if value in required else f"${{{value}:-}}"
    if source == "literal":
        return value.replace("$", "$$")
    return _INPUT.sub(lambda m: f"${{{m[1]}:?set by write-env.sh}}", value)


def _store(blueprint: Blueprint, name: str) -> Store:
    return next(s for s in blueprint.stores if s.component == name)


def _values(store: Store, c: Component) -> dict[str, str]:
    major = c.image.ref.rpartition(":")[2].split("-")[0].split(".")[0]
    return {"user": store.user or "", "database": store.database or "", "host": store.component, "port": str(store.port), "major": major}


def _store_environment(store: Store, c: Component) -> dict[str, str]:
    kind, values = run_as(store), _values(store, c)
    merged = dict(kind.environment)
    for since, more in kind.environment_since:
        if values["major"].isdigit() and int(values["major"]) >= since:
            merged |= more
    return {k: v if "${" in v else v.format(**values) for k, v in merged.items()}
