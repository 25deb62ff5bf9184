"""Check that every program a command starts is there: on the host, by the table of tools, or brought by an earlier step.

What:
    The first word of each command that runs on the host is a POSIX or systemd basic, a script of the plan, a function, or a tool that the plan
    declares (`needs: tool:…`, the table of tools) or installs. Inside a container the slim and distroless images lack `ps`, `curl`, `bash`, `nc`.

Why it matters in production:
    `kustomize` is on the author's laptop and not on the jump host. `ps` is not in a slim image, so the check of the worker fails for ever, or is
    taken out. The engineer finds out in the middle of the rollout.

Example:
    docker compose exec -T worker ps aux | grep -q worker          # python:3.12-slim has no ps

Instead:
    docker compose exec -T worker python -c 'import os; os.kill(1, 0)'

When to ignore:
    LNK041 when an image or configuration management brings the tool to every host: name it. LNK042 when the Dockerfile installs it elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._link.modes import parents
from ._link.refs import BASE_TOOLS
from ._rule import Rule
from ._view import PlanView, ScriptView
from ._view.invocations import Invocation
from ._view.items import ArtifactView
from ._view.words import Word

UNDECLARED = Rule("LNK041", "tool-undeclared", "error", "A command starts a program that no table of tools and no step brings.", confidence="medium")
ABSENT = Rule("LNK042", "program-not-in-image", "error", "A command starts a program that the container's image does not hold.", confidence="medium")
RULES = (UNDECLARED, ABSENT)

_BRINGS: dict[str, tuple[str, ...]] = {
    "docker": ("docker-ce", "docker.io", "docker-ce-cli"), "psql": ("postgresql-client", "postgresql"), "pg_dump": ("postgresql-client", "postgresql"),
    "pg_restore": ("postgresql-client", "postgresql"), "createdb": ("postgresql-client", "postgresql"), "dropdb": ("postgresql-client", "postgresql"),
    "redis-cli": ("redis-tools", "redis", "redis-server"), "dig": ("dnsutils", "bind9-dnsutils"), "nslookup": ("dnsutils", "bind9-dnsutils"),
    "mysql": ("mysql-client", "mariadb-client", "default-mysql-client"), "python3": ("python3-venv", "python3"), "pip": ("python3-pip",), "pip3": ("python3-pip",),
    "nginx": ("nginx", "nginx-light", "nginx-core"), "aws": ("awscli",), "promtool": ("prometheus",), "amtool": ("prometheus-alertmanager",), "htpasswd": ("apache2-utils",),
    "netstat": ("net-tools",), "ifconfig": ("net-tools",), "nc": ("netcat-openbsd", "netcat"), "gpg": ("gnupg",), "ssh": ("openssh-client",), "scp": ("openssh-client",),
    "ssh-keygen": ("openssh-client",), "ssh-copy-id": ("openssh-client",), "rsync": ("rsync",), "age": ("age",), "age-keygen": ("age",), "nft": ("nftables",), "node": ("nodejs",),
    "npx": ("npm", "nodejs"), "tofu": ("opentofu",), "htop": ("htop",), "envsubst": ("gettext-base",), "setfacl": ("acl",), "getfacl": ("acl",), "lvcreate": ("lvm2",),
}  # fmt: skip
_INSTALLERS = {"apt-get": "install", "apt": "install", "dnf": "install", "yum": "install", "apk": "add", "brew": "install", "snap": "install", "pip": "install", "pip3": "install",
               "npm": "install", "pipx": "install", "zypper": "install"}  # fmt: skip
_CONSTRUCTED = frozenset({"true", "false", "[", "[[", "((", "time", "do", "done", "then"})


def check(view: PlanView) -> Iterator[Finding]:
    """Yield programs that are not there."""
    declared = _declared(view)
    reported: set[str] = set()
    on_host = _on_host(view)
    builders = _builders(view)
    for script in view.scripts:
        if script.label in ("generate", "diagnose"):
            continue
        functions = set(script.script.functions)
        for call in script.calls:
            if call.where == "here" and (script.label != "artifact" or script.artifact in on_host):
                name = call.name
                if name not in reported and name not in functions and name not in declared and _named(name, call):
                    reported.add(name)
                    yield UNDECLARED.at(
                        script, f"{name} is started, and no table of tools, need or installation brings it.", line=call.line, quote=" ".join(call.texts),
                        severity="warning" if view.foreign else "error", hint=f"Add tool:{name} to the step's needs and to the prerequisites, or install it.",
                    )  # fmt: skip
            elif call.where == "container":
                yield from _inside(view, script, call, builders)


def _on_host(view: PlanView) -> frozenset[str]:
    """Return the script artifacts that run on the host: a step starts them and no service mounts them."""
    mounted = {file.resolve(m.source) for _, file in view.compose for service in file.services.values() for m in service.mounts if m.kind == "bind"}
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
    if view.blueprint is not None:
        found |= {word for tool in view.blueprint.tools for word in (tool, tool.split()[0])}
    packages: set[str] = set()
    for step in view.steps:
        for reference in (*step.model.needs, *step.model.provides):
            kind, _, name = reference.partition(":")
            if kind == "tool":
                found |= {name, name.split()[0]}
        packages |= {p for call in step.calls if step.shell for p in _installed(call)}
        found |= {w.template.rpartition("/")[2] for call in step.calls if step.shell for w in _placed(call)}
    found |= {name.partition("=")[0].rpartition("/")[2].partition("@")[0] for name in packages}
    found |= {tool for tool, names in _BRINGS.items() if found & set(names) or any(p.partition("=")[0] in names for p in packages)}
    if "docker" in found:
        found.add("docker-compose")
    if view.foreign:
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
    """Return the words of the runbook's own prose: a tool that it speaks of is a tool that its reader knows of."""
    return {word.strip("`*_.,:;()") for _, text, _, _ in view.prose for word in text.split()}


def _named(name: str, call: Invocation) -> bool:
    if not name or not name[0].isalpha() or call.words[0].value is None or "/" in call.words[0].template:
        return False
    return name.replace("-", "").replace("_", "").replace(".", "").replace("+", "").isalnum()


# image name -> programs that the official image of that variant does not hold
_SLIM = frozenset({"ps", "top", "curl", "wget", "nc", "netstat", "ss", "ip", "ping", "dig", "nslookup", "vi", "vim", "less", "jq", "git", "make", "gcc", "telnet", "pgrep", "pkill", "free"})
_ALPINE = frozenset({"bash", "curl", "jq", "git", "make", "gcc", "dig", "ss", "psql", "apt-get"})
_SCRATCH = frozenset({"sh", "bash", "cat", "ls", "curl", "wget", "ps", "grep"})
# official images that bring more than their base: image -> programs
_EXTRA: dict[str, frozenset[str]] = {
    "nginx": frozenset({"curl"}), "postgres": frozenset({"psql", "bash"}), "redis": frozenset(), "rabbitmq": frozenset({"bash", "openssl"}), "mysql": frozenset({"bash"}),
    "traefik": frozenset({"wget"}), "haproxy": frozenset(), "caddy": frozenset(), "mongo": frozenset({"bash", "jq"}), "node": frozenset({"bash"}),
    "grafana": frozenset({"bash", "curl", "wget"}), "mariadb": frozenset({"bash"}), "python": frozenset({"bash"}),
}  # fmt: skip
_DEBIAN_SLIM = frozenset({"postgres", "redis", "rabbitmq", "mongo", "mariadb", "memcached", "valkey", "nginx", "haproxy"})


def _inside(view: PlanView, script: ScriptView, call: Invocation, builders: dict[str, str]) -> Iterator[Finding]:
    image, own = _image_of(view, call.place, builders)
    if image is None:
        return
    lacking = _lacks(image)
    if own is not None and own.dockerfile.final is not None:
        texts = [i.text for stage in own.dockerfile.chain(own.dockerfile.final) for i in stage.instructions if i.name in ("RUN", "COPY")]
        if any(call.name in text.replace("=", " ").split() or any(p in text for p in _BRINGS.get(call.name, ("\0",)) + _OF_PROCPS.get(call.name, ())) for text in texts):
            return
    if call.name in lacking and call.name not in script.script.functions:
        yield ABSENT.at(
            script, f"{call.name} is started in {call.place}, whose image ({image}) does not hold it.", line=call.line, quote=" ".join(call.texts),
            hint="Use a program that the image has, or install it in the Dockerfile.",
        )  # fmt: skip


_OF_PROCPS = {"ps": ("procps",), "pgrep": ("procps",), "pkill": ("procps",), "free": ("procps",), "top": ("procps",), "ping": ("iputils",), "ss": ("iproute2",), "ip": ("iproute2",)}


def _image_of(view: PlanView, place: str, builders: dict[str, str]) -> tuple[str | None, ArtifactView | None]:
    """Return the base image of a service, and the Dockerfile of the plan that builds it, when there is one."""
    if place in view.services:
        service = view.services[place][1]
        build = service.build
        own = _dockerfile(view, build.get("dockerfile")) if build is not None else None
        if own is None:
            name = (service.image or "").partition(":")[0]
            own = _dockerfile(view, builders[name]) if name in builders else None
        if own is not None and own.dockerfile.final is not None:
            return own.dockerfile.chain(own.dockerfile.final)[-1].base, own
        return (service.image, None) if build is None else (None, None)
    return (place, None) if ":" in place and "$" not in place else (None, None)


def _dockerfile(view: PlanView, name: object) -> ArtifactView | None:
    wanted = str(name or "Dockerfile").rpartition("/")[2]
    return next((a for a in view.of_kind("dockerfile") if a.installed.rpartition("/")[2] == wanted), None)


def _builders(view: PlanView) -> dict[str, str]:
    """Return the Dockerfile with which a step builds each image, by the image's name."""
    found: dict[str, str] = {}
    for step in view.steps:
        for call in step.calls if step.shell else ():
            if call.docker is not None and call.docker.verb == "build":
                files = call.docker.arguments.values("-f", "--file")
                for word in call.docker.arguments.values("-t", "--tag"):
                    found.setdefault(word.template.partition(":")[0], files[-1].template if files else "Dockerfile")
    return found


def _lacks(image: str) -> frozenset[str]:
    reference = image.partition("@")[0]
    name, _, tag = reference.rpartition("/")[2].partition(":")
    extra = _EXTRA.get(name, frozenset())
    if "distroless" in reference or name in ("scratch", "alertmanager", "prometheus", "node-exporter", "blackbox-exporter"):
        return _SCRATCH if "distroless" in reference or name == "scratch" else frozenset()
    if "alpine" in tag or name == "alpine":
        return _ALPINE - extra
    if "slim" in tag or (name in _DEBIAN_SLIM and "$" not in tag):
        return _SLIM - extra
    return frozenset()
