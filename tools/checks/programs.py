"""Check that every program a command starts is there: on the host, by the table of tools, or brought by an earlier step.

What:
    The first word of each command that runs on the host is a POSIX or systemd basic, a script of the plan, a function, or a tool that the
    plan declares (`needs: tool:…`, the table of tools) or installs.

Why it matters in production:
    `kustomize` is on the author's laptop and not on the jump host. The engineer finds out in the middle of the rollout.

Example:
    kustomize build k8s | kubectl apply -f -        # only kubectl is in the table of tools

Instead:
    kubectl kustomize k8s | kubectl apply -f -

When to ignore:
    When an image or configuration management brings the tool to every host: name it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._link.modes import parents
from ._link.packages import BROUGHT_BY
from ._link.refs import BASE_TOOLS
from ._rule import Rule
from ._view import PlanView
from ._view.invocations import Invocation
from ._view.words import Word

UNDECLARED = Rule(
    "LNK041",
    "tool-undeclared",
    "error",
    "A command starts a program that no table of tools and no step brings.",
    confidence="medium",
    foreign="warning",
)
RULES = (UNDECLARED,)

_INSTALLERS = {
    "apt-get": "install",
    "apt": "install",
    "dnf": "install",
    "yum": "install",
    "apk": "add",
    "brew": "install",
    "snap": "install",
    "pip": "install",
    "pip3": "install",
    "npm": "install",
    "pipx": "install",
    "zypper": "install",
}
_CONSTRUCTED = frozenset({"true", "false", "[", "[[", "((", "time", "do", "done", "then"})


def check(view: PlanView) -> Iterator[Finding]:
    """Yield programs that are not there."""
    declared = _declared(view)
    reported: set[str] = set()
    on_host = _on_host(view)
    for script in view.scripts:
        if script.label in ("generate", "diagnose", "workflow"):
            continue
        functions = set(script.script.functions)
        for call in script.calls:
            if call.where == "here" and (script.label != "artifact" or script.artifact in on_host):
                name = call.name
                if name not in reported and name not in functions and name not in declared and _named(name, call):
                    reported.add(name)
                    yield UNDECLARED.at(
                        script,
                        f"{name} is started, and no table of tools, need or installation brings it.",
                        line=call.line,
                        quote=" ".join(call.texts),
                        hint=f"Add tool:{name} to the step's needs and to the prerequisites, or install it.",
                    )


def _on_host(view: PlanView) -> frozenset[str]:
    """Return the script artifacts that run on the host: a step starts them and no service mounts them."""
    mounted = {
        file.resolve(m.source) for _, file in view.compose for service in file.services.values() for m in service.mounts if m.kind == "bind"
    }
    started = {name.rpartition("/")[2] for step in view.steps if step.shell for call in step.calls for name in call.texts}
    found = set()
    for artifact in view.of_kind("shell"):
        path = artifact.installed
        inside = path in mounted or any(above in mounted for above in parents(path))
        if not inside and path.rpartition("/")[2] in started:
            found.add(artifact.artifact)
    return frozenset(found)


def _declared(view: PlanView) -> frozenset[str]:
    found = set(BASE_TOOLS) | _CONSTRUCTED
    found |= {word for tool in view.tools for word in (tool, tool.split()[0])}
    packages: set[str] = set()
    for step in view.steps:
        for reference in (*step.model.needs, *step.model.provides):
            kind, _, name = reference.partition(":")
            if kind == "tool":
                found |= {name, name.split()[0]}
        packages |= {p for call in step.calls if step.shell for p in _installed(call)}
        found |= {w.template.rpartition("/")[2] for call in step.calls if step.shell for w in _placed(call)}
    found |= {name.partition("=")[0].rpartition("/")[2].partition("@")[0] for name in packages}
    found |= {tool for tool, names in BROUGHT_BY.items() if found & set(names) or any(p.partition("=")[0] in names for p in packages)}
    if "docker" in found:
        found.add("docker-compose")
    if view.blueprint is None:  # the table of tools stands in the text
        found |= _mentioned(view)
    return frozenset(found)


def _installed(call: Invocation) -> Iterator[str]:
    verb = _INSTALLERS.get(call.name)
    if verb is not None and verb in call.texts:
        yield from (t.rstrip("/") for t in call.texts[1:] if not t.startswith("-") and t != verb)


def _placed(call: Invocation) -> tuple[Word, ...]:
    """Return the words that name a file in a bin folder: a downloaded tool is put there by `install`, `curl -o`, `mv`."""
    return tuple(w for w in call.words[1:] if "bin/" in w.template)


def _mentioned(view: PlanView) -> set[str]:
    """Return the words of the plan's own prose: a tool that it speaks of is a tool that its reader knows of."""
    return {word.strip("`*_.,:;()") for _, text, _, _ in view.prose for word in text.split()}


def _named(name: str, call: Invocation) -> bool:
    if not name or not name[0].isalpha() or call.words[0].value is None or "/" in call.words[0].template:
        return False
    return name.replace("-", "").replace("_", "").replace(".", "").replace("+", "").isalnum()
