"""Judge cloud and infrastructure tools: terraform, packer, ansible-galaxy, eksctl, aws, gcloud, az and others with --image or --version."""

from __future__ import annotations

from collections.abc import Iterator

from ...exact import has_variable, judged, version_level
from ...links import git_ref, ref_level
from ...model import Reference
from ..flags import Arguments, split
from ..script import Call, Script
from ..words import Word

_ENGINE_DEPTH = {
    "postgres": 2,
    "aurora-postgresql": 2,
    "redis": 2,
    "valkey": 2,
    "memcached": 3,
    "mysql": 3,
    "mariadb": 3,
    "aurora-mysql": 2,
    "docdb": 3,
}
_KUBERNETES = ("--kubernetes-version", "--cluster-version", "--node-version")


def _terraform(call: Call, script: Script) -> Iterator[Reference]:
    for word in call.args:
        flag = word.value.replace("--", "-", 1).split("=")[0]
        if flag in ("-upgrade", "-update") and not word.value.endswith("=false"):
            yield judged("upgrade", word.shown, None, word.line, why="it takes newer providers and modules than the lock file holds")
        elif word.value.startswith("-from-module="):
            ref = git_ref(word.value)
            yield judged("module", word.shown, ref, word.line, level=ref_level(ref))


def _packer(call: Call, script: Script) -> Iterator[Reference]:
    words = [w for w in call.args if not w.value.startswith("-")]
    if any(w.value in ("-upgrade", "--upgrade") for w in call.args):
        yield judged("upgrade", "-upgrade", None, call.line)
    if [w.value for w in words[:2]] == ["plugins", "install"] and len(words) > 2:
        version = words[3].value if len(words) > 3 else None
        yield judged("plugin", words[2].shown, version, words[2].line, name=words[2].value)


def _galaxy(call: Call, script: Script) -> Iterator[Reference]:
    arguments = split(call.args, "ansible-galaxy")
    words = arguments.positionals
    if not words:
        return
    kind = words[0].value if words[0].value in ("collection", "role") else "role"
    rest = words[1:] if words[0].value in ("collection", "role") else words
    if not rest or rest[0].value not in ("install", "download"):
        return
    for word in rest[1:]:
        yield from galaxy_name(word.value, word.shown, word.line, kind)


def galaxy_name(text: str, shown: str, line: int, kind: str) -> Iterator[Reference]:
    """Judge `namespace.collection:==1.2.3`, `role,v1.2.3` and git sources of roles and collections."""
    if text.startswith((".", "/", "file:")) or text.endswith(".tar.gz"):
        return
    if "git+" in text or text.startswith(("git@", "https://")):
        ref = text.rpartition(",")[2] if "," in text else None
        yield judged("git", shown, ref, line, level=ref_level(ref))
        return
    name, _, version = text.partition(":") if ":" in text else text.partition(",")
    yield judged(kind, shown, version or None, line, name=name)


def _cloud(call: Call, script: Script) -> Iterator[Reference]:
    """Judge the version and image flags that cloud tools share."""
    arguments = split(call.args, "cloud")
    words = [w.value for w in arguments.positionals]
    yield from _kubernetes_flags(call, arguments)
    for word in arguments.values("--image", "--container-image-name", "--docker-custom-image-name", "--image-uri"):
        if call.name != "gcloud" or "/" in word.value or ":" in word.value:
            if "compute" not in words and words[:2] != ["vm", "create"] and words[:1] != ["ec2"]:
                yield from script.image(word)
            elif word.value.endswith(("latest", "Latest")) or (word.value.count(":") == 3 and word.value.endswith(":latest")):
                yield judged("image", word.shown, "latest", word.line)
    engine = arguments.value("--engine")
    for word in arguments.values("--engine-version"):
        numbers = _ENGINE_DEPTH.get(engine.value if engine else "", 2)
        yield judged(
            "engine", f"--engine-version {word.shown}", word.value, word.line, name=engine.value if engine else "", numbers=numbers
        )
    for word in arguments.values("--image-family"):
        yield judged("image", f"--image-family {word.shown}", None, word.line, why="an image family moves")


def _kubernetes_flags(call: Call, arguments: Arguments) -> Iterator[Reference]:
    flags = (*_KUBERNETES, "--version") if call.name == "eksctl" else _KUBERNETES
    for flag in flags:
        for word in arguments.values(flag):
            if not has_variable(word.value):
                yield _cluster_version(flag, word)


def _cluster_version(flag: str, word: Word) -> Reference:
    level = version_level(word.value, 2)
    return judged("runtime", f"{flag}={word.shown}", word.value, word.line, name="kubernetes", level=level)


PROGRAMS = {
    **dict.fromkeys(("terraform", "tofu", "terragrunt"), _terraform),
    "packer": _packer,
    "ansible-galaxy": _galaxy,
    **dict.fromkeys(
        (
            "eksctl",
            "aws",
            "gcloud",
            "az",
            "flyctl",
            "fly",
            "doctl",
            "ibmcloud",
            "oci",
            "scw",
            "linode-cli",
            "copilot",
            "ecs-cli",
            "railway",
        ),
        _cloud,
    ),
}
