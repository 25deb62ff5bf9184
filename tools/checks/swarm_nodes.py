"""Check what a swarm's nodes need: labels that placements ask for, credentials of the registry, one place for certificates.

What:
    A placement on `node.labels.x` has a command that sets x. An image of a private registry is deployed `--with-registry-auth`. A proxy
    that gets certificates by itself keeps them in one place: it runs once, or its store is shared.

Why it matters in production:
    A service whose label no node has stays "pending" and says nothing. Workers without the registry's login answer "No such image" for an
    image that the manager has. A proxy on every manager asks for the same certificate three times and is soon refused by the authority.

Example:
    placement: {constraints: [node.labels.monitoring == true]}      # no node has that label

Instead:
    docker node update --label-add monitoring=true swarm-3

When to ignore:
    When the nodes were labelled by what made them (Terraform, Ansible of another repository): name it.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ..yaml12 import as_list, as_map
from ._rule import Rule
from ._view import PlanView, Service
from ._view.items import ArtifactView

LABEL = Rule("LNK122", "node-label-never-set", "error", "A placement asks for a node label that no command sets.")
LOGIN = Rule("VAL051", "registry-login-not-passed", "error", "A stack of a private registry is deployed without passing the login on.")
STORE = Rule("LIF036", "certificates-per-node", "error", "A proxy runs on several nodes, each with its own store of certificates.")
RULES = (LABEL, LOGIN, STORE)

_WANTED = re2.compile(r"node\.labels\.([\w.-]+)\s*(==|!=)")
_PUBLIC = ("docker.io", "quay.io", "gcr.io", "registry.k8s.io", "public.ecr.aws", "docker.elastic.co", "mcr.microsoft.com", "lscr.io")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield what a node does not have."""
    stacks = [(s, c) for s in view.scripts for c in s.calls if c.docker is not None and c.docker.verb == "stack deploy"]
    if not stacks:
        return
    everything = "\n".join([s.text for s in view.scripts] + [a.text for a in view.artifacts if a.kind != "compose"])
    for artifact, file in view.compose:
        for service in file.services.values():
            yield from _labels(artifact, service, everything)
            if _keeps_certificates(service):
                yield STORE.at(
                    artifact,
                    f"{service.name} runs on several nodes, each with certificates of its own: the challenge reaches another one.",
                    line=as_map(service.raw.get("deploy")).line_of("mode"),
                    quote="mode: global",
                    hint="Run it once, or get the certificates in one place.",
                )
    private = sorted({h for _, (_, s) in view.services.items() if (h := _registry(s))})
    for script, call in stacks:
        if private and "--with-registry-auth" not in call.texts and _deploys_private(view, call.texts, private):
            yield LOGIN.at(
                script,
                f"The stack has images of {private[0]}, and the login is not passed on: other nodes cannot pull them.",
                line=call.line,
                quote=" ".join(call.texts),
                hint="docker stack deploy --with-registry-auth …",
            )


def _labels(artifact: ArtifactView, service: Service, everything: str) -> Iterator[Finding]:
    placement = as_map(service.deployed("placement"))
    for text in as_list(placement.get("constraints")):
        match = _WANTED.search(str(text))
        if match is not None and match.group(2) == "==" and f"{match.group(1)}=" not in everything:
            yield LABEL.at(
                artifact,
                f"{service.name} wants a node with the label {match.group(1)}, and no command sets it: it stays pending.",
                line=placement.line_of("constraints"),
                quote=str(text),
                hint=f"docker node update --label-add {match.group(1)}=… NODE",
            )


def _deploys_private(view: PlanView, texts: tuple[str, ...], private: list[str]) -> bool:
    """Say whether one of the files of a command has an image of a private registry."""
    names = {t.rpartition("/")[2] for t in texts}
    return any(
        (_registry(s) in private)
        for artifact, file in view.compose
        if artifact.installed.rpartition("/")[2] in names
        for s in file.services.values()
    )


def _registry(service: Service) -> str:
    """Return the private registry of a service's image, empty for a public one."""
    host, slash, _ = (service.image or "").partition("/")
    named = bool(slash) and ("." in host or ":" in host) and "$" not in host
    return host if named and not host.endswith(_PUBLIC) and host != "ghcr.io" else ""


def _keeps_certificates(service: Service) -> bool:
    many = service.deployed("mode") == "global" or (isinstance(service.deployed("replicas"), int) and service.deployed("replicas") > 1)
    text = service.command_text.lower()
    return many and "acme.storage" in text and "dnschallenge" not in text and any(m.kind == "volume" for m in service.mounts)
