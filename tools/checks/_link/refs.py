"""Read typed references and say which ones mean the same thing."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from .._view import PlanView, ScriptView, StepView
from .composed import files_of

_VALUES = ("env", "secret", "input")
_FILES = ("file", "artifact", "directory")


@dataclass(frozen=True, slots=True)
class Ref:
    """Be one reference: its kind and name as written, and the key under which equal ones meet."""

    kind: str
    name: str

    @property
    def text(self) -> str:
        """Return it as written."""
        return f"{self.kind}:{self.name}"

    @property
    def key(self) -> tuple[str, str]:
        """Return the class and name: env, secret and input are one class; file, artifact and directory another, by normalised path."""
        if self.kind in _VALUES:
            return "value", self.name
        if self.kind in _FILES:
            return "file", posixpath.normpath(self.name.removeprefix("plan:").removeprefix("{plan}/").removeprefix("{repo}/"))
        return self.kind, self.name


def parse(text: str) -> Ref | None:
    """Return the reference, or null for a text that is none."""
    kind, colon, name = text.partition(":")
    return Ref(kind, name) if colon and kind and name else None


def given(view: PlanView) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield (key, giver) of everything that is there before the first step: inputs, artifacts, the repository, the operator's tools."""
    for supplied in view.plan.inputs:
        yield ("value", supplied.name), f"input {supplied.name}"
    for name in ("REPO", "PLAN"):
        yield ("value", name), "the runner"
    for artifact in view.artifacts:
        yield ("file", posixpath.normpath(artifact.model.path)), f"artifact {artifact.model.path}"
        yield ("file", posixpath.normpath(artifact.model.path.removeprefix("artifacts/"))), f"artifact {artifact.model.path}"
        if artifact.model.install_to:
            yield ("file", posixpath.normpath(artifact.model.install_to)), f"artifact {artifact.model.path}"
    for path in view.files or ():
        yield ("file", path), "the repository"
    for path in repository_paths(view):
        yield ("file", path), "the repository"
    for tool in view.tools:
        yield ("tool", tool), "the table of tools"
    for step in view.steps:
        for reference in step.model.needs:
            ref = parse(reference)
            if ref is not None and ref.kind == "tool" and ref.name in BASE_TOOLS:
                yield ref.key, "every host"


def brought_by_compose(view: PlanView, step: StepView) -> Iterator[Ref]:
    """Yield the networks, volumes and services that a step's `docker compose up` brings with its files."""
    script = ScriptView(step, "run", step.model.run, step.base)
    for call in step.calls if step.shell else ():
        docker = call.docker
        if docker is None or call.where != "here" or docker.verb not in ("compose up", "compose create", "compose run"):
            continue
        for file in files_of(view, script, docker) or ():
            yield from (
                Ref(kind, name) for kind, plural in (("network", "networks"), ("volume", "volumes")) for name in file.declared(plural)
            )
            named = {w.template for w in docker.names}
            yield from (Ref("service", name) for name in file.services if not named or name in named)


def repository_paths(view: PlanView) -> frozenset[str]:
    """Return the repository paths that the survey names, and the folders above them."""
    survey = view.survey
    if survey is None:
        return frozenset()
    found: set[str] = set()
    for located in (*survey.containers, *survey.manifests, *survey.ci, *survey.iac, *survey.api_specs):
        found.add(located.path)
    for service in survey.services:
        found |= {e.path for e in service.evidence} | {p for p in (service.manifest, service.lock_file, service.path) if p}
        if service.build is not None:
            found |= {service.build.dockerfile, service.build.context}
    for migration in survey.migrations:
        found |= {p for p in (migration.path, migration.config) if p} | {r.path for r in migration.revisions}
    found |= {c.file for c in survey.compose_services} | {e.path for v in survey.env_vars for e in v.evidence}
    return frozenset(found | {str(folder) for path in found for folder in PurePosixPath(path).parents})


BASE_TOOLS = frozenset(
    "sh bash cat cp mv rm mkdir rmdir ls ln chmod chown chgrp touch grep egrep sed awk cut tr sort uniq head tail wc tee xargs find"
    " test printf echo date sleep env id"
    " uname hostname ps kill stat df du dd tar gzip gunzip zcat diff cmp basename dirname readlink realpath mktemp sha256sum md5sum"
    " base64 od expr true false seq install"
    " timeout nohup getent command who whoami umask tput less more sync nproc free uptime mount umount pgrep pkill shred comm paste"
    " split nl fold column numfmt tac rev"
    " useradd groupadd usermod userdel groupdel adduser addgroup passwd su sudo runuser systemctl journalctl loginctl timedatectl"
    " hostnamectl sysctl dmesg ip ss lsof"
    " apt-get apt dpkg apt-cache apt-mark apt-key dpkg-query crontab logger login reboot shutdown hostid getconf locale lsblk blkid"
    " swapon swapoff mkswap fallocate truncate"
    " update-ca-certificates ulimit flock setsid nice ionice renice modprobe lsmod udevadm visudo logrotate perl watch busctl"
    " exit return set export unset read local declare readonly shift trap eval exec source . : [ [[ break continue wait type hash alias"
    " builtin let getopts cd pushd popd"
    " typeset mapfile readarray times jobs fg bg disown history compgen complete shopt pwd dirs enable caller".split()
)
