"""Read systemd units: sections and `Key=Value` lines, and what a unit must have."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from ._model import Item, Problem, Verdict, Workspace, verdict

TOOL = "systemd unit syntax"
KINDS = ("systemd",)
OUTSIDE = False
INSTALL = "comes with deploybook"
_SECTIONS = frozenset(
    "Unit Install Service Timer Socket Mount Automount Path Swap Slice Scope Container Volume Network Kube Pod Image Build".split()
)


def available() -> bool:
    """Say that the parser is always there."""
    return True


def validate(items: Sequence[Item], workspace: Workspace) -> list[Verdict]:
    """Return a verdict for each unit."""
    return [verdict(list(_problems(item)), good="syntax-only") for item in items]


def _problems(item: Item) -> Iterator[Problem]:
    section = ""
    seen: list[str] = []
    continued = False
    for number, raw in enumerate(item.text.split("\n"), start=1):
        line = raw.strip()
        if continued:
            continued = line.endswith("\\")
            continue
        if not line or line.startswith(("#", ";")):
            continue
        if line.startswith("["):
            section = line.strip("[]")
            seen.append(section)
            if not line.endswith("]") or (section not in _SECTIONS and not section.startswith("X-")):
                yield Problem(number, f"no such section: {line}")
            continue
        key, equals, value = line.partition("=")
        if not equals or not key.strip().isalnum():
            yield Problem(number, f"no Key=Value line: {line[:60]}")
        elif not section:
            yield Problem(number, "a setting stands before the first section")
        elif (
            section == "Service"
            and key.strip() in ("ExecStart", "ExecStop", "ExecReload", "ExecStartPre")
            and value
            and not _absolute(value)
        ):
            yield Problem(number, f"{key.strip()} needs an absolute path: {value[:60]}")
        else:
            yield from _spelt(number, section, key.strip(), value.strip())
        continued = line.endswith("\\")
    if item.path.endswith(".service") and "Service" not in seen and not item.path.partition("@")[2].startswith(".service.d"):
        yield Problem(1, "a service without a [Service] section")


# the settings that units of services mostly hold; one that is nearly one of them is a slip, any other is left alone
_SETTINGS = tuple(
    "Description Documentation Requires Requisite Wants BindsTo PartOf Upholds Conflicts Before After OnFailure OnSuccess"
    " StartLimitIntervalSec StartLimitBurst StartLimitAction ConditionPathExists AssertPathExists RequiresMountsFor DefaultDependencies"
    " WantedBy RequiredBy Alias Also Type ExecStart ExecStartPre ExecStartPost ExecStop ExecStopPost ExecReload ExecCondition Restart"
    " RestartSec TimeoutStartSec TimeoutStopSec TimeoutSec RuntimeMaxSec RemainAfterExit PIDFile User Group WorkingDirectory Environment"
    " EnvironmentFile UMask Nice LimitNOFILE LimitNPROC KillMode KillSignal SuccessExitStatus StandardOutput StandardError StandardInput"
    " SyslogIdentifier RuntimeDirectory StateDirectory CacheDirectory LogsDirectory ConfigurationDirectory DynamicUser NoNewPrivileges"
    " PrivateTmp PrivateDevices PrivateNetwork ProtectSystem ProtectHome ProtectKernelTunables ProtectKernelModules ProtectControlGroups"
    " ReadWritePaths ReadOnlyPaths InaccessiblePaths CapabilityBoundingSet AmbientCapabilities SystemCallFilter RestrictAddressFamilies"
    " MemoryMax MemoryHigh CPUQuota TasksMax IOWeight Slice LoadCredential LoadCredentialEncrypted WatchdogSec NotifyAccess OOMScoreAdjust"
    " OnCalendar OnBootSec OnStartupSec OnUnitActiveSec OnUnitInactiveSec OnActiveSec AccuracySec RandomizedDelaySec Persistent Unit"
    " WakeSystem ListenStream ListenDatagram Accept SocketMode SocketUser SocketGroup FileDescriptorName What Where Options".split()
)
_DAYS = frozenset("mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday".split())
_NAMED = frozenset("minutely hourly daily monthly weekly yearly annually quarterly semiannually".split())
_CALENDAR_ZONES = frozenset({"utc", "gmt"})


def _spelt(number: int, section: str, key: str, value: str) -> Iterator[Problem]:
    if section not in _SECTIONS or section in ("Container", "Volume", "Network", "Kube", "Pod", "Image", "Build"):
        return
    if key not in _SETTINGS:
        near = difflib.get_close_matches(key, _SETTINGS, n=1, cutoff=0.88)
        if near and near[0].lower() != key.lower().removesuffix("s"):
            yield Problem(number, f"no such setting: {key} (meant is {near[0]}); systemd ignores the line")
    elif key == "OnCalendar" and value:
        words = [w for part in value.split() for w in part.replace("..", ",").replace("-", ",").split(",") if w.isalpha()]
        wrong = [w for w in words[:7] if w.lower() not in (*_DAYS, *_NAMED, *_CALENDAR_ZONES) and "/" not in value.partition(w)[2][:1]]
        if wrong and not ("/" in value and value.split()[-1].count("/") == 1 and value.split()[-1][0].isalpha()):
            yield Problem(number, f"no day and no named time: {wrong[0]}")


def _absolute(value: str) -> bool:
    return value.strip().lstrip("-@:+!|").startswith(("/", "%", "$"))
