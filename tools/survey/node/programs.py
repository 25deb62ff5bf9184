"""Know what single programs of the Node world start: engines with a file, loaders, keepers, framework starters, front-end tools."""

from __future__ import annotations

from dataclasses import dataclass

from .manifest import Package

WATCHERS = frozenset({"nodemon", "ts-node-dev", "tsnd", "node-dev", "supervisor", "tsc-watch", "onchange"})
LOADERS = frozenset(
    {"ts-node", "ts-node-esm", "tsx", "babel-node", "swc-node", "esno", "jiti", "esrun", "sucrase-node", "vite-node", "esbuild-node"}
)
KEEPERS = frozenset({"pm2", "pm2-runtime", "pm2-docker", "forever"})
ENGINES = frozenset({"node", "bun", "deno", "iojs", "nodejs"})
SERVERS = {
    "next": "next", "nuxt": "nuxt", "nuxi": "nuxt", "remix-serve": "remix", "react-router-serve": "react-router", "nest": "nestjs",
    "strapi": "strapi", "medusa": "medusa", "keystone": "keystone", "directus": "directus", "fastify": "fastify", "probot": "probot",
    "adonis": "adonisjs", "sails": "sails", "functions-framework": "functions-framework", "apollo-server": "apollo-server",
    "moleculer-runner": "moleculer", "graphile-worker": "graphile-worker", "payload": "payload", "redwood": "redwoodjs",
    "json-server": "json-server", "feathers": "feathers", "blitz": "blitz", "vinxi": "vinxi", "srvx": "srvx", "rw": "redwoodjs",
    "custom-server": "next",
}  # fmt: skip
FRONT_TOOLS = frozenset(
    { "vite", "react-scripts", "ng", "vue-cli-service", "gatsby", "parcel", "astro", "serve", "http-server", "expo", "webpack-dev-server",
    "snowpack", "craco", "ember", "live-server", "docusaurus", "vitepress", "vuepress", "react-native", "storybook", "start-storybook",
    "electron", "quasar", "webpack", "rsbuild", "eleventy", "hexo", "rspack", }
)  # fmt: skip
VALUE_FLAGS = frozenset(
    { "-r", "--require", "--import", "--loader", "--experimental-loader", "-e", "--env-file", "-f", "--file", "-P", "--project", "--exec",
    "-x", "--ext", "-w", "--watch-path", "--name", "-n", "-i", "--instances", "-C", "--conditions", "--tsconfig", "-p", "--port", "-H",
    "--hostname", "--config", "-c", "--dir", "--cwd", "--prefix", "--filter", "-F", "--import-map", "--inspect-port", "--title",
    "--stack-trace-limit", "--env", "-W", }
)  # fmt: skip
MIGRATORS = frozenset(
    { "prisma", "knex", "sequelize", "sequelize-cli", "typeorm", "drizzle-kit", "mikro-orm", "migrate-mongo", "db-migrate",
    "node-pg-migrate", "umzug", "dbmate", "typeorm-ts-node-commonjs", "typeorm-ts-node-esm", }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Start:
    """Say what one command starts.

    `target` is the file as written (`dist/main.js`), relative to `folder`; `engine` is node, bun or deno where named; `server` a
    framework's own starter (`next start`); `words` the command after wrappers; `development` marks watchers and dev servers.
    """

    folder: str
    words: tuple[str, ...]
    engine: str | None = None
    target: str | None = None
    server: str | None = None
    front: bool = False
    development: bool = False
    script: str | None = None  # the last script of the chain that led here
    package: Package | None = None
    port: int | None = None


def plain_start(folder: str, program: str, words: tuple[str, ...]) -> Start | None:
    """Return what one command without wrappers starts; None for builders, checkers, printers and anything unknown."""
    rest = words[1:]
    if program in SERVERS:
        return _server(folder, program, words)
    if program in FRONT_TOOLS:
        return Start(folder, words, front=True, development=program not in ("serve", "http-server"), port=_port(rest))
    if program in KEEPERS:
        return _kept(folder, program, words)
    if program in LOADERS:
        target = _file(rest)
        watch = "watch" in rest[:1] or "--watch" in rest or "--respawn" in rest
        return Start(folder, words, "node", target, development=watch) if target else None
    if program in ENGINES:
        return _engine(folder, program, words)
    return None


def _server(folder: str, program: str, words: tuple[str, ...]) -> Start | None:
    action = next((w for w in words[1:] if not w.startswith("-")), "")
    name = SERVERS[program]
    development = action in ("dev", "develop") or "--watch" in words or ("-w" in words and program == "nest") or "--debug" in words
    if program in ("nest", "next", "nuxt", "nuxi", "strapi", "medusa", "keystone", "sails", "blitz", "vinxi", "payload") and action not in (
        "start",
        "dev",
        "develop",
        "lift",
        "preview",
    ):
        return None
    return Start(
        folder, words, "node", None, name, development=development or (program == "nest" and action == "start"), port=_port(words[1:])
    )


def _kept(folder: str, program: str, words: tuple[str, ...]) -> Start | None:
    rest = [w for w in words[1:] if w not in ("start", "restart", "reload", "startOrRestart", "startOrReload")]
    target = _file(tuple(rest))
    return Start(folder, words, "node", target) if target else None


def _engine(folder: str, program: str, words: tuple[str, ...]) -> Start | None:
    rest = list(words[1:])
    engine = {"iojs": "node", "nodejs": "node"}.get(program, program)
    if program == "deno":
        if rest[:1] not in (["run"], ["serve"], ["start"]):
            return None
        target = _file(tuple(rest[1:]))
        watch = any(w.startswith("--watch") for w in rest)
        return Start(folder, words, "deno", target, development=watch) if target else None
    if program == "bun":
        rest = rest[1:] if rest[:1] == ["run"] else rest
        if rest[:1] in (["build"], ["test"], ["install"], ["x"], ["add"]):
            return None
    if any(w in ("-e", "--eval", "-p", "--print", "-v", "--version") for w in rest[:1]):
        return None
    watch = any(w in ("--watch", "--hot", "--inspect-brk") or w.startswith("--watch-path") for w in rest)
    if rest[:1] in (["ace"], ["ace.js"], ["build/ace.js"]):
        return Start(folder, words, engine, None, "adonisjs", development="--watch" in rest) if "serve" in rest else None
    target = _file(tuple(rest))
    return Start(folder, words, engine, target, development=watch) if target else None


def _file(words: tuple[str, ...]) -> str | None:
    """Return the first word that is no option nor an option's value."""
    at = 0
    while at < len(words):
        word = words[at]
        if word == "--":
            at += 1
        elif word.startswith("-"):
            at += 2 if word in VALUE_FLAGS and "=" not in word else 1
        elif word == "watch" and at == 0:
            at += 1
        else:
            return word.removeprefix("./") or None
    return None


def _port(words: tuple[str, ...]) -> int | None:
    for at, word in enumerate(words):
        flag, equals, value = word.partition("=")
        if flag in ("-p", "--port", "--listen", "-l"):
            given = value if equals else words[at + 1] if at + 1 < len(words) else ""
            if given.isdigit():
                return int(given)
        if word[:2] == "-p" and word[2:].isdigit():
            return int(word[2:])
    return None
