"""Link systemd units: units that others wait for, users and programs that they name, timers that nobody starts.

What:
    A unit that another one of the plan requires, waits for or triggers is in the plan or belongs to the system. A unit's program is one
    that the host has. A timer that is enabled is also started.

Why it matters in production:
    `Requires=app-secrets.service` on a unit that does not exist keeps the whole application down after the first reboot. A timer with
    `Unit=` misspelt never runs a backup, and `systemctl enable` without `--now` runs the first one after the next reboot.

Example:
    [Timer]
    OnCalendar=daily
    Unit=shop-dump.service          # the file is called shop-backup.service

Instead:
    Unit=shop-backup.service

When to ignore:
    When a package of the host brings the unit: name the package.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ._rule import Rule
from ._view import PlanView
from ._view.items import ArtifactView

MISSING = Rule("LNK113", "unit-missing", "error", "A unit waits for, or triggers, a unit that is not there.")
PROGRAM = Rule("VAL043", "unit-program-missing", "error", "A unit starts a program that the host does not have under that path.")
LATER = Rule("VAL044", "timer-not-started", "error", "A timer is enabled and not started: it waits for the next reboot.")
RULES = (MISSING, PROGRAM, LATER)

_NAMES = re2.compile(r"(?m)^(Requires|Wants|BindsTo|Requisite|After|Unit|PartOf)=(.+)$")
_SYSTEM = re2.compile(
    r"^(?:docker|podman|containerd|network\S*|nss-lookup|systemd-\S+|dbus|ssh|sshd|postgresql\S*|mysql|mariadb|redis\S*|nginx|caddy|cron|chrony\S*"
    r"|time-sync|local-fs|remote-fs|multi-user|basic|sysinit|default|timers|nomad|consul|vault|kubelet|k3s\S*|tailscaled|cloud-\S+|syslog"
    r"|rsyslog|firewalld|ufw|haproxy|memcached|rabbitmq-server|mongod|elasticsearch|prometheus\S*|grafana\S*|graphical|shutdown|rescue)"
    r"(?:@\S*)?\.(?:service|target|socket|mount)$"
)
_STARTS = re2.compile(r"(?m)^Exec(?:Start|StartPre|Stop)=[-@:+!]*(\S+)")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield units that lead nowhere, and timers that sleep."""
    units = view.of_kind("systemd")
    names = {a.installed.rpartition("/")[2] for a in units} | {a.model.path.rpartition("/")[2] for a in units}
    mentioned = " ".join(s.text for s in view.scripts if "<<" in s.text or ".service" in s.text)
    for artifact in units:
        yield from _waits(artifact, names, mentioned)
        yield from _programs(view, artifact)
    yield from _enabled(view)


def _waits(artifact: ArtifactView, names: set[str], mentioned: str) -> Iterator[Finding]:
    told: set[str] = set()
    for match in _NAMES.finditer(artifact.text):
        for name in str(match.group(2)).split():
            own = name.startswith(("-", "%")) or "%" in name or "." not in name or name in told
            if own or name in names or _SYSTEM.match(name) or f"/{name}" in mentioned:
                continue
            if match.group(1) in ("After", "Wants", "PartOf") and not name.endswith(".service"):
                continue
            told.add(name)
            yield MISSING.at(
                artifact,
                f"{match.group(1)}={name}: no file of the plan is that unit, and the system has none of that name.",
                line=artifact.text.count("\n", 0, match.start()) + 1,
                quote=str(match.group(0)),
                hint="Add the unit, or name the one that is there.",
            )


def _programs(view: PlanView, artifact: ArtifactView) -> Iterator[Finding]:
    """The old docker-compose program, where the host is given the plugin."""
    plugin = any("docker-compose-plugin" in s.text or "docker compose " in s.text for s in view.scripts)
    brought = any("docker-compose-linux" in s.text or "install docker-compose " in s.text + " " for s in view.scripts)
    for match in _STARTS.finditer(artifact.text):
        if str(match.group(1)).endswith("/docker-compose") and plugin and not brought:
            yield PROGRAM.at(
                artifact,
                f"{match.group(1)} is the old program; the host is given the plugin (docker compose).",
                line=artifact.text.count("\n", 0, match.start()) + 1,
                quote=str(match.group(0)),
                hint="/usr/bin/docker compose …",
            )
            return


def _enabled(view: PlanView) -> Iterator[Finding]:
    started = {
        w
        for script in view.scripts
        for call in script.calls
        if call.name == "systemctl" and ({"start", "restart"} & set(call.texts) or "--now" in call.texts or "reboot" in call.texts)
        for w in call.texts
    }
    rebooted = any(call.name in ("reboot", "shutdown") for script in view.scripts for call in script.calls)
    for script in view.scripts:
        for call in script.calls:
            if call.name != "systemctl" or "enable" not in call.texts or "--now" in call.texts or rebooted:
                continue
            for name in call.texts:
                if name.endswith(".timer") and name not in started:
                    yield LATER.at(
                        script,
                        f"{name} is enabled and not started: it first runs after a reboot.",
                        line=call.line,
                        quote=" ".join(call.texts),
                        hint="systemctl enable --now",
                    )
