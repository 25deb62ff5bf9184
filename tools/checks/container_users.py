"""Find pods that must not run as root with images that do.

What:
    Where a pod states `runAsNonRoot: true`, its image has a user with a number, or the pod states `runAsUser`.

Why it matters in production:
    The kubelet refuses to start the container: "container has runAsNonRoot and image will run as root". The rollout stands still at its
    first pod; with a name instead of a number it cannot tell, and refuses as well.

Example:
    securityContext: {runAsNonRoot: true}          # the Dockerfile has no USER

Instead:
    securityContext: {runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000}

When to ignore:
    When the image's last stage takes its user from a base image of your own: name the base.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...core.findings import Finding
from ..yaml12 import Map, as_map
from ._rule import Rule
from ._view import PlanView
from ._view.dockerfiles import Dockerfile, read

ROOT = Rule("PRM026", "image-runs-as-root", "error", "A pod must not run as root, and its image does.", confidence="medium")
RULES = (ROOT,)

# official images that start as root unless they are told otherwise
_ROOTS = frozenset("node python golang ruby php nginx redis postgres mysql mariadb mongo debian ubuntu alpine traefik memcached".split())


def check(view: PlanView) -> Iterator[Finding]:
    """Yield pods that the kubelet refuses."""
    for made in view.objects:
        pod = as_map(made.pod.get("securityContext"))
        for container in made.containers():
            own = as_map(container.get("securityContext"))
            if _stated(own, pod, "runAsNonRoot") is not True or _stated(own, pod, "runAsUser") is not None:
                continue
            image = str(container.get("image"))
            why = _root(view, image)
            if why:
                at = container.line_of("image") if "image" in container else container.line
                yield ROOT.at(
                    made.spot,
                    f"{made.title} must not run as root, and {why}: the kubelet does not start it.",
                    line=at + made.shift,
                    quote=image,
                    hint="State runAsUser with a number, and let the image's files be readable for it.",
                )


def _stated(own: Map, pod: Map, key: str) -> Any:
    return own[key] if key in own else pod.get(key)


def _root(view: PlanView, image: str) -> str:
    """Say why an image runs as root, empty when it does not or that is not known."""
    name = image.partition("@")[0].rpartition(":")[0] or image
    base = name.rpartition("/")[2]
    if "/" not in name.removeprefix("docker.io/").removeprefix("library/"):
        return f"{image} starts as root" if base in _ROOTS else ""
    dockerfile = _built(view, name)
    final = dockerfile.final if dockerfile is not None else None
    if dockerfile is None or final is None:
        return ""
    chain = dockerfile.chain(final)
    users = [i.text.strip() for stage in chain for i in stage.instructions if i.name == "USER"]
    under = chain[-1].base.partition("@")[0].rpartition("/")[2].partition(":")[0]
    if users:
        user = users[-1].partition(":")[0]
        return "" if user.isdigit() or "$" in user else f"its image names the user {user}, not a number"
    return "its image has no USER" if under in _ROOTS and "nonroot" not in chain[-1].base else ""


def _built(view: PlanView, name: str) -> Dockerfile | None:
    """Return the Dockerfile from which a command of the plan builds an image, or null."""
    for script in view.scripts:
        for call in script.calls:
            if call.docker is None or call.docker.verb != "build":
                continue
            if name in [w.template.rpartition(":")[0] for w in call.docker.arguments.values("-t", "--tag")]:
                path = next((w.template for w in call.docker.arguments.values("-f", "--file")), "Dockerfile")
                own = next((a.text for a in view.of_kind("dockerfile") if a.installed.removeprefix("plan:") == path), None)
                text = own if own is not None else view.read(path) if view.read is not None else None
                return read(text) if text is not None else None
    return None
