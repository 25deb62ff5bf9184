"""Compare what is asserted about versions with what is installed: expected output, tables of tools, add-ons, digests.

What:
    A version that an expected output or the table of tools states is the one that a command installs: with `=version`, not with whatever
    the mirror holds today. Cluster add-ons state their version on the first apply. A digest comes from a command that prints digests.

Why it matters in production:
    The plan says "Docker Compose version v2.40.0" and installs the newest: the check fails on a healthy host, and everybody learns to
    overlook it. An image's local id that was taken down as its digest names nothing in any registry.

Example:
    apt-get install -y docker-compose-plugin
    docker compose version          # expected: Docker Compose version v2.40.0

Instead:
    apt-get install -y docker-compose-plugin=2.40.0-1~debian.13~trixie

When to ignore:
    VER005 when the mirror holds one version only (an internal snapshot): name the snapshot.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ._rule import Rule
from ._view import Fence, PlanView, SectionView, StepView
from ._view.invocations import Invocation, invocations
from ._view.terraform import Block

ASSERTED = Rule("VER005", "asserted-not-installed", "error", "A version is asserted, and the command installs whatever is newest.")
ADDON = Rule("VER006", "addon-unpinned", "error", "A cluster add-on states no version: the first apply takes the newest.")
DIGEST = Rule("VER008", "image-id-for-digest", "error", "A command that is to give a digest prints a local image id.")
RULES = (ASSERTED, ADDON, DIGEST)

# package -> how outputs and tables call what it brings
_TOOLS: dict[str, tuple[str, ...]] = {
    "docker-compose-plugin": ("docker compose", "compose plugin", "docker-compose-plugin"),
    "docker-compose-v2": ("docker compose", "compose plugin"),
    "docker-buildx-plugin": ("buildx", "docker-buildx-plugin"),
    "containerd.io": ("containerd",),
    "containerd": ("containerd",),
    "docker-ce": ("docker engine", "docker version", "docker-ce"),
    "docker.io": ("docker engine", "docker version", "docker.io"),
    "nginx": ("nginx",),
    "postgresql-client": ("psql", "postgresql-client"),
    "kubectl": ("kubectl",),
    "helm": ("helm",),
    "terraform": ("terraform",),
    "awscli": ("aws cli", "aws-cli", "awscli"),
    "redis-tools": ("redis-cli",),
    "jq": ("jq",),
    "certbot": ("certbot",),
    "nodejs": ("node", "nodejs"),
}
_VERSION = re2.compile(r"\bv?(\d+\.\d+\.\d+)\b")
_JOINED = ("/", "@")
_INSTALLERS = {"apt-get": "install", "apt": "install", "dnf": "install", "yum": "install", "brew": "install", "snap": "install"}


def check(view: PlanView) -> Iterator[Finding]:
    """Yield assertions that nothing makes true."""
    yield from _asserted(view)
    for folder in view.terraform:
        for block in folder.blocks:
            yield from _addons(block)
    yield from _digests(view)


def _asserted(view: PlanView) -> Iterator[Finding]:
    claims = list(_claims(view))
    reported: set[str] = set()
    for step in view.steps:
        for call in step.calls if step.shell else ():
            for package in _open_packages(call):
                for words, version, where in claims:
                    if package not in reported and any(_names(words, name) for name in _TOOLS.get(package, (package,))):
                        reported.add(package)
                        yield ASSERTED.at(
                            step,
                            f"{where} asserts {version} of {package}, and step {step.step} installs whatever is newest.",
                            line=call.line,
                            quote=" ".join(call.texts),
                            hint=f"Install {package}=<version>, or assert a minimum.",
                        )
            yield from _other(step, call, claims, reported) if step.shell else ()


def _other(step: StepView, call: Invocation, claims: list[tuple[str, str, str]], reported: set[str]) -> Iterator[Finding]:
    """Yield packages that are installed in one version while another one is asserted of what they bring."""
    verb = _INSTALLERS.get(call.name)
    for text in call.texts[1:] if verb is not None and verb in call.texts else ():
        package, _, pinned = text.partition("=")
        installed = _VERSION.search(pinned.rpartition(":")[2] if ":" in pinned else pinned) if package in _TOOLS else None
        number = str(installed.group(1)) if installed is not None else ""
        for words, version, where in claims if number else ():
            if package not in reported and number != version and any(_names(words, name) for name in _TOOLS[package]):
                reported.add(package)
                yield ASSERTED.at(
                    step,
                    f"{where} asserts {version} of {package}, and step {step.step} installs {number}.",
                    line=call.line,
                    quote=" ".join(call.texts),
                    hint="State one version, in one place.",
                )


def _names(words: str, name: str) -> bool:
    """Say whether a text names a tool, not a path or an address that begins or ends with it (`docker.io/library/redis:7`)."""
    return any(words[:at][-1:] not in _JOINED and words[at + len(name) :][:1] not in _JOINED for at in _places(words, name))


def _places(words: str, name: str) -> Iterator[int]:
    at = words.find(name)
    while at >= 0:
        yield at
        at = words.find(name, at + 1)


def _open_packages(call: Invocation) -> Iterator[str]:
    verb = _INSTALLERS.get(call.name)
    if verb is not None and verb in call.texts:
        yield from (t for t in call.texts[1:] if not t.startswith("-") and t != verb and "=" not in t and "$" not in t and "/" not in t)


def _claims(view: PlanView) -> Iterator[tuple[str, str, str]]:
    """Yield (lower-case text, version, where) of each place that asserts an exact version of a tool."""
    for step in view.steps:
        for text in (step.model.expect.stdout_contains, step.model.expect.stdout_matches):
            if text and (match := _VERSION.search(text.replace("\\.", "."))):
                yield f"{text} {step.model.run}".lower(), str(match.group(1)), f"Step {step.step}"
    for fence in view.fences:
        if fence.kind in ("text", "console"):
            yield from _lines(fence.text, "An expected output")
    for _, text, section, _ in view.prose:
        where = f"Section {section}" if section else "The text"
        rows = "\n".join(line for line in text.split("\n") if line.lstrip().startswith("|") or "expected" in line.lower())
        yield from _lines(rows, where)


def _lines(text: str, where: str) -> Iterator[tuple[str, str, str]]:
    for line in text.split("\n"):
        if any(sign in line for sign in ("≥", ">=", "or newer", "or later", "at least", "minimum")):
            continue
        match = _VERSION.search(line)
        if match is not None:
            yield line.lower(), str(match.group(1)), where


def _addons(block: Block) -> Iterator[Finding]:
    if block.type == "resource" and block.labels[:1] == ("aws_eks_addon",) and "addon_version" not in block.names():
        yield _addon(block, block.value("addon_name") or block.address, block.line)
    for attribute in ("addons", "cluster_addons"):
        if block.type == "module" and attribute in block.names():
            open_ones = [(n, node.start_point[0] + 1) for n, node in block.pairs(attribute) if "addon_version" not in block.file.text(node)]
            if open_ones:
                yield _addon(block, ", ".join(name for name, _ in open_ones), open_ones[0][1], len(open_ones) > 1)


def _addon(block: Block, name: str, line: int, several: bool = False) -> Finding:
    said = f"The add-ons {name} state" if several else f"The add-on {name} states"
    return ADDON.at(
        block.artifact,
        f"{said} no version: the first apply takes what the cluster's version offers that day.",
        line=line,
        quote=name,
        hint="Set addon_version (aws eks describe-addon-versions lists them).",
    )


_PRINTS_ID = ("{{.ID}}", "{{.Id}}", "{{ .ID }}", "{{ .Id }}", "--quiet", "-q")


def _digests(view: PlanView) -> Iterator[Finding]:
    for step in view.steps:
        if step.shell and "digest" in f"{step.model.title} {step.model.why} {step.model.run}".lower():
            for call in step.calls:
                if _prints_id(call):
                    yield _digest(step, call)
    for fence in view.fences:
        if fence.kind == "shell" and "digest" in fence.text.lower():
            for call in invocations(fence.script):
                if _prints_id(call):
                    yield _digest(fence, call)


def _prints_id(call: Invocation) -> bool:
    docker = call.docker
    if docker is None or docker.verb not in ("images", "image ls", "inspect", "image inspect"):
        return False
    texts = " ".join(call.texts)
    return any(sign in texts for sign in _PRINTS_ID) and "Digest" not in texts and "--digests" not in texts


def _digest(spot: StepView | Fence | SectionView, call: Invocation) -> Finding:
    return DIGEST.at(
        spot,
        f"`{' '.join(call.texts)[:80]}` prints the local image id; a registry knows digests only.",
        line=call.line,
        quote=" ".join(call.texts),
        hint="docker image inspect --format '{{index .RepoDigests 0}}', or docker buildx imagetools inspect.",
    )
