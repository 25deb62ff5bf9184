"""Judge container engines and image tools: docker, podman, buildah, skopeo, crane, ctr, kind, k3d, trivy, cosign and their like."""

from __future__ import annotations

from collections.abc import Iterator

from ...exact import judged
from ...model import Reference
from ..flags import Arguments, split
from ..script import Call, Script
from ..words import Word

_RUNS = frozenset(("run", "create"))
_BUILDS = frozenset(("build", "buildx", "builder", "bake"))


def _engine(call: Call, script: Script) -> Iterator[Reference]:
    top = split(call.args, "docker", first_only=True).positionals
    while top and top[0].value in ("container", "image", "service", "buildx", "builder"):
        if top[0].value == "service" and len(top) > 1:
            yield from _service(top[1:], script)
            return
        top = top[1:]
    if not top:
        return
    verb, rest = top[0].value, top[1:]
    if verb in _RUNS:
        yield from _run(rest, script)
    elif verb == "pull" or (verb == "push" and rest):
        yield from _pull(verb, rest, script)
    elif verb in _BUILDS:
        yield from _build(rest, script)
    elif verb == "tag" and len(rest) > 1:
        yield from _named(rest[1], script)
    elif verb == "exec":
        yield from script.command(split(rest, "docker exec", first_only=True).positionals[1:])
    elif verb == "compose":
        yield from _compose(rest, script)
    elif verb in ("manifest", "imagetools") and len(rest) > 1:
        for word in split(rest[1:], "docker build").positionals:
            yield from script.image(word)


def _run(rest: list[Word], script: Script) -> Iterator[Reference]:
    """Judge the image, then the command that runs inside it."""
    words = split(rest, "docker run", first_only=True).positionals
    if words:
        yield from script.image(words[0])
        yield from script.command(words[1:])


def _service(rest: list[Word], script: Script) -> Iterator[Reference]:
    arguments = split(rest[1:], "docker run", first_only=True)
    if rest[0].value == "create" and arguments.positionals:
        yield from script.image(arguments.positionals[0])
    for word in split(rest[1:], "cloud").values("--image"):
        yield from script.image(word)


def _pull(verb: str, rest: list[Word], script: Script) -> Iterator[Reference]:
    for word in split(rest, "docker pull").positionals:
        if verb == "push":
            yield from _named(word, script)
        else:
            yield from script.image(word)


def _named(word: Word, script: Script) -> Iterator[Reference]:
    """Judge a name that this script gives to its own image: only `latest` said aloud is wrong."""
    if word.value.endswith(":latest"):
        yield judged("image", word.shown, "latest", word.line, why="an image of one's own is published under a version, never as latest")


def _build(rest: list[Word], script: Script) -> Iterator[Reference]:
    arguments = split(rest, "docker build")
    for word in arguments.values("-t", "--tag"):
        script.built.add(word.value)
        yield from _named(word, script)
    for word in arguments.values("--build-arg"):
        name, _, value = word.value.partition("=")
        if "IMAGE" in name.upper() and value:
            yield from script.image(word.cut(len(name) + 1))
    for word in arguments.values("--build-context"):
        _, _, value = word.value.partition("=docker-image://")
        if value:
            yield from script.image(Word(value, value, word.line))


def _compose(rest: list[Word], script: Script) -> Iterator[Reference]:
    words = split(rest, "docker compose", first_only=True).positionals
    if words and words[0].value in ("exec", "run"):
        key = "docker compose run" if words[0].value == "run" else "docker exec"
        yield from script.command(split(words[1:], key, first_only=True).positionals[1:])


def _compose_v1(call: Call, script: Script) -> Iterator[Reference]:
    yield from _compose(list(call.args), script)


def _buildah(call: Call, script: Script) -> Iterator[Reference]:
    words = split(call.args, "docker pull").positionals
    if len(words) > 1 and words[0].value in ("from", "pull"):
        yield from script.image(words[-1])


def _skopeo(call: Call, script: Script) -> Iterator[Reference]:
    words = split(call.args, "skopeo").positionals[1:]
    for word in words:
        transport, _, name = word.value.partition("://")
        if transport == "docker" and name:
            yield from script.image(Word(name, name, word.line))


def _crane(call: Call, script: Script) -> Iterator[Reference]:
    words = split(call.args, "docker pull").positionals
    if words and words[0].value in ("copy", "cp", "pull", "export", "digest", "manifest", "config", "mutate", "append", "image"):
        for word in words[1:]:
            if "/" in word.value or ":" in word.value:
                yield from script.image(word)


def _runtime(call: Call, script: Script) -> Iterator[Reference]:
    """Judge ctr and crictl: the argument after the verb pull or run."""
    words = split(call.args, "docker pull").positionals
    for place, word in enumerate(words[:-1]):
        if word.value in ("pull", "run"):
            yield from script.image(words[place + 1])
            return


def _scanner(call: Call, script: Script) -> Iterator[Reference]:
    """Judge scanners and signers: the argument that looks like an image."""
    words = split(call.args, "scan").positionals
    script.verifies |= any(w.value == "verify-blob" for w in words)
    verbs = {
        "image",
        "verify",
        "sign",
        "attest",
        "attach",
        "sbom",
        "i",
        "scan",
        "download",
        "tree",
        "copy",
        "triangulate",
        "verify-attestation",
    }
    for word in words:
        name = word.value.partition(":")[2] if word.value.startswith(("docker:", "registry:", "podman:")) else word.value
        if word.value not in verbs and ":" in name and not name.startswith(("./", "/", "dir:", "file:", "sbom:", "oci-dir:")):
            yield from script.image(Word(name, name, word.line))


def _cluster_maker(call: Call, script: Script) -> Iterator[Reference]:
    arguments: Arguments = split(call.args, "kind" if call.name == "kind" else "k3d")
    for word in arguments.values("--image", "-i"):
        if word.value in ("latest", "stable") or word.value.startswith("+"):
            yield judged("image", word.shown, "latest", word.line)
        else:
            yield from script.image(word)


PROGRAMS = {
    **dict.fromkeys(("docker", "podman", "nerdctl", "finch"), _engine),
    **dict.fromkeys(("docker-compose", "podman-compose"), _compose_v1),
    "buildah": _buildah,
    "skopeo": _skopeo,
    **dict.fromkeys(("crane", "gcrane", "regctl"), _crane),
    **dict.fromkeys(("ctr", "crictl", "k3s"), _runtime),
    **dict.fromkeys(("trivy", "grype", "syft", "cosign", "dive", "oras", "dockle"), _scanner),
    **dict.fromkeys(("kind", "k3d"), _cluster_maker),
}
