"""Understand start commands: what serves, which role, which port it binds, which application object it loads."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from functools import lru_cache

import re2

from ...core.facts import Role
from .parsers.shell import Command, split

SERVERS: dict[str, tuple[str, int | None]] = {  # program -> (server, documented default port)
    "gunicorn": ("gunicorn", 8000), "uvicorn": ("uvicorn", 8000), "hypercorn": ("hypercorn", 8000), "daphne": ("daphne", 8000),
    "granian": ("granian", 8000), "waitress-serve": ("waitress", 8080), "uwsgi": ("uwsgi", None), "uwsgi-core": ("uwsgi", None),
    "sanic": ("sanic", 8000), "fastapi": ("uvicorn", 8000), "flask": ("werkzeug", 5000), "streamlit": ("streamlit", 8501),
    "puma": ("puma", 9292), "rackup": ("rackup", 9292), "unicorn": ("unicorn", 8080), "thin": ("thin", 3000), "falcon": ("falcon", 9292),
    "next": ("next", 3000), "nuxt": ("nuxt", 3000), "remix-serve": ("remix-serve", 3000), "nest": ("node", 3000), "nginx": ("nginx", 80),
    "apache2-foreground": ("apache", 80), "httpd-foreground": ("apache", 80), "httpd": ("apache", 80), "php-fpm": ("php-fpm", 9000),
    "caddy": ("caddy", None), "traefik": ("traefik", 80), "frankenphp": ("frankenphp", None),
    "http.server": ("http.server", 8000), "SimpleHTTPServer": ("http.server", 8000),  # python -m
}  # fmt: skip

_WORKERS = {
    "celery": "celery", "rq": "rq", "rqworker": "rq", "dramatiq": "dramatiq", "huey_consumer": "huey", "huey_consumer.py": "huey",
    "arq": "arq", "taskiq": "taskiq", "sidekiq": "sidekiq", "resque": "resque", "procrastinate": "procrastinate", "faust": "faust",
    "locust": "locust", "good_job": "good_job", "saq": "saq",
}  # fmt: skip
_STARTED = {*SERVERS, *_WORKERS, "python", "python3", "node", "npm", "yarn", "pnpm", "java", "dotnet", "bundle", "uv", "poetry"}
"""Programs that an image's entry script hands over to."""
_WORKER_WORDS = (
    "worker", "consumer", "queue:work", "queue:listen", "horizon", "qcluster", "run_huey", "rundramatiq", "rqworker", "jobs:work",
    "process_tasks", "db_worker", "sendalerts", "solid_queue:start", "messenger:consume",
)  # fmt: skip
_SCHEDULER_WORDS = ("beat", "scheduler", "schedule:work", "rqscheduler", "clockwork", "cron", "crond", "supercronic", "rqcron")
_JOB_WORDS = (
    "migrate", "db:migrate", "db:prepare", "upgrade", "migration", "collectstatic", "seed", "loaddata", "createsuperuser", "setup",
    "init-db", "bootstrap",
)  # fmt: skip
_DEV_WORDS = (
    "nodemon", "--reload", "ts-node-dev", "tsx watch", "--watch", "run dev", "start:dev", "start:debug", "next dev", "nuxt dev",
    "fastapi dev", "air", "dotnet watch", "cargo watch", "webpack-dev-server", "--debug", "debugpy", "runserver_plus", "watchmedo",
    "watchfiles", "flask --debug", "reflex",
)  # fmt: skip
_RUNNERS = {"npm", "yarn", "pnpm", "npx", "bun", "bunx"}
_SHELLS = {"sh", "bash", "zsh", "ash"}
_BUILDERS = {"webpack", "tailwindcss", "esbuild", "sass", "tsc", "rollup", "parcel", "gulp", "grunt", "pytest", "jest", "cypress", "mkdocs"}
_WRAPPERS = {
    "uv": ("run",), "poetry": ("run",), "pipenv": ("run",), "pdm": ("run",), "rye": ("run",), "hatch": ("run",), "bundle": ("exec",),
    "npx": (), "tini": (), "dumb-init": (), "ddtrace-run": (), "opentelemetry-instrument": (), "newrelic-admin": ("run-program",),
    "doppler": ("run",), "sudo": (), "gosu": (), "su-exec": (), "catatonit": (), "conda": ("run",), "dotenv": ("run",),
    "chamber": ("exec",), "nice": (), "stdbuf": (), "wait-for-it": (), "./wait-for-it.sh": (), "/wait-for-it.sh": (), "dockerize": (),
    "bin/docker-entrypoint-web": (),
}  # fmt: skip
_VALUE_FLAGS = (
    "--python", "--env-file", "--extra", "--group", "--with", "-n", "--name", "-m", "--project", "--directory", "-wait", "-timeout", "-e",
    "-f", "-o",
)  # fmt: skip
_PORT_FLAGS = (
    "-b", "--bind", "-p", "--port", "--http", "--listen", "-l", "--http-socket", "--socket", "--server.port", "--http-port", "--bind-to",
    "--addr", "--address", "-addr", "-port", "-listen",
)  # fmt: skip
_PORT = re2.compile(r"(?:^|:)(\d{2,5})$")
_DEFAULTED = re2.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*:?-(\d{2,5})\}$")
_VARIABLE = re2.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)(?::?-[^}]*)?\}?$")
_APP = re2.compile(r"^[A-Za-z_][\w]*(?:\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(?:\(.*\))?$")


@dataclass(frozen=True, slots=True)
class Meaning:
    """Be what a command line says: `words` of the part that matters, wrappers taken off."""

    words: tuple[str, ...] = ()
    program: str = ""
    server: str | None = None
    default_port: int | None = None
    port: int | None = None
    port_env: str | None = None
    application: str | None = None  # `package.module:app` or `package.module`
    worker: str | None = None  # the task framework whose worker or scheduler this starts


@lru_cache(maxsize=4096)
def meaning(command: str) -> Meaning:
    """Return what the part of a command line that stays in the foreground says (the last of `a && b`)."""
    parts = split(_inner(command))
    if not parts:
        return Meaning()
    main = next((p for p in reversed(parts) if not p.background and p.words), parts[-1])
    words = _unwrapped(main)
    if not words:
        return Meaning()
    program = words[0].rpartition("/")[2]
    if program.startswith("python") and len(words) > 2 and words[1] == "-m":
        program, words = words[2], (words[2], *words[3:])
    server, default = SERVERS.get(program, (None, None))
    joined = " ".join(words)
    if "manage.py" in joined and ("runserver" in joined or "runserver_plus" in joined):
        server, default = "django-runserver", 8000
    if program == "php" and "-S" in words:
        server = "php"
    if program == "php" and any(w == "serve" for w in words):
        server, default = "artisan-serve", 8000
    if program == "rails" and any(w in ("s", "server") for w in words):
        server, default = "puma", 3000
    port, env = _port(words, server, dict(main.assignments))
    return Meaning(words, program, server, default, port, env, _application(words), _WORKERS.get(program))


def _inner(command: str) -> str:
    """Return the script inside `sh -c "…"`, the command itself otherwise."""
    try:
        words = shlex.split(command)
    except ValueError:
        return command
    if (
        len(words) >= 3
        and words[0].rpartition("/")[2] in ("sh", "bash", "ash", "dash", "zsh")
        and words[1] in ("-c", "-lc", "-ec", "-xc", "-euc")
    ):
        return " ".join(words[2:]) if len(words) == 3 else words[2]
    return command


def _unwrapped(command: Command) -> tuple[str, ...]:
    words = list(command.words)
    for _ in range(6):
        if not words:
            break
        name = words[0].rpartition("/")[2]
        if "entrypoint" in name and len(words) > 1 and words[1].rpartition("/")[2] in _STARTED:
            words = words[1:]
            continue
        known = _WRAPPERS.get(name, _WRAPPERS.get(words[0]))
        if known is None or (known and known[0] not in words[1:3]):
            break
        at = 1 if not known else words.index(known[0]) + 1
        while at < len(words) and (words[at].startswith("-") and words[at] != "--"):
            at += 2 if words[at] in _VALUE_FLAGS and "=" not in words[at] and not (words[at] == "-m" and name == "uv") else 1
        if at < len(words) and words[at] == "--":
            at += 1
        if name in ("gosu", "su-exec"):
            at += 1
        words = words[at:]
    return tuple(words)


def _port(words: tuple[str, ...], server: str | None, assigned: dict[str, str]) -> tuple[int | None, str | None]:
    """Return (port, variable): what the command binds, literally or as the default of a variable."""
    for at, word in enumerate(words):
        flag, equals, value = word.partition("=")
        if flag not in _PORT_FLAGS and not (word[:2] in ("-b", "-p") and len(word) > 2 and word[2:3] in ":0123456789$"):
            continue
        if flag in ("-p", "-l") and server is None:
            continue
        text = value if equals else word[2:] if flag not in _PORT_FLAGS else words[at + 1] if at + 1 < len(words) else ""
        found = _number(text)
        if found != (None, None):
            return found
    if server in ("django-runserver", "php", "daphne", "http.server") or "runserver" in words:
        for word in words[1:]:
            found = _number(word)
            if found != (None, None) and (":" in word or word.isdigit() or "$" in word):
                return found
    if "PORT" in assigned and assigned["PORT"].isdigit():
        return int(assigned["PORT"]), "PORT"
    return None, None


def _number(text: str) -> tuple[int | None, str | None]:
    text = text.strip("\"'")
    defaulted = _DEFAULTED.search(text)
    variable = _VARIABLE.search(text)
    if defaulted:
        return int(defaulted.group(1)), variable.group(1) if variable else None
    if variable:
        return None, variable.group(1)
    plain = _PORT.search(text)
    return (int(plain.group(1)), None) if plain else (None, None)


def _application(words: tuple[str, ...]) -> str | None:
    """Return the application that a Python server loads: the first `module:object`, or a dotted module behind the options."""
    for word in words[1:]:
        if _APP.match(word):
            return word
    for word in reversed(words[1:]):
        if word.endswith((".wsgi", ".asgi")) and not word.startswith("-"):
            return word
    return None


def role_of_command(command: str, name: str = "") -> Role | None:
    """Return worker, scheduler, job or web where command or name say so, None where they do not."""
    said = meaning(command)
    if said.worker or said.program == "celery":
        words = said.words
        if "beat" in words and "worker" not in words:
            return "scheduler"
        return "worker"
    text = f" {' '.join(said.words)} ".lower()
    named = name.lower()
    if said.server and said.server != "php-fpm":
        return "web"
    if any(w in text for w in _SCHEDULER_WORDS) or any(w in named for w in ("scheduler", "beat", "cron", "clock")):
        return "scheduler"
    if any(w in text for w in _WORKER_WORDS) or any(w in named for w in ("worker", "consumer", "queue", "sidekiq", "celery")):
        return "worker"
    if any(w in named for w in ("migrat", "release", "prestart", "seed", "init", "setup", "job")):
        return "job"
    if any(f" {w} " in text or f":{w} " in text for w in _JOB_WORDS):
        return "job"
    return None


def is_tooling(command: str, name: str = "") -> bool:
    """Say whether a command builds, watches or checks rather than runs: an asset builder in a compose file is no service."""
    said = meaning(command)
    if said.program in _SHELLS and len(said.words) == 1:
        return True
    if said.program == "flower" or (said.program == "celery" and "flower" in said.words):
        return True
    if not said.words or said.server or said.worker:
        return False
    words = {w for part in said.words[:4] for w in part.lower().replace("/", " ").replace(":", " ").split()}
    runner = said.program in _RUNNERS or any(w in _RUNNERS for w in words)
    if said.program in _BUILDERS or (runner and words & {"build", "watch", "lint", "test", "format", "typecheck", "storybook"}):
        return True
    return name.lower() in ("assets", "css", "js", "webpack", "tailwind", "vite") and bool(words & {"build", "watch"})


def looks_like_development(command: str) -> bool:
    """Say whether a command starts a development server or watcher that no production runs."""
    text = f" {command} "
    if "sleep infinity" in text or "tail -f /dev/null" in text or any(w.startswith(("dev_", "dev-", "dev:")) for w in text.split()):
        return True
    return any(f" {w} " in text or f"/{w} " in text for w in _DEV_WORDS)
