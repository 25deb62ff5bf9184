"""Tell which of somebody else's files nobody deploys: for a laptop, for tests, for show, or kept from the past."""

from __future__ import annotations

import re2

# words of a path that say: for a laptop or a test run, or no longer used
_NOT_PRODUCTION = frozenset(
    "dev hack buildkite coverage gitpod"
    " development local test tests testing ci cypress e2e playwright worktree example examples sample samples demo demos"
    " devcontainer override benchmark benchmarks tutorial tutorials localstack localdev localhost vagrant minikube codespaces devenv"
    " old archive archived archives deprecated obsolete unused attic graveyard retired bak orig trash dotfiles inactive".split()
)
_SHELL = (".sh", ".bash")
_SHEET = frozenset("commands cheatsheet cheatsheets snippets notes scratch".split())  # a script to copy from, which nobody runs
_NO_TEST = frozenset("latest greatest fastest attest contest protest".split())
_HEAD = 15  # lines at the top of a file that may say what it is for

_FOR_WORK = re2.compile(
    r"(?i)\b(?:for|in|only|your|a|an|the)\s+(?:\w+\s+)?(?:local(?:ly)?\s+)?"
    r"(?:development|testing|(?:integration|unit|e2e|end-to-end) tests?)\b"
    r"|\blocal (?:development|testing|dev)\b|\b(?:development|dev|test|testing) (?:only|environment|set-?up|stack|purposes?)\b"
    r"|\bruns? (?:the )?(?:\w+ )?(?:test suite|tests)\b"
    r"|\b(?:demo|demonstration|learning|educational|evaluation|development|testing)\b[^.\n]{0,30}\bpurposes\b"
)
_ELSEWHERE = re2.compile(r"(?i)\b(?:see|use|instead|unlike|rather|not|production|prod|staging|both|or)\b|\.ya?ml|dockerfile\.")
_NEVER = re2.compile(
    r"(?i)\b(?:do not|don'?t|never|should not|must not)\b[^.]{0,30}\bin prod(?:uction)?\b|\bnot (?:\w+ )?for (?:use in )?production\b"
)
_HEADING = ("version:", "name:", "---")  # may stand above the remark that tells what the file is for
_IMAGE = re2.compile(r"(?m)^\s+image:\s*[\"']?([a-z0-9./-]+):(\d[\w.-]*)[\"']?\s*$")
_COMMENT = ("#", "//", "--", ";", "/*", "*")
_MODE = re2.compile(
    r"(?im)^\s*(?:export\s+)?(?:[A-Z0-9_]*_)?(?:ENV|ENVIRONMENT|INSTANCE|STAGE|RUNTIME_MODE|APP_MODE|SERVER_MODE)\s*="
    r"\s*[\"']?(?:dev|development|local|test|testing)[\"']?\s*$"
)
# the stage of a Dockerfile that a compose file starts, what it takes from its user's home, and the names of the stages themselves, of
# which the last one is built
_TARGET = re2.compile(r"(?m)^\s+target:\s*[\"']?(?:dev|development|devel|local|debug|test)[\"']?\s*(?:#.*)?$")
_AT_HOME = re2.compile(r"(?m)^\s*-\s*[\"']?(?:~|\$\{?HOME\}?)/\.(?:aws|kube|ssh|config|gitconfig|npmrc|m2)\b[^:]*:")
# what a compose file gives a program that runs a pipeline's tests
_TESTED = re2.compile(r"(?im)^\s*(?:-\s*)?[\"']?(?:[A-Z0-9_]*_)?(?:ENV|ENVIRONMENT)[\"']?\s*[:=]\s*[\"']?(?:test|testing|ci)[\"']?\s*$")
# mail that is shown instead of sent, beside a container that runs the source as it lies there
_MAIL_KEPT = re2.compile(r"(?m)^\s+image:\s*[\"']?\S*(?:mailhog|mailpit|mailcatcher|maildev|inbucket)\b")
_SOURCE = re2.compile(r"(?m)^\s*-\s*[\"']?\.(?:/(?:src|app|code|www|web|html|api|backend|frontend|server|client))?/?:/")
_STAGE = re2.compile(r"(?im)^FROM\s+(?:--\S+\s+)?\S+(?:\s+AS\s+(\S+))?\s*$")


def aside(path: str, text: str = "") -> bool:
    """Say whether a path, or what a file says of itself, tells that nobody deploys it.

    A file of a Terraform folder belongs to the whole folder, whatever it is called.
    """
    terraform = path.endswith(".tf")
    named = path.rpartition("/")[0] if terraform else path
    words = "".join(c if c.isalnum() else " " for c in named.lower().removeprefix(".github/")).split()
    if any(word in _NOT_PRODUCTION or _a_test(word) for word in words) or (path.endswith(_SHELL) and _SHEET & set(words)):
        return True
    if terraform or not text:
        return False
    name = path.rpartition("/")[2].lower()
    if "dockerfile" in name and (stages := _STAGE.findall(text)) and _for_work(stages[-1]):
        return True
    started = name.endswith((".yml", ".yaml")) and "build:" in text and bool(_TARGET.search(text) or _AT_HOME.search(text))
    started = started or (name.endswith((".yml", ".yaml")) and bool(_MAIL_KEPT.search(text) and _SOURCE.search(text)))
    started = started or (name.endswith((".yml", ".yaml")) and "services:" in text and _TESTED.search(text) is not None)
    return started or _side_by_side(text) or _says_so(text) or (_is_env(name) and _MODE.search(text) is not None)


def _side_by_side(text: str) -> bool:
    """Say whether a compose file starts one program in three versions or more: something is tried with each of them."""
    tags: dict[str, set[str]] = {}
    for found in _IMAGE.finditer(text):
        tags.setdefault(str(found.group(1)), set()).add(str(found.group(2)))
    return any(len(versions) >= 3 for versions in tags.values())


def _a_test(word: str) -> bool:
    return word.endswith(("test", "tests")) and word not in _NO_TEST


def _for_work(name: str) -> bool:
    words = "".join(c if c.isalnum() else " " for c in name.lower()).split()
    return bool({"dev", "development", "test", "tests", "testing", "debug", "lint"} & set(words))


def _is_env(name: str) -> bool:
    return name.startswith(".env") or name.endswith(".env")


def _says_so(text: str) -> bool:
    """Say whether the remarks at the top of a file tell that it is for work on the code, or never for production."""
    for line in text.split("\n")[:_HEAD]:
        told = line.strip()
        if told and not told.startswith(_COMMENT):
            if told.startswith(_HEADING):
                continue
            return False
        if _NEVER.search(told) or (_FOR_WORK.search(told) and not _ELSEWHERE.search(told)):
            return True
    return False


def variant_of(path: str) -> str:
    """Return the name of a Dockerfile that is called other than `Dockerfile`, empty for that one: nobody builds it without naming it."""
    name = path.rpartition("/")[2]
    return "" if name.lower() in ("dockerfile", "containerfile") else name


def names_file(text: str, name: str) -> bool:
    """Say whether a text names a file, as a whole or by a pattern or variable in place of what tells it from its like."""
    if name in text:
        return True
    for mark in "$*{%<":
        if any(f"{head}{mark}" in text for head in ("Dockerfile.", "Dockerfile-", "Dockerfile_", "Dockerfile")):
            return True
    return any(f"{mark}{tail}" in text for mark in "})*" for tail in (".Dockerfile", "-Dockerfile", ".dockerfile"))
