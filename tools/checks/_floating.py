"""Tell what of somebody else's folder or page floats and is no error all the same: it holds a line, is filled in, is a tool on the side."""

from __future__ import annotations

import re2

from ..pins import Reference, guess_language
from ..pins.links import moving_segment, url_level
from ._link.elsewhere import OFFICIAL
from ._link.images import of_versions, split_reference
from ._view.placeholders import FILLED


def floats_mildly(reference: Reference, language: str | None, line: str) -> bool:
    """Say whether what floats is no error in somebody else's folder: it holds a line, is a pipeline's tool, or a name to fill in."""
    if reference.kind in ("download", "manifest") and "$" in reference.text and moving_segment(reference.text) is None:
        return True  # the version is a variable, which whoever builds or calls gives
    if reference.kind == "unreadable" or (reference.kind == "image" and "$" in reference.text and "of one's own" in reference.why):
        return True  # too long to be judged; whatever a script passes on
    if "{{" in reference.text or "[[" in reference.text:
        return True  # a template, whose generator fills it in
    if "no valid image reference" in reference.why and language == "bash":
        return True  # a word of a script that was taken for one
    if "the digest is exact" in reference.why or (reference.kind == "chart" and _own_chart(reference.text)):
        return True
    if reference.kind == "download" and "api.github.com" in reference.text and language != "dockerfile":
        return True  # a question which version is the newest
    if reference.kind == "image" and reference.text.startswith("ttl.sh/"):
        return True  # kept for hours: whoever reads it builds and pushes it
    if reference.kind == "image" and reference.text.startswith("linode/"):
        return True  # a machine image, whose name is its version
    if reference.kind == "image" and language in ("bash", "gha", "dotenv") and ":" not in reference.text and _NAMED_ALONE.match(line):
        return True  # a variable for the name, another one for the tag
    if reference.kind == "download" and reference.text.startswith("$"):
        return True  # the address is a variable's, and so is what it names
    if reference.kind == "image" and (reference.text.startswith("docker/dockerfile:") or _LINE_LATEST.search(reference.text)):
        return True  # the syntax of the file itself; the newest of one line (`7.0-latest`)
    if (reference.kind == "variable" and "${1" in reference.text) or "[@]" in reference.text:
        return True  # whoever calls the script says which
    if reference.kind == "git" and reference.text.startswith("$"):
        return True  # so is that of a repository
    stands_in = FILLED in reference.text or bool(_STAND_IN.search(reference.text))
    if reference.kind == "image" and language == "bash" and _LOOKS.match(line):
        return True  # a pod to look around with, gone when the look is over
    if reference.kind == "machine" or reference.text == "targetRevision: HEAD":
        return True  # looked up when a machine is made, by whatever else the search says; a repository that follows its own head
    if reference.kind == "chart" and reference.name.lower().rpartition("/")[2].startswith(("example", "my-", "my_", "mychart", "your")):
        return True  # whichever chart the reader has
    unnamed = reference.kind == "git" and (reference.name.startswith(("{", "<")) or stands_in)
    return _within_a_line(reference) or _of_ci(reference, language) or _to_be_built(reference, language) or unnamed


_NEWEST = re2.compile(r"(?i)\b(?:latest|newest|most recent|up[ -]to[ -]date)\b")


def _meant(lines: list[str], number: int) -> bool:
    """Say whether a comment right above a line tells that the newest is meant."""
    for line in reversed(lines[max(0, number - 5) : number - 1]):
        if not line.lstrip().startswith("#"):
            return False
        if _NEWEST.search(line) and "syntax=" not in line:
            return True
    return False


def _own_chart(text: str) -> bool:
    """Say whether a chart is a folder, or an array of options read as one: neither has a version of its own."""
    return text.startswith(("$", "./", "../")) or (text.count("/") > 1 and "://" not in text)


_FOR_EASE = re2.compile(r"(?i)\b(?:simplicity|recommend|in production|on purpose|intentional|deliberate)")


def own_repository(reference: Reference, folder: str) -> bool:
    """Say whether a page clones the repository that it is a page of, as the name of the checked folder tells."""
    name = reference.text.rstrip("/").removesuffix(".git").rpartition("/")[2].lower()
    if reference.kind != "git" or len(name) < 3 or not folder.lower().endswith(name):
        return False
    return not folder[: -len(name)][-1:].isalnum()


def around(reference: Reference, path: str | None, text: str) -> bool:
    """Say whether the text around settles what floats: a chart or controller gives the tag, a pod never pulls, a remark says why."""
    lines = text.split("\n")
    near = lines[max(0, reference.line - 4) : reference.line + 3]
    if reference.kind == "image" and of_versions(path or "", reference.text):
        return True
    if reference.kind == "download" and guess_language(path, text) in ("bash", None) and "FROM " not in text:
        return any(_BIN.search(line) for line in lines[reference.line - 1 : reference.line + 5])  # a tool of whoever runs the commands
    if reference.kind == "git":  # the commit is chosen afterwards
        return any(_CHOSEN.search(line) for line in lines[reference.line : reference.line + 12])
    if reference.kind == "variable" and "docker build" in text.replace("buildx ", ""):
        return True  # the tag of what the script builds itself
    if reference.kind == "script":  # an installer that is told which version, or of a tool that the operator's machine lacks
        told = any(_TOLD_VERSION.search(line) for line in lines[reference.line - 1 : reference.line + 5])
        return told or any(_LACKING.search(line) for line in lines[max(0, reference.line - 12) : reference.line])
    if reference.kind != "image":
        return False
    remarks = [line for line in near[:4] if line.lstrip().startswith("#")]
    if "upgrade.cattle.io/" in text or _only_looks(lines, reference.line):  # its controller adds the version of the plan to the image
        return True
    if any(_WAIVED.search(r) for r in remarks) or (path is not None and not path.endswith(".service") and _one_off(lines, reference.line)):
        return True
    if any(re2.search(r"imagePullPolicy:\s*[\"']?Never", line) for line in near) or any(_FOR_EASE.search(r) for r in remarks):
        return True
    return _meant(lines, reference.line) or (not split_reference(reference.text)[1] and guess_language(path, text) == "helm")


def _one_off(lines: list[str], number: int) -> bool:
    """Say whether a line is of a container that does one thing and is gone, and to which nobody connects: `docker run --rm`."""
    first = last = min(number, len(lines)) - 1
    while first > 0 and lines[first - 1].rstrip().endswith("\\"):
        first -= 1
    while last < len(lines) - 1 and lines[last].rstrip().endswith("\\"):
        last += 1
    command = " ".join(line.rstrip(" \\") for line in lines[first : last + 1])
    return _RUN_ONCE.search(command) is not None and not _SERVES.search(command)


_RUN_ONCE = re2.compile(r"\b(?:docker|podman|nerdctl)\s+(?:container\s+)?run\b.*\s(?:--rm\b|-(?:it|ti)?rm\b)")
_SERVES = re2.compile(r"\s(?:-[a-z]*d[a-z]*|--detach|-p|--publish|-P|--restart)(?:[ =]|$)|\s-p\d")
_WAIVED = re2.compile(r"(?i)\b(?:hadolint\b.*\bDL300[67]|checkov:skip|(?:kics|trivy|tfsec|semgrep|snyk)[-: ]?(?:scan )?ignore|nosemgrep)")


def _only_looks(lines: list[str], number: int) -> bool:
    """Say whether a line is of a bare pod that somebody starts to look around or to try something, as its name tells."""
    first = next((n for n in range(number - 1, -1, -1) if lines[n].startswith("---")), 0)
    last = next((n for n in range(number, len(lines)) if lines[n].startswith("---")), len(lines))
    pod = lines[first:last]
    named = next((m for m in map(_NAME.match, pod) if m is not None), None)
    return any(_POD.match(line) for line in pod) and named is not None and bool(_TRIED.search(str(named.group(1))))


_TOLD_VERSION = re2.compile(r"\b[A-Z][A-Z0-9_]*VERSION=[\"']?[$\w]|--version[ =]")
_LACKING = re2.compile(r"(?i)\bcommand -v |\bwhich |\btype -[Pp]|\bnot (?:yet |found or )?installed\b|\bnot found\b|\bis missing\b")
_BIN = re2.compile(r"(?:/usr(?:/local)?|~/\.local|\$HOME/\.local|~|\$HOME)/s?bin\b|\binstall (?:-\S+ )*-[mo] ?\S+|\bchmod \S*\+?x\b")
_CHOSEN = re2.compile(r"\bgit (?:-C \S+ )?(?:checkout|switch|reset --hard) [\"']?[$v\d]")
_POD = re2.compile(r"^kind:\s*[\"']?Pod[\"']?\s*$")
_NAME = re2.compile(r"^\s+name:\s*[\"']?([\w.-]+)")
_TRIED = re2.compile(r"(?i)(?:^|[-_.])(?:debug(?:ger)?|tests?|tester|sample|example|demo|toolbox|netshoot|shell|tmp|nmap)(?:[-_.]|$)")


# an address that a script or the reader fills in: somebody's own repository
_STAND_IN = re2.compile(
    r"(?i)://[^/]*(?:domain\.tld|example\.(?:com|org|net))|[/:](?:example|user|username|org|owner|acme)/[\w.-]+$|[/:](?:my|your)[-_]?[\w.-]+/[\w.-]+$"
)
_LINE_LATEST = re2.compile(r":[\w.-]*\d+\.\d+[\w.-]*latest$|:[\w.-]*latest[\w.-]*\d+\.\d+[\w.-]*$")
_LOOKS = re2.compile(r"^[\s({]*(?:[A-Z_]+=\S+\s+|sudo\s+)*(?:kubectl|oc)\s[^|;&]*\b(?:debug|run)\s")
MACHINE = re2.compile(r"^\d{12}/")  # the image of a machine, by its owner's account and its full name
_NAMED_ALONE = re2.compile(r"^\s*(?:export\s+|local\s+|readonly\s+)?[A-Za-z_]+[:=]")


_TAG_ALONE = ("tag: ", "newTag: ")


def _to_be_built(reference: Reference, language: str | None) -> bool:
    """Say whether an image is one that the folder's reader builds or names; a chart's own default is for whoever installs it to set."""
    released = language == "k8s" and reference.text.startswith(_TAG_ALONE)  # of a release or an overlay: what is deployed
    name = reference.name if released else split_reference(reference.text)[0]
    if reference.kind != "image" or "$" in name:
        return False
    to_fill = "<" in name or any(part.startswith(("your-", "your_", "yourname", "username", "my-")) for part in name.split("/"))
    to_fill = to_fill or name.partition("/")[0] in ("test", "local", "localhost", "example")
    to_fill = to_fill or name.rpartition("/")[2].startswith(("example", "sample", "demo"))
    return to_fill or ("/" not in name and name not in OFFICIAL)


def _of_ci(reference: Reference, language: str | None) -> bool:
    """Say whether what floats is a tool of a pipeline's own, or a script whose address names its version: neither is what runs."""
    if reference.kind == "script":
        return url_level(reference.text) in ("L2", "L3")
    return language == "gha" and reference.kind != "action" and "of one's own" not in reference.why


def _within_a_line(reference: Reference) -> bool:
    """Say whether what floats stays within a release line, or comes from a distribution that holds one line for years."""
    return reference.level == "L1" or "variable" in reference.why or reference.kind in ("package", "upgrade", "runner", "tool", "provider")
