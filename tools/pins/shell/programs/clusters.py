"""Judge Kubernetes tools: helm, kubectl, kustomize, flux, argocd, minikube."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...exact import has_variable, judged, version_level
from ...links import git_ref, ref_level, url_level
from ...model import Reference
from ..flags import Arguments, split
from ..script import Call, Script
from ..words import Word

_CHART_VERBS = frozenset(("install", "upgrade", "template", "pull", "fetch", "show", "inspect", "diff"))
_TAG_KEY = re2.compile(r"(?i)(?:^|[._-])(?:image)?tag$")
_IMAGE_KEY = re2.compile(r"(?i)(?:^|\.)image$")
_LOCAL_FOLDERS = frozenset(
    (
        "chart",
        "charts",
        "deploy",
        "deployment",
        "deployments",
        "helm",
        "infra",
        "k8s",
        "kubernetes",
        "ops",
        "manifests",
        "infrastructure",
        "build",
        "dist",
    )
)


def chart_is_local(chart: str, repos: set[str]) -> bool:
    """Tell whether a chart argument is a folder or archive here; `charts/api` is one unless `charts` was added as a repository."""
    if chart.startswith((".", "/", "~/", "$PWD", "${PWD")) or chart.endswith((".tgz", "/")):
        return True
    first, slash, _ = chart.partition("/")
    return bool(slash) and first not in repos and first in _LOCAL_FOLDERS


def _helm(call: Call, script: Script) -> Iterator[Reference]:
    arguments = split(call.args, "helm")
    words = arguments.positionals
    if not words:
        return
    verb = words[0].value
    if verb == "repo" and len(words) > 2 and words[1].value == "add":
        script.helm_repos.add(words[2].value)
    elif verb == "plugin" and len(words) > 2 and words[1].value == "install":
        yield from _plugin(words[2], arguments)
    elif verb in _CHART_VERBS:
        yield from _chart(verb, words, arguments, script)
    yield from _set_values(arguments, script)


def _plugin(source: Word, arguments: Arguments) -> Iterator[Reference]:
    if not source.value.startswith((".", "/")):
        given = arguments.value("--version")
        version = given.value if given else git_ref(source.value)
        yield judged("plugin", source.shown, version, source.line, name=source.value.rpartition("/")[2])


def _chart(verb: str, words: list[Word], arguments: Arguments, script: Script) -> Iterator[Reference]:
    names = words[1:]
    if verb in ("show", "inspect", "diff"):
        names = names[1:]
    if verb in ("pull", "fetch", "show", "inspect") or arguments.has("--generate-name", "-g", "--name-template"):
        chart = names[0] if names else None
    else:
        chart = names[1] if len(names) > 1 else None
    if chart is None or "=" in chart.value or chart.value == "$()":
        return
    if chart_is_local(chart.value, script.helm_repos) and not arguments.has("--repo"):
        return
    given = arguments.value("--version")
    version = given.value if given else None
    if version is None and chart.value.startswith("oci://"):
        version = chart.value.rpartition("@")[2] if "@sha256" in chart.value else chart.value.rpartition("/")[2].partition(":")[2] or None
    if arguments.has("--devel"):
        version = None
    found = judged("chart", chart.shown, version, chart.line, name=chart.value.removeprefix("oci://"))
    if found.offending and given is not None and version:
        shown = f"{chart.shown} --version {given.shown}"
        found = judged("chart", shown, version, chart.line, name=found.name)
    yield found


def _set_values(arguments: Arguments, script: Script) -> Iterator[Reference]:
    for word in arguments.values("--set", "--set-string"):
        for pair in word.value.split(","):
            key, equals, value = pair.partition("=")
            if not equals or not value:
                continue
            if _TAG_KEY.search(key):
                yield from _tag(pair, value, word.line, script)
            elif _IMAGE_KEY.search(key):
                yield from script.image(Word(value, value, word.line))


def _tag(shown: str, value: str, line: int, script: Script) -> Iterator[Reference]:
    if "$()" not in value:
        for found in script.image(Word(f"image:{value}", f"image:{value}", line)):
            yield judged("image", shown, value, line, level=found.level, why=found.why)


def manifest_url(word: Word) -> Iterator[Reference]:
    """Judge a manifest that is applied straight from the network; it needs a version in its path or ref."""
    url = word.value
    if "://" not in url and not url.startswith("github.com/"):
        return
    ref = git_ref(url) if "ref=" in url or "version=" in url else None
    level = ref_level(ref) if ref is not None else url_level(url)
    yield judged("manifest", word.shown, ref, word.line, level=level, why="" if level != "L1" else "the address names no exact version")


def _kubectl(call: Call, script: Script) -> Iterator[Reference]:
    after = next((i for i, w in enumerate(call.args) if w.value == "--"), None)
    own = call.args[:after] if after is not None else call.args
    arguments = split(own, "kubectl")
    words = arguments.positionals
    if not words:
        return
    verb = words[0].value
    for word in arguments.values("--image"):
        yield from script.image(word)
    if verb in ("apply", "create", "replace", "delete", "diff", "kustomize"):
        for word in [*arguments.values("-f", "--filename", "-k", "--kustomize"), *(words[1:] if verb == "kustomize" else ())]:
            yield from manifest_url(word)
    elif verb == "set" and len(words) > 2 and words[1].value == "image":
        for word in words[3:]:
            _, equals, value = word.value.partition("=")
            if equals:
                yield from script.image(word.cut(len(word.value) - len(value)))
    if after is not None and verb in ("exec", "run", "debug"):
        yield from script.command(list(call.args[after + 1 :]))


def _kustomize(call: Call, script: Script) -> Iterator[Reference]:
    words = split(call.args, "kustomize").positionals
    values = [w.value for w in words]
    if values[:3] == ["edit", "set", "image"]:
        for word in words[3:]:
            target = word.value.rpartition("=")[2]
            yield from script.image(Word(target, word.shown, word.line))
    elif values[:1] == ["build"] or values[:2] in (["edit", "add"], ["localize"]):
        for word in words[1:]:
            yield from manifest_url(word)


def _flux(call: Call, script: Script) -> Iterator[Reference]:
    arguments = split(call.args, "flux")
    values = [w.value for w in arguments.positionals]
    if values[:1] == ["install"]:
        given = arguments.value("--version")
        if given is not None:
            yield judged("tool", f"--version={given.shown}", given.value, call.line, name="flux")
    elif values[:2] == ["create", "helmrelease"]:
        given = arguments.value("--chart-version")
        chart = arguments.value("--chart")
        if chart is not None and not chart.value.startswith("."):
            yield judged("chart", chart.shown, given.value if given else None, chart.line, name=chart.value)
    elif values[:3] == ["create", "source", "git"]:
        ref = arguments.value("--tag", "--commit", "--tag-semver", "--branch")
        url = arguments.value("--url")
        if url is not None:
            yield judged("git", url.shown, ref.value if ref else None, url.line, level=ref_level(ref.value if ref else None))


def _argocd(call: Call, script: Script) -> Iterator[Reference]:
    arguments = split(call.args, "argocd")
    values = [w.value for w in arguments.positionals]
    if values[:2] in (["app", "create"], ["app", "set"]):
        revision, chart, repo = arguments.value("--revision"), arguments.value("--helm-chart"), arguments.value("--repo")
        shown = chart or repo
        if revision is not None:
            yield judged("git", f"--revision {revision.shown}", revision.value, revision.line, level=version_level(revision.value))
        elif shown is not None:
            yield judged("chart" if chart else "git", shown.shown, None, shown.line)


def _minikube(call: Call, script: Script) -> Iterator[Reference]:
    arguments = split(call.args, "minikube")
    for word in arguments.values("--kubernetes-version"):
        if not has_variable(word.value):
            yield judged("runtime", f"--kubernetes-version={word.shown}", word.value, word.line, name="kubernetes")
    for word in arguments.values("--base-image"):
        yield from script.image(word)


PROGRAMS = {
    "helm": _helm,
    **dict.fromkeys(("kubectl", "oc", "kubecolor"), _kubectl),
    "kustomize": _kustomize,
    "flux": _flux,
    "argocd": _argocd,
    "minikube": _minikube,
}
