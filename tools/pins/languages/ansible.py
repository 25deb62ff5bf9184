"""Read Ansible: package, pip, npm, git, container and Helm tasks, scripts in tasks, and requirements files."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from ..exact import has_variable, judged, version_level
from ..imagerefs import image
from ..links import is_archive, is_private, moving_segment, ref_level, url_level
from ..model import Context, Reference
from ..playbook import arguments_of, fill, loop_of, names_of, variables_of
from ..shell.programs.clouds import galaxy_name
from ..shell.programs.ospackages import is_file, rpm_package, versioned
from ..shell.programs.pythonic import requirement
from ..shell.script import Script
from ..shell.words import Word
from ..yamltree import get, items, line_of, mappings, read, scalar, text_at

LANGUAGES = ("ansible", "playbook", "ansible-playbook", "ansible-requirements")

_SYSTEM = {
    "apt": "apt",
    "package": "apt",
    "aptitude": "apt",
    "apk": "apk",
    "yum": "rpm",
    "dnf": "rpm",
    "dnf5": "rpm",
    "zypper": "rpm",
    "pacman": "apt",
    "homebrew": "apt",
    "snap": "apt",
    "pkgng": "apt",
    "win_chocolatey": "apt",
    "xbps": "apt",
}
_SHELL = frozenset(("shell", "command", "raw", "win_shell", "expect"))
_CONTAINERS = frozenset(
    (
        "docker_container",
        "docker_image",
        "podman_container",
        "podman_image",
        "docker_swarm_service",
        "docker_image_pull",
        "docker_image_build",
        "docker_container_exec",
    )
)
_SCRIPT_TASK_KEYS = ("cmd", "_raw_params")


def references(text: str, context: Context) -> Iterator[Reference]:
    """Yield what the tasks of playbooks and roles, and requirements files, install or fetch."""
    tree = read(text)
    for document in tree.documents:
        variables = {**context.variables, **variables_of(document)}
        yield from _requirements(document)
        for node in mappings(document):
            yield from _task(node, variables, context)


def _task(node: yaml.MappingNode, variables: dict[str, str], context: Context) -> Iterator[Reference]:
    loop = loop_of(node, variables)
    for key, value in node.value:
        name = (scalar(key) or "").rpartition(".")[2]
        arguments = arguments_of(value)
        if name in _SYSTEM and arguments:
            yield from _system(name, arguments, {**variables}, loop)
        elif name in ("pip", "npm", "gem", "cargo", "go", "composer", "yarn", "pipx", "bundler") and arguments:
            yield from _language_package(name, arguments, variables, loop)
        elif name == "git" and "repo" in arguments:
            yield from _git(arguments, variables)
        elif name in ("get_url", "unarchive", "win_get_url") and arguments:
            yield from _download(arguments, variables)
        elif name in _CONTAINERS and arguments:
            yield from _container(arguments, variables, context)
        elif name == "helm" and arguments:
            yield from _helm(arguments, variables)
        elif name == "helm_plugin" and "plugin_path" in arguments:
            yield _versioned_by("plugin", arguments, "plugin_path", "plugin_version", variables)
        elif name in _SHELL:
            yield from _shell(value, arguments, variables, context)
        elif name in ("k8s", "docker_compose_v2", "docker_compose") and "definition" in arguments:
            yield from _definition(arguments["definition"], context)


def _definition(node: yaml.Node, context: Context) -> Iterator[Reference]:
    for inner in mappings(node):
        target = get(inner, "image")
        found = image(scalar(target) or "", line_of(target), context) if target is not None and scalar(target) else None
        if found is not None:
            yield found


def _system(module: str, arguments: dict[str, yaml.Node], variables: dict[str, str], loop: list[Word]) -> Iterator[Reference]:
    upgrade = arguments.get("upgrade")
    if upgrade is not None and (scalar(upgrade) or "") not in ("no", "false", "False", "none"):
        yield judged(
            "upgrade",
            f"upgrade: {scalar(upgrade)}",
            None,
            line_of(upgrade),
            why="an upgrade of everything installs whatever is newest on that day",
        )
    names = names_of(arguments, ("name", "pkg", "package", "list"), variables, loop)
    state = arguments.get("state")
    if scalar(state) == "latest" and state is not None:
        shown = " ".join(w.shown for w in names if w.value != "*")
        yield judged("package", f"{shown} state: latest".strip(), "latest", line_of(state))
        return
    if scalar(state) in ("absent", "removed"):
        return
    version = arguments.get("version")
    for word in names:
        yield from _system_package(module, word, fill(scalar(version) or "", variables))


def _system_package(module: str, word: Word, version: str) -> Iterator[Reference]:
    if is_file(word.value):
        return
    name, equals, given = word.value.partition("=")
    if version:
        yield versioned("package", word, name, version)
    elif equals:
        yield versioned("package", word, name.rstrip("~<>"), given if name[-1:] not in "~<>" else "*")
    elif _SYSTEM[module] == "rpm":
        yield from rpm_package(word)
    else:
        yield judged("package", word.shown, None, word.line, name=name)


def _language_package(module: str, arguments: dict[str, yaml.Node], variables: dict[str, str], loop: list[Word]) -> Iterator[Reference]:
    names = names_of(arguments, ("name", "package"), variables, loop)
    state, version = arguments.get("state"), arguments.get("version")
    if scalar(state) == "latest" and state is not None:
        yield judged("package", f"{' '.join(w.shown for w in names)} state: latest".strip(), "latest", line_of(state))
        return
    given = fill(scalar(version) or "", variables)
    for word in names:
        if given:
            yield judged("package", word.shown, given, word.line, name=word.value, numbers=2 if module == "gem" else 3)
        elif module in ("pip", "pipx"):
            yield from requirement(word, constrained="--constraint" in (scalar(arguments.get("extra_args")) or ""))
        else:
            name, at, found = word.value.rpartition("@") if "@" in word.value[1:] else (word.value, "", "")
            yield judged("package", word.shown, found if at else None, word.line, name=name)


def _versioned_by(kind: str, arguments: dict[str, yaml.Node], name: str, version: str, variables: dict[str, str]) -> Reference:
    shown = fill(scalar(arguments[name]) or "", variables)
    given = arguments.get(version)
    text = fill(scalar(given) or "", variables) or None
    return judged(kind, f"{version}: {text}" if text else shown, text, line_of(given or arguments[name]), name=shown)


def _git(arguments: dict[str, yaml.Node], variables: dict[str, str]) -> Iterator[Reference]:
    version = arguments.get("version")
    text = fill(scalar(version) or "", variables) or None
    shown = f"version: {text}" if text else fill(scalar(arguments["repo"]) or "", variables)
    yield judged("git", shown, text, line_of(version or arguments["repo"]), level="L0" if text and has_variable(text) else ref_level(text))


def _download(arguments: dict[str, yaml.Node], variables: dict[str, str]) -> Iterator[Reference]:
    target = arguments.get("url") or arguments.get("src")
    url = fill(scalar(target) or "", variables)
    if target is None or "://" not in url or is_private(url):
        return
    if has_variable(url) and "checksum" not in arguments:
        yield judged("download", url, None, line_of(target), level=url_level(url) if url_level(url) in ("L2", "L3") else "L0")
        return
    level = url_level(url)
    if level == "L1" and moving_segment(url) is None and not is_archive(url):
        return
    yield judged("download", url, None, line_of(target), level="L3" if "checksum" in arguments and level != "L0" else level)


def _container(arguments: dict[str, yaml.Node], variables: dict[str, str], context: Context) -> Iterator[Reference]:
    target = arguments.get("image") or arguments.get("name")
    text = fill(scalar(target) or "", variables)
    if (
        target is None
        or not text
        or scalar(arguments.get("source")) in ("build", "local", "load")
        or scalar(arguments.get("state")) == "absent"
    ):
        return
    if "image" not in arguments and "tag" in arguments:
        text = f"{text}:{fill(scalar(arguments['tag']) or '', variables)}"
    elif (
        "image" not in arguments
        and not any(k in arguments for k in ("source", "pull", "build", "state", "force"))
        and ":" not in text
        and "image_name_mismatch" in arguments
    ):
        return
    found = image(text, line_of(target), context)
    if found is not None:
        yield found


def _helm(arguments: dict[str, yaml.Node], variables: dict[str, str]) -> Iterator[Reference]:
    chart = fill(scalar(arguments.get("chart_ref")) or "", variables)
    if not chart or chart.startswith((".", "/")) or scalar(arguments.get("state")) == "absent":
        return
    yield _versioned_by("chart", arguments, "chart_ref", "chart_version", variables)


def _shell(value: yaml.Node, arguments: dict[str, yaml.Node], variables: dict[str, str], context: Context) -> Iterator[Reference]:
    target = next((arguments[k] for k in _SCRIPT_TASK_KEYS if k in arguments), value)
    text = scalar(target)
    script = Script(context)
    if text is not None:
        start = line_of(target) + (1 if getattr(target, "style", None) in ("|", ">") else 0)
        yield from script.run(fill(text, variables), start)
    elif "argv" in arguments:
        words = [Word(t, t, line_of(n)) for n in items(arguments["argv"]) if (t := fill(scalar(n) or "", variables))]
        yield from script.command(words)
    yield from script.close()


def _requirements(document: yaml.Node) -> Iterator[Reference]:
    """Read requirements.yml: collections and roles with their versions."""
    entries = [("collection", e) for e in items(get(document, "collections"))] + [("role", e) for e in items(get(document, "roles"))]
    if isinstance(document, yaml.SequenceNode):
        entries = [("role", e) for e in document.value if text_at(e, "src") is not None]
    hosts = any(text_at(e, "hosts") is not None for e in items(document))
    if hosts:
        return
    for kind, entry in entries:
        plain = scalar(entry)
        name = plain or text_at(entry, "name") or text_at(entry, "src") or text_at(entry, "source") or ""
        version = get(entry, "version")
        if not name:
            continue  # a file of another program, whose collections are something else
        if plain:
            yield from galaxy_name(plain, plain, line_of(entry), kind)
            continue
        text = scalar(version)
        source = text_at(entry, "src") or text_at(entry, "source") or name
        level = ref_level(text) if "git" in source and "://" in source else version_level(text)
        yield judged(kind, f"version: {text}" if text else name, text, line_of(version or entry), name=name, level=level)
