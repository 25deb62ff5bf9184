"""Say what a reader of somebody else's page runs once, to look or to help himself: nothing of it is deployed."""

from __future__ import annotations

import re2

from ...pins import Reference
from .._view import Around
from .images import split_reference

# distributions and small tools, of which a guide takes a shell, a copy or an archive
_TOOLS = frozenset(
    "alpine busybox ubuntu debian fedora bash centos rockylinux almalinux curl netshoot jq yq httpd openssl mkcert qemu-user-static"
    " binfmt".split()
)
_ONCE = re2.compile(r"\b(?:docker|podman|nerdctl)\s+(?:container\s+)?run\b[^|;&]*\s--rm\b")
_SERVES = re2.compile(r"\s(?:-p|--publish|-d|--detach|-P)\b")
_HELPS = re2.compile(
    r"(?i)(?:^|[\s/_-])(?:generate|gen|hash|crypto|htpasswd|keygen|keys?|version|help|init-?config|config|certs?|password|tokens?|secrets?"
    r"|inspect|check|validate|lint|doctor)\b"
)
# what a page about a cluster starts to have something to look at
_SAMPLES = frozenset("nginx busybox alpine ubuntu debian centos httpd hello-world echoserver http-echo netshoot curl whoami".split())
_SHOWS = re2.compile(
    r"(?:^|[-_])(?:hello(?:-?world)?|samples?|demos?|examples?|echo|test|testing|event-generator|load-?gen(?:erator)?|whoami|podinfo)(?:[-_]|$)"
)
# an image that is looked at, or thrown away, is not started
_LOOKED_AT = re2.compile(
    r"\b(?:imagetools\s+inspect|trivy|skopeo\s+inspect|crane\s+\w+|cosign\s+(?:verify|tree|download)\S*|grype|syft"
    r"|helm\s+(?:show|inspect|search|pull|lint)|(?:docker|podman)\s+(?:image\s+)?(?:inspect|history|rmi|scout|rm|images)|docker\s+manifest\s+inspect)\b"
)
# they follow the newest versions of what they install, which they are told by name
_MANAGERS = re2.compile(r"github(?:usercontent)?\.com[/:](?:rbenv|pyenv|nodenv|phpenv|goenv|jenv|tfutils|asdf-vm|nvm-sh)/")
_SEARCHES = re2.compile(r"(?i)troubleshoot|debugg?|profil(?:e|ing)|diagnos|benchmark|load[ -]test")
_FOR_EXAMPLE = re2.compile(r"(?i)\b(?:for example|for instance|e\.g\.?)\W{0,3}$")
_RESULT = re2.compile(r"(?i)\b(?:results? in|looks?|something)\s+(?:\w+\s+)?(?:like|similar)|\bwould (?:create|generate|produce|become)\b")
_CHANGES = re2.compile(r"(?i)\b(?:change|replace|rename|from)\b[^.\n]{0,60}[:：]?\W*$")
_TO = re2.compile(r"(?i)^\W*(?:in)?(?:to|with|by|becomes)\b.{0,40}$")
_VERSION_GIVEN = re2.compile(r"\$\{?\w*(?:VERSION|RELEASE|_TAG|\bTAG|_VER)\w*")


def by_hand(around: Around | None, reference: Reference, text: str, step: bool) -> bool:
    """Say whether what floats on a page is nothing that is deployed; `step` tells a command from a file.

    Without `around` the text is a block that is no step and no file.
    """
    if _LOOKED_AT.search(whole(text.split("\n"), reference.line)):
        return True
    if around is None:
        return False
    if _CHANGES.search(around.told[-120:]) and _TO.match(around.after):
        return True  # what stood there before the change
    if reference.kind == "download" and _VERSION_GIVEN.search(reference.text):
        return True
    name = split_reference(reference.text)[0].rpartition("/")[2] if reference.kind == "image" else reference.name.rpartition("/")[2]
    if reference.kind in ("image", "chart") and _SHOWS.search(name):
        return True
    sample = reference.kind == "image" and name in _SAMPLES
    if not step:
        shown = "apiVersion:" in text and (sample or not about(name, f"{around.page} {' '.join(around.headings[:1])}"))
        return bool(_RESULT.search(around.told[-200:])) or (reference.kind == "image" and shown)
    if _FOR_EXAMPLE.search(around.told[-60:].rstrip()):
        return True
    if reference.kind == "git":
        if reference.text.startswith(("git@", "ssh://")):
            return True  # whoever has a key there works on it: the house's own scripts, of which its own head is meant
        return bool(_MANAGERS.search(reference.text)) or any(_SEARCHES.search(h) for h in (around.page, *around.headings))
    if reference.kind == "script":
        return bool(_MANAGERS.search(reference.text)) or reference.text.startswith("...")
    command = whole(text.split("\n"), reference.line)
    return reference.kind == "image" and (_helps(reference, command) or (sample and "kubectl" in command))


def for_show(reference: Reference, path: str, language: str | None) -> bool:
    """Say whether the image of a file among many pages shows something: a sample, or one that a manifest's path does not speak of."""
    name = split_reference(reference.text)[0].rpartition("/")[2]
    return bool(_SHOWS.search(name)) or (language == "k8s" and not about(name, path))


def about(image: str, *told: str) -> bool:
    """Say whether what is told is about an image's program, as a word of its name tells; a page about a platform runs others to show it."""
    words = {word for word in _WORD.findall(" ".join(told).lower()) if len(word) >= 4}
    return any(part in words for part in _WORD.findall(image.lower()))


_WORD = re2.compile(r"[a-z0-9]+")


def _helps(reference: Reference, command: str) -> bool:
    ahead, _, behind = command.partition(reference.text)
    if not _ONCE.search(command) or _SERVES.search(ahead):
        return False
    name = split_reference(reference.text)[0].rpartition("/")[2]
    return name in _TOOLS or bool(_HELPS.search(behind.partition("\n")[0][:200]))


def whole(lines: list[str], number: int) -> str:
    """Return the command that a line (from 1) is a part of, where lines end in a backslash."""
    first = last = number - 1
    while first > 0 and lines[first - 1].rstrip().endswith("\\"):
        first -= 1
    while last < len(lines) - 1 and lines[last].rstrip().endswith("\\"):
        last += 1
    return " ".join(line.strip().rstrip("\\") for line in lines[first : last + 1])
