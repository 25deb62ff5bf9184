"""Turn the start command that a repository declares into the one that production runs."""

from __future__ import annotations

import shlex

import re2

from ...core.facts import Service
from ...tools.dockerfile import start

SHELL_SIGNS = ("&&", "||", "|", ";", "$", ">", "<", "`", "*")
BASH_SIGNS = ("/dev/tcp/", "[[", "<(", "pipefail")
"""What dash, the `sh` of Debian and Alpine images, does not know."""
RELOAD_FLAGS = {"--reload", "--debug", "--use-reloader", "--watch"}


def production_command(service: Service, generated: bool, composed: bool = False) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the container command (empty: the image's own) and one sentence per change against the declared one.

    `generated`: the image is made here and carries no command of its own choosing. `composed`: the repository's compose file sets the
    command, which then wins over the image's; a Procfile does not, since its platform never starts this image.
    """
    if generated and (placed := start(service)):
        return placed, ()
    declared = service.start_command
    if not declared:
        return (), ()
    if generated and service.build and service.build.missing_sources and service.runtime == "node" and service.entrypoint:
        return ("node", service.entrypoint), (f"the image holds the whole build, so the program stands at `{service.entrypoint}`",)
    own = (*service.build.entrypoint, *service.build.command) if service.build else ()
    told = bool(own) and declared.startswith(f"{' '.join(own)} ")  # the word that its entrypoint script waits for
    if not generated and own and not told and (_same(declared, own) or (service.role == "web" and not composed)):
        return (), ()
    if service.port is not None:
        declared = _with_port(declared, service.port, service.port_env)
    if any(sign in declared for sign in SHELL_SIGNS):
        shell = "bash" if any(sign in declared for sign in BASH_SIGNS) else "sh"
        return (shell, "-c", declared), ()
    argv = shlex.split(declared)
    changed: list[str] = []
    if generated:
        argv = _scripted(service, argv, changed)
    argv = _without_reload(argv, changed)
    argv = _served(service, argv, changed)
    argv = _bound(service, argv, changed)
    return tuple(argv), (("; ".join(changed),) if changed else ())


def _with_port(command: str, port: int, variable: str | None) -> str:
    """Put the port in place of `$PORT` and `${PORT:-8000}`, so that the program itself is process 1 and gets its signals, not a shell."""
    for name in dict.fromkeys(n for n in (variable, "PORT") if n):
        command = re2.sub(rf'"?\$(?:{name}\b|\{{{name}(?::?-[0-9]*)?\}})"?', str(port), command)
    return command


def _scripted(service: Service, argv: list[str], changed: list[str]) -> list[str]:
    """Return what a package script runs, or let npm run it: the image that runs holds no other package manager.

    A script with a `pre` or `post` twin stays a script, since they run with it.
    """
    if len(argv) < 2 or argv[0] not in ("npm", "yarn", "pnpm"):
        return argv
    name, rest = (argv[2], argv[3:]) if argv[1] in ("run", "run-script") and len(argv) > 2 else (argv[1], argv[2:])
    text = service.scripts.get(name)
    if text is None:
        return argv
    words = [] if any(sign in text for sign in SHELL_SIGNS) else shlex.split(text)
    if words[:1] == ["node"] and not rest and not {f"pre{name}", f"post{name}"} & set(service.scripts):
        changed.append(f"`{text}` is what the script `{name}` runs; without a package manager before it, node itself gets the signals")
        return words
    if argv[0] == "npm":
        return argv
    changed.append(f"npm runs the script `{name}`: the image that runs holds no {argv[0]}")
    return ["npm", "run", name, *(["--", *rest] if rest else [])]


def _same(text: str, argv: tuple[str, ...]) -> bool:
    return bool(argv) and (shlex.join(argv) == text or " ".join(argv) == text)


def _without_reload(argv: list[str], changed: list[str]) -> list[str]:
    kept = [a for a in argv if a not in RELOAD_FLAGS]
    if kept != argv:
        changed.append("the reloader is off: it watches files and forks, and belongs on a workstation")
    return kept


def _served(service: Service, argv: list[str], changed: list[str]) -> list[str]:
    """Replace a development server by the production server that the repository itself depends on."""
    text, port = " ".join(argv), service.port or 8000
    libraries = service.dependency_names()
    if "manage.py runserver" in text and service.entrypoint and "gunicorn" in libraries:
        changed.append("`runserver` is Django's development server; gunicorn is among the dependencies")
        return ["gunicorn", service.entrypoint, "--bind", f"0.0.0.0:{port}", "--workers", "2", "--access-logfile", "-"]
    if argv[:2] in (["flask", "run"], ["fastapi", "dev"]) and service.entrypoint:
        if argv[0] == "flask" and "gunicorn" in libraries:
            changed.append("`flask run` is a development server; gunicorn is among the dependencies")
            return ["gunicorn", service.entrypoint, "--bind", f"0.0.0.0:{port}", "--workers", "2", "--access-logfile", "-"]
        if argv[0] == "fastapi":
            changed.append("`fastapi dev` reloads on change; `fastapi run` is its production form")
            return ["fastapi", "run", *argv[2:]]
    if argv[:1] == ["nodemon"] and len(argv) > 1:
        changed.append("nodemon watches files; node itself runs the same file")
        return ["node", *argv[1:]]
    return argv


def _bound(service: Service, argv: list[str], changed: list[str]) -> list[str]:
    """Make a server listen on every interface of its container: the default of several is loopback, which no other container reaches."""
    if service.role != "web" or not argv:
        return argv
    name, port = argv[0], str(service.port or 8000)
    if name == "uvicorn" and "--host" not in argv:
        changed.append("`--host 0.0.0.0` is set: uvicorn listens on loopback by default")
        argv = [*argv, "--host", "0.0.0.0"]
        return argv if "--port" in argv else [*argv, "--port", port]
    if name == "gunicorn" and not any(a in ("-b", "--bind") or a.startswith(("--bind=", "-b=")) for a in argv) and not service_config(argv):
        changed.append("`--bind 0.0.0.0` is set: gunicorn listens on loopback by default")
        return [*argv, "--bind", f"0.0.0.0:{port}"]
    return argv


def service_config(argv: list[str]) -> bool:
    """Tell whether a gunicorn command takes its settings from a file."""
    return any(a in ("-c", "--config") or a.startswith(("--config=", "-c=")) for a in argv)
