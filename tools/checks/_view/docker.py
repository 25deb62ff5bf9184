"""Read docker command lines: which subcommand, which compose files, which service or image, which command inside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .options import Arguments, split
from .words import Word


def _flags(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GLOBAL = _flags("-c --context --config -H --host -l --log-level --tlscacert --tlscert --tlskey")
_COMPOSE = _flags("-f --file -p --project-name --env-file --profile --project-directory --progress --parallel --ansi")
_COMPOSE_SUB: dict[str, frozenset[str]] = {
    "exec": _flags("-u --user -w --workdir -e --env --index"),
    "run": _flags(
        "-u --user -w --workdir -e --env -v --volume -p --publish --name --entrypoint -l --label --cap-add --cap-drop --env-from-file"
        " --pull"
    ),
    "up": _flags("-t --timeout --scale --wait-timeout --pull --exit-code-from --attach --no-attach"),
    "logs": _flags("-n --tail --since --until --index"),
    "build": _flags("--build-arg --progress --ssh -m --memory --builder"),
    "ps": _flags("--format --filter --status"),
    "config": _flags("--format -o --output --hash"),
    "cp": _flags("--index"),
    "scale": _flags(""),
    "rm": _flags(""),
    "stop": _flags("-t --timeout"),
    "restart": _flags("-t --timeout"),
    "down": _flags("-t --timeout --rmi"),
    "kill": _flags("-s --signal"),
    "pull": _flags("--policy"),
    "push": _flags(""),
    "images": _flags("--format"),
    "port": _flags("--protocol --index"),
    "wait": _flags(""),
    "create": _flags("--scale --pull"),
}
_RUN = _flags(
    "-a --attach --add-host --annotation --blkio-weight --cap-add --cap-drop --cgroup-parent --cgroupns --cidfile --cpu-period"
    " --cpu-quota --cpu-shares -c"
    " --cpus --cpuset-cpus --cpuset-mems --device --dns --dns-option --dns-search --domainname --entrypoint -e --env --env-file"
    " --expose --gpus --group-add"
    " --health-cmd --health-interval --health-retries --health-start-period --health-timeout -h --hostname --ip --ip6 --ipc --isolation"
    " -l --label"
    " --label-file --link --log-driver --log-opt --mac-address -m --memory --memory-reservation --memory-swap --mount --name --network"
    " --net --network-alias"
    " --oom-score-adj --pid --pids-limit --platform -p --publish --pull --restart --runtime --security-opt --shm-size --stop-signal"
    " --stop-timeout"
    " --storage-opt --sysctl --tmpfs --ulimit -u --user --userns --uts -v --volume --volume-driver --volumes-from -w --workdir"
)
_SUB: dict[str, frozenset[str]] = {
    "run": _RUN,
    "create": _RUN,
    "exec": _flags("-e --env --env-file -u --user -w --workdir --detach-keys"),
    "build": _flags(
        "-t --tag -f --file --build-arg --target --platform --cache-from --cache-to --label --network --progress --secret --ssh -o"
        " --output --iidfile"
        " --metadata-file --add-host --builder --build-context --ulimit --pull-policy -m --memory --provenance --sbom --attest --allow"
        " --annotation"
    ),
    "inspect": _flags("-f --format --type"),
    "login": _flags("-u --username -p --password"),
    "logs": _flags("-n --tail --since --until"),
    "cp": _flags(""),
    "ps": _flags("-f --filter --format -n --last"),
    "tag": _flags(""),
    "push": _flags(""),
    "pull": _flags("--platform"),
}
_MANAGEMENT = frozenset(
    "image container volume network buildx builder system secret config service stack node swarm manifest context plugin checkpoint".split()
)
_BUILDX = _SUB["build"]
_MANAGED = _flags(
    "-f --filter --format -d --driver --opt -o --label --subnet --gateway --ip-range --aux-address -c --compose-file --tail --since"
    " --until --name"
    " --replicas --network -e --env --mount -p --publish --constraint --limit-memory --limit-cpu --reserve-memory --reserve-cpu"
    " --update-delay"
    " --update-parallelism --secret --config --env-add --env-rm --image --detach-keys --scope --template-driver --platform -t --tag"
    " --build-arg --target"
)


@dataclass(frozen=True, slots=True)
class DockerCall:
    """Be one docker command line.

    `verb` is `compose up`, `run`, `image inspect`, … `files`, `env_files`, `profiles`, `project` are compose's own options; `target` is the
    service, container or image a command runs in; `command` are the words run there; `names` are the remaining positional words.
    """

    verb: str
    arguments: Arguments
    names: tuple[Word, ...] = ()
    files: tuple[Word, ...] = ()
    env_files: tuple[Word, ...] = ()
    profiles: tuple[Word, ...] = ()
    project: Word | None = None
    directory: Word | None = None
    target: str = ""
    command: tuple[Word, ...] = ()
    line: int = 1

    @property
    def compose(self) -> bool:
        """Say whether it is a docker compose command."""
        return self.verb.startswith("compose")


def read_docker(words: Sequence[Word]) -> DockerCall | None:
    """Return what a docker (or docker-compose, podman) command line says, or null when it has no subcommand."""
    program = words[0].template.rpartition("/")[2]
    line = words[0].line
    if program == "docker-compose":
        return _compose(words[1:], line)
    rest = split(words[1:], _GLOBAL, stop=True).positionals
    if not rest:
        return None
    verb = rest[0].template
    if verb == "compose":
        return _compose(rest[1:], line)
    if verb in _MANAGEMENT and len(rest) > 1:
        return _managed(verb, rest[1:], line)
    runs = verb in ("run", "create", "exec")
    arguments = split(rest[1:], _SUB.get(verb, _MANAGED), stop=runs)
    return _call(verb, arguments, runs, line)


def _call(verb: str, arguments: Arguments, runs: bool, line: int) -> DockerCall:
    names = arguments.positionals
    if runs and names:
        return DockerCall(verb, arguments, names[:1], target=names[0].template, command=names[1:], line=line)
    return DockerCall(verb, arguments, names, line=line)


def _managed(group: str, words: Sequence[Word], line: int) -> DockerCall:
    verb = words[0].template
    if group == "container":
        runs = verb in ("run", "create", "exec")
        return _call(verb, split(words[1:], _SUB.get(verb, _MANAGED), stop=runs), runs, line)
    valued = _BUILDX if group in ("buildx", "builder") and verb == "build" else _SUB["inspect"] if verb == "inspect" else _MANAGED
    if group == "image" and verb == "build":
        return _call("build", split(words[1:], _BUILDX), False, line)
    name = "build" if group in ("buildx", "builder") and verb == "build" else f"{group} {verb}"
    stop = group == "service" and verb == "create"
    return _call(name, split(words[1:], valued, stop), False, line)


def _compose(words: Sequence[Word], line: int) -> DockerCall | None:
    own = split(words, _COMPOSE, stop=True)
    if not own.positionals:
        return None
    verb = own.positionals[0].template
    runs = verb in ("exec", "run")
    arguments = split(own.positionals[1:], _COMPOSE_SUB.get(verb, frozenset()), stop=runs)
    names = arguments.positionals
    target, command = (names[0].template, names[1:]) if runs and names else ("", ())
    entrypoint = arguments.values("--entrypoint") if runs else ()
    if entrypoint and entrypoint[-1].template:
        command = (entrypoint[-1], *command)
    projects, directories = own.values("-p", "--project-name"), own.values("--project-directory")
    return DockerCall(
        f"compose {verb}",
        arguments,
        names[:1] if runs else names,
        own.values("-f", "--file"),
        own.values("--env-file"),
        own.values("--profile"),
        projects[-1] if projects else None,
        directories[-1] if directories else None,
        target,
        tuple(command),
        line,
    )
