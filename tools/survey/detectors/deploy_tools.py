"""Detect Ansible, Kamal, Vagrant, Bake, Elastic Beanstalk, ECS, Copilot, CapRover, Platform.sh, Fabric and Capistrano files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ....core.facts import Datastore, Fact, Job, Located
from ..aside import is_aside
from ..detector import View, entry, folder_of, process
from ..envfacts import given
from ..knowledge.images import store_of, tag_version
from ..parsers.document import Document
from ..parsers.document import Path as Keys
from ..platforms.processes import declared
from ..variables import is_name
from ..view import join

_FILES = {
    "ansible.cfg": "ansible", "galaxy.yml": "ansible", "Vagrantfile": "vagrant", "docker-bake.hcl": "docker-bake",
    "docker-bake.json": "docker-bake",
    "Dockerrun.aws.json": "elastic-beanstalk", "captain-definition": "caprover", ".platform.app.yaml": "platform-sh",
    "Capfile": "capistrano",
    "fabfile.py": "fabric", "deploy.php": "deployer", "vercel.json": "vercel", "netlify.toml": "netlify",
    "wrangler.toml": "cloudflare-workers",
    "wrangler.jsonc": "cloudflare-workers", "wrangler.json": "cloudflare-workers", "firebase.json": "firebase", "koyeb.yaml": "koyeb",
    "zeabur.json": "zeabur", "dokku.json": "dokku", "balena.yml": "balena", "appspec.yml": "codedeploy", "appspec.yaml": "codedeploy",
    "project.toml": "buildpacks", "flake.nix": "nix", "shell.nix": "nix", "default.nix": "nix", "devbox.json": "devbox",
}  # fmt: skip
_ASIDE_KINDS = {"nix", "devbox"}  # set up machines of developers: named as containers, not as deployment
_PLAYS = ("playbook", "site.", "deploy.", "provision.", "setup.", "main.")


def detect(view: View) -> Iterator[Fact]:
    """Yield one entry per file, folder of playbooks and task definition; Kamal's processes and accessories."""
    for path in view.named(*_FILES):
        kind = _FILES[path.rpartition("/")[2]]
        if not is_aside(path) and kind not in _ASIDE_KINDS:
            yield entry("iac" if kind != "buildpacks" else "container", folder_of(path), Located(kind=kind, path=path))
    for path in view.named("vercel.json"):
        document = view.document(path) if not is_aside(path) else None
        for index, one in enumerate(document.items("crons")) if document is not None else ():
            when = one.get("schedule") if isinstance(one, dict) else None
            if isinstance(when, str) and document is not None:
                at = view.evidence(path, document.line("crons", index, "schedule"))
                yield entry(
                    "job", folder_of(path), Job(name=str(one.get("path") or "cron"), kind="vercel-cron", schedule=when, evidence=(at,))
                )
    for folder in sorted({folder_of(p) for p in view.suffixed(".config") if folder_of(p).endswith(".ebextensions")}):
        yield entry("iac", folder, Located(kind="elastic-beanstalk", path=folder))
    yield from _ansible(view)
    for path in view.named("deploy.yml", "deploy.yaml"):
        document = view.document(path) if path.endswith(("config/deploy.yml", "config/deploy.yaml")) else None
        if document is not None and document.text("service") and document.get("image"):
            yield entry("iac", folder_of(folder_of(path)), Located(kind="kamal", path=path))
            yield from _kamal(view, path, document)
    for path in view.named("manifest.yml"):
        document = view.document(path)
        if document is not None and "copilot" in path.split("/") and document.text("type") and document.text("name"):
            yield entry("iac", folder_of(path), Located(kind="copilot", path=path))
        elif document is not None and document.items("applications") and not is_aside(path):
            yield entry("iac", folder_of(path), Located(kind="cloud-foundry", path=path))
            yield from _cloud_foundry(view, path, document)
    for path in view.named("*task*.json", "*ecs*.json", "*container-def*.json"):
        if view.repository.size(path) < 100_000 and not is_aside(path) and view.holds(path, '"containerDefinitions"'):
            yield entry("iac", folder_of(path), Located(kind="ecs", path=path))


def _ansible(view: View) -> Iterator[Fact]:
    """Yield the folders of playbooks and roles: lists of plays that name hosts."""
    found: set[str] = set()
    for path in view.suffixed(".yml", ".yaml"):
        name = path.rpartition("/")[2]
        inside = {"ansible", "playbooks"} & set(path.split("/")[:-1])
        if is_aside(path) or not (inside or name.startswith(_PLAYS)) or not view.holds(path, "hosts:"):
            continue
        document = view.document(path)
        plays = document.data if document is not None and isinstance(document.data, list) else []
        if any(isinstance(p, dict) and "hosts" in p and ({"tasks", "roles", "import_playbook", "pre_tasks"} & set(p)) for p in plays):
            top = path.split("/")
            folder = "/".join(top[: top.index(min(inside)) + 1]) if inside else ""
            where = folder or path
            if where not in found:
                found.add(where)
                yield entry("iac", folder_of(path), Located(kind="ansible", path=where))


def _kamal(view: View, path: str, document: Document) -> Iterator[Fact]:
    base = folder_of(folder_of(path))
    dockerfile = join(base, document.text("builder", "dockerfile") or "Dockerfile")
    for role in document.table("servers"):
        command = document.text("servers", role, "cmd")
        if role == "web" or command is None:
            continue
        line = document.line("servers", role, "cmd")
        built = dockerfile if view.exists(dockerfile) else None
        yield process(
            declared(
                view,
                path,
                base,
                line,
                name=role,
                kind=role if role != "job" else "worker",
                command=command,
                command_line=line,
                dockerfile=built,
            )
        )
    yield from _kamal_env(view, path, base, document)
    health, port = document.text("proxy", "healthcheck", "path"), document.get("proxy", "app_port")
    if health or isinstance(port, int) or view.exists(dockerfile):
        keys = ("proxy", "healthcheck", "path") if health else ("proxy", "app_port") if port else ("servers",)
        yield process(
            declared(
                view,
                path,
                base,
                document.line(*keys),
                kind="web",
                dockerfile=dockerfile if view.exists(dockerfile) else None,
                health=(health, document.line("proxy", "healthcheck", "path")) if health and health != "/" else None,
                port=(port, document.line("proxy", "app_port")) if isinstance(port, int) else None,
            )
        )
    for name in document.table("accessories"):
        image = document.text("accessories", name, "image")
        kind = store_of(image) if image else None
        if image and kind:
            at = (view.evidence(path, document.line("accessories", name, "image")),)
            yield entry("datastore", base, Datastore(kind=kind, version=tag_version(image), name=name, image=image, evidence=at))


def _kamal_env(view: View, path: str, base: str, document: Document) -> Iterator[Fact]:
    """Yield the names that Kamal hands to the containers."""
    stated: list[tuple[Keys, Any]] = [(("env", "secret", i), n) for i, n in enumerate(document.items("env", "secret"))]
    stated += [(("env", "clear", n), n) for n in document.table("env", "clear")]
    for keys, name in stated:
        line = document.line(*keys)
        bare = name.partition(":")[0] if isinstance(name, str) else ""
        if is_name(bare) and name in view.lines(path)[line - 1]:
            yield given(base, bare, view.evidence(path, line), keys[1] == "secret")


def _cloud_foundry(view: View, path: str, document: Document) -> Iterator[Fact]:
    base = folder_of(path)
    for index, one in enumerate(document.items("applications")):
        if not isinstance(one, dict) or not isinstance(one.get("name"), str):
            continue
        where = str(one.get("path") or ".").strip("/").removeprefix("./")
        folder = join(base, where) if where not in ("", ".") and view.exists(join(base, where)) else base
        command, health = one.get("command"), one.get("health-check-http-endpoint")
        line = document.line("applications", index, "name")
        yield process(
            declared(
                view,
                path,
                folder,
                line,
                name=one["name"],
                kind="worker" if one.get("no-route") is True else "web",
                command=command if isinstance(command, str) else None,
                command_line=document.line("applications", index, "command") if command else None,
                health=(health, document.line("applications", index, "health-check-http-endpoint")) if isinstance(health, str) else None,
            )
        )
        for task in one.get("tasks") or ():
            if isinstance(task, dict) and isinstance(task.get("name"), str):
                yield entry("job", folder, Job(name=task["name"], kind="cloud-foundry-task", evidence=(view.evidence(path, line),)))
