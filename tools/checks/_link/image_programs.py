"""Say which programs well-known images do not hold, by name and tag (read in the images' own Dockerfiles)."""

from __future__ import annotations

import re2

_SLIM = frozenset(
    "ps top curl wget nc netstat ss ip ping dig nslookup vi vim less jq git make gcc telnet pgrep pkill free".split()
)  # of Debian and Ubuntu without more
_ALPINE = frozenset("bash curl jq git make gcc dig ss psql apt-get".split())
_NOTHING = frozenset("sh bash cat ls curl wget ps grep nc test".split())
_FETCHERS = frozenset({"curl", "wget"})
# official images that bring more than their base: image -> programs
_EXTRA: dict[str, frozenset[str]] = {
    "nginx": frozenset({"curl"}),
    "nginx-unprivileged": frozenset({"curl"}),
    "php": frozenset({"curl"}),
    "composer": frozenset({"curl", "bash", "git"}),
    "wordpress": frozenset({"curl", "bash"}),
    "nextcloud": frozenset({"curl", "bash"}),
    "drupal": frozenset({"curl"}),
    "matomo": frozenset({"curl", "bash"}),
    "consul": frozenset({"curl", "jq"}),
    "postgres": frozenset({"psql", "bash", "less"}),
    "postgis": frozenset({"psql", "bash", "less"}),
    "pgvector": frozenset({"psql", "bash", "less"}),
    "timescaledb": frozenset({"psql", "bash"}),
    "rabbitmq": frozenset({"bash", "openssl"}),
    "mysql": frozenset({"bash"}),
    "mongo": frozenset({"bash", "jq", "ps", "pgrep", "pkill", "top", "free"}),
    "mariadb": frozenset({"bash"}),
    "grafana": frozenset({"bash", "curl", "wget"}),
    "docker": frozenset({"git"}),
}
_DEBIAN = frozenset(
    "debian ubuntu postgres postgis pgvector redis valkey rabbitmq mongo mariadb memcached nginx nginx-unprivileged haproxy httpd".split()
)  # without a tag that says otherwise, Debian or Ubuntu with the program itself and no more
_ALPINES = frozenset("alpine traefik caddy vault registry eclipse-mosquitto loki".split())
_BUSYBOX = frozenset("busybox prometheus alertmanager node-exporter blackbox-exporter pushgateway postgres-exporter".split())
_EMPTY = frozenset(
    "scratch opentelemetry-collector opentelemetry-collector-contrib cloudflared watchtower dozzle portainer portainer-ce".split()
)
_ONLY_FETCHERS = frozenset("ollama/ollama qdrant/qdrant".split())
# programs that a release took away or brought: image -> (program, lowest major version without it, lowest with it or null)
_MOVED: dict[str, tuple[tuple[str, int, int | None], ...]] = {
    "mariadb": (("mysqladmin", 11, None), ("mysql", 11, None), ("mysqldump", 11, None)),
    "mongo": (("mongo", 6, None), ("mongosh", 0, 5)),
    "keycloak": (("curl", 22, None), ("wget", 17, None)),
}
_MAJOR = re2.compile(r"^v?(\d{1,3})(?:[.-]|$)")
_OWN = re2.compile(r"[a-z0-9-]+")
_MAKERS = frozenset(
    "prom grafana quay.io/prometheus quay.io/keycloak postgis pgvector valkey nginxinc otel cloudflare containrrr amir20 portainer"
    " hashicorp timescale prometheuscommunity quay.io/prometheuscommunity jboss".split()
)
_DOTNET = ("dotnet/aspnet", "dotnet/runtime", "dotnet/runtime-deps")


def lacks(image: str) -> frozenset[str]:
    """Return the programs that an image, as a reference names it, surely does not hold; none where that is not known."""
    reference = image.partition("@")[0].lower().removeprefix("docker.io/").removeprefix("library/")
    path, tag = reference, ""
    if ":" in reference.rpartition("/")[2]:
        path, _, tag = reference.rpartition(":")
    if "distroless" in path or "chiseled" in tag or path == "scratch":
        return frozenset() if "debug" in tag else _NOTHING
    if path in _ONLY_FETCHERS:
        return _FETCHERS
    if path.endswith(_DOTNET):
        return _ALPINE if "alpine" in tag else _SLIM
    name = path.rpartition("/")[2]
    official = _OWN.fullmatch(path) is not None or path.rpartition("/")[0] in _MAKERS
    return (_of_base(name, tag) - _EXTRA.get(name, frozenset())) | _moved(name, tag) if official else frozenset()


def _of_base(name: str, tag: str) -> frozenset[str]:
    if "$" in tag:
        return _ALPINE if name in _ALPINES else frozenset()
    if name in _EMPTY:
        return frozenset() if "alpine" in tag or "debug" in tag else _NOTHING
    if name == "nginx" and "alpine-slim" in tag:
        return _ALPINE | {"curl"}
    if "alpine" in tag or name in _ALPINES:
        return _ALPINE
    if name in _BUSYBOX:
        return frozenset({"curl", "bash", "jq", "git"})
    return _SLIM if "slim" in tag or name in _DEBIAN else frozenset()


def _moved(name: str, tag: str) -> frozenset[str]:
    """Return what the tag's major version does not hold, where releases differ; `latest` and no tag stand for the newest."""
    version = _MAJOR.match(tag)
    major = int(version.group(1)) if version is not None else 999 if tag in ("", "latest") else None
    if major is None:
        return frozenset()
    found = _MOVED.get(name, ())
    return frozenset(program for program, gone, back in found if major >= gone and (back is None or major < back))
