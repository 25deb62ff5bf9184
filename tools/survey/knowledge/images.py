"""Know container images: which runtime, data store, broker, proxy or tool an image reference names, and the version in its tag."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import re2

RUNTIMES: dict[str, str] = {  # last component of the repository -> runtime
    "python": "python", "pypy": "python", "uvicorn-gunicorn-fastapi": "python", "uvicorn-gunicorn": "python", "uwsgi-nginx-flask": "python",
    "miniconda3": "python", "micromamba": "python", "node": "node", "bun": "bun", "deno": "deno", "golang": "go", "ruby": "ruby",
    "jruby": "ruby",
    "php": "php", "php-fpm": "php", "frankenphp": "php", "rust": "rust", "openjdk": "java", "eclipse-temurin": "java",
    "amazoncorretto": "java",
    "ibm-semeru-runtimes": "java", "zulu-openjdk": "java", "zulu-openjdk-alpine": "java", "liberica-openjdk-alpine": "java",
    "liberica-openjre-alpine": "java", "liberica-openjdk-debian": "java", "sapmachine": "java", "adoptopenjdk": "java", "java": "java",
    "tomcat": "java", "jetty": "java", "clojure": "jvm", "sbt": "jvm", "aspnet": "dotnet", "sdk": "dotnet", "runtime": "dotnet",
    "runtime-deps": "dotnet", "elixir": "elixir", "erlang": "elixir", "swift": "swift", "haskell": "haskell", "crystal": "crystal",
    "dart": "dart",
    "gleam": "gleam", "zig": "zig", "perl": "perl", "julia": "julia", "gcc": "cpp",
}  # fmt: skip
LANGUAGES = {"node": "javascript", "bun": "javascript", "deno": "typescript", "dotnet": "csharp", "jvm": "clojure"}
_FOREIGN_TAG = {
    "tomcat",
    "jetty",
    "sbt",
    "clojure",
    "erlang",
    "miniconda3",
    "micromamba",
    "gcc",
    "frankenphp",
}  # the tag is not the runtime's version

STORES: dict[str, str] = {
    "postgres": "postgresql", "postgresql": "postgresql", "postgis": "postgresql", "pgvector": "postgresql", "timescaledb": "postgresql",
    "timescaledb-ha": "postgresql", "pgautoupgrade": "postgresql", "postgresql-repmgr": "postgresql", "spilo-16": "postgresql",
    "supabase-postgres": "postgresql",
    "cockroach": "cockroachdb", "yugabyte": "yugabytedb", "mysql": "mysql", "mysql-server": "mysql", "mariadb": "mariadb",
    "percona": "mysql",
    "percona-server": "mysql", "mongo": "mongodb", "mongodb": "mongodb", "mongodb-community-server": "mongodb", "redis": "redis",
    "documentdb-local": "documentdb", "ferretdb": "ferretdb",
    "redis-stack": "redis", "redis-stack-server": "redis", "redismod": "redis", "rejson": "redis", "valkey": "valkey", "keydb": "keydb",
    "dragonfly": "dragonfly", "memcached": "memcached", "elasticsearch": "elasticsearch", "opensearch": "opensearch",
    "meilisearch": "meilisearch",
    "typesense": "typesense", "solr": "solr", "cassandra": "cassandra", "scylla": "scylladb", "clickhouse-server": "clickhouse",
    "clickhouse": "clickhouse", "influxdb": "influxdb", "neo4j": "neo4j",
    "memgraph": "memgraph", "couchdb": "couchdb", "couchbase": "couchbase",
    "arangodb": "arangodb",
    "mssql-server": "mssql", "azure-sql-edge": "mssql", "server": "mssql", "oracle-xe": "oracle", "oracle-free": "oracle", "free": "oracle",
    "qdrant": "qdrant", "weaviate": "weaviate", "chroma": "chroma", "milvus": "milvus", "minio": "s3", "seaweedfs": "s3",
    "rethinkdb": "rethinkdb",
    "dynamodb-local": "dynamodb", "surrealdb": "surrealdb", "questdb": "questdb", "etcd": "etcd", "h2": "h2",
    "firebird": "firebird", "tarantool": "tarantool", "foundationdb": "foundationdb", "cloud-spanner-emulator": "spanner",
    "emulator": "spanner",
}  # fmt: skip
_OWNERS = {"server": ("mssql",), "free": ("database",), "emulator": ("cloud-spanner-emulator",)}  # only below this owner
BROKERS: dict[str, str] = {
    "rabbitmq": "rabbitmq", "kafka": "kafka", "cp-kafka": "kafka", "redpanda": "kafka", "kafka-native": "kafka", "nats": "nats",
    "nats-streaming": "nats", "activemq-classic": "activemq", "activemq": "activemq", "activemq-artemis": "activemq", "pulsar": "pulsar",
    "eclipse-mosquitto": "mqtt", "emqx": "mqtt", "elasticmq-native": "sqs", "elasticmq": "sqs", "nsq": "nsq", "beanstalkd": "beanstalkd",
}  # fmt: skip
PROXIES: dict[str, str] = {
    "nginx": "nginx", "nginx-unprivileged": "nginx", "openresty": "nginx", "traefik": "traefik", "caddy": "caddy", "haproxy": "haproxy",
    "envoy": "envoy", "nginx-proxy": "nginx", "kong": "kong", "apisix": "apisix", "nginx-proxy-manager": "nginx", "swag": "nginx",
}  # fmt: skip
TOOLS: dict[str, str] = {  # watch, administer, test or support; never a service of the application
    "prometheus": "prometheus", "grafana": "grafana", "grafana-oss": "grafana", "alertmanager": "prometheus", "node-exporter": "prometheus",
    "cadvisor": "prometheus", "loki": "loki", "promtail": "loki", "tempo": "tempo", "jaeger": "jaeger", "all-in-one": "jaeger",
    "zipkin": "zipkin",
    "openzipkin": "zipkin", "otel-collector": "opentelemetry", "opentelemetry-collector": "opentelemetry", "statsd-exporter": "prometheus",
    "opentelemetry-collector-contrib": "opentelemetry", "kibana": "kibana", "logstash": "logstash", "filebeat": "elastic-beats",
    "fluentd": "fluentd",
    "fluent-bit": "fluentd", "vector": "vector", "datadog-agent": "datadog", "agent": "datadog", "pgadmin4": "", "pgadmin": "",
    "adminer": "",
    "phpmyadmin": "", "mongo-express": "", "redis-commander": "", "redisinsight": "", "redis_exporter": "prometheus",
    "redis-exporter": "prometheus",
    "postgres-exporter": "prometheus", "postgres_exporter": "prometheus", "mysqld-exporter": "prometheus",
    "blackbox-exporter": "prometheus",
    "nginx-prometheus-exporter": "prometheus", "mailhog": "smtp", "mailpit": "smtp", "mailcatcher": "smtp", "maildev": "smtp",
    "smtp4dev": "smtp",
    "inbucket": "smtp", "greenmail": "smtp", "postfix": "smtp", "localstack": "aws", "kafka-ui": "", "kafdrop": "", "akhq": "",
    "zookeeper": "",
    "cp-zookeeper": "", "cp-schema-registry": "", "control-center": "", "portainer": "", "portainer-ce": "", "watchtower": "",
    "autoheal": "",
    "certbot": "", "acme-companion": "", "docker-gen": "", "selenium": "", "standalone-chrome": "", "standalone-firefox": "", "chrome": "",
    "playwright": "", "cypress": "", "k6": "", "sonarqube": "", "swagger-ui": "", "swagger-editor": "", "dozzle": "", "wait": "",
    "wait-for-it": "",
    "dockerize": "", "docker-wait-for-dependencies": "", "mc": "", "busybox": "", "alpine": "", "ubuntu": "", "debian": "", "curl": "",
    "dind": "", "aws-cli": "", "awscli": "",
    "docker": "", "vault": "vault", "consul": "consul", "unleash-server": "unleash", "flower": "", "sentry": "sentry", "mock-server": "",
    "mockserver": "", "wiremock": "", "pgbouncer": "", "pgbackrest": "", "postgres-backup-local": "", "backup": "", "ngrok": "",
    "cloudflared": "",
    "tunnel": "", "registry": "", "kibana-oss": "kibana", "seq": "seq", "aspire-dashboard": "opentelemetry", "cadence": "",
    "elasticvue": "", "cloud-sql-proxy": "cloud-sql", "gce-proxy": "cloud-sql", "clamav": "clamav", "istio-proxy": "", "proxyv2": "",
}  # fmt: skip

_VERSION = re2.compile(r"^v?(\d+(?:\.\d+)*(?:[a-z]+\d*)?)(?:$|[-_+.])")
_IN_NAME = re2.compile(r"^(?:openjdk|nodejs|java)-?(\d+)(?:-|$)")
_WORD = re2.compile(r"^(lts|latest|current|stable|nightly|edge)(?:-|$)")
_INSIDE = re2.compile(
    r"(?:^|-)(?:python|py|jdk|jre|java|openjdk|temurin|node|dotnet|ruby|php|go|bookworm-py|corretto)-?(\d+(?:\.\d+)*)(?:-|$)"
)


@dataclass(frozen=True, slots=True)
class Image:
    """Be an image reference taken apart; `tag` empty when there is none, `last` the last component of the repository."""

    reference: str
    repository: str
    owner: str
    last: str
    tag: str
    digest: str


@lru_cache(maxsize=2048)
def image(reference: str) -> Image:
    """Take `registry/owner/name:tag@digest` apart."""
    body, _, digest = reference.strip().partition("@")
    head, slash, tail = body.rpartition("/")
    name, _, tag = tail.partition(":")
    repository = f"{head}{slash}{name}"
    return Image(reference, repository, head.rpartition("/")[2].lower(), name.lower(), tag, digest)


_PREFIXES = (
    ("python-", "python"), ("nodejs-", "node"), ("nodejs", "node"), ("openjdk-", "java"), ("java", "java"), ("php-", "php"),
    ("ruby-", "ruby"), ("go-toolset", "go"), ("dotnet-", "dotnet"),
)  # fmt: skip


def runtime_of(reference: str) -> str | None:
    """Return the runtime that an image brings, None for any other image."""
    parsed = image(reference)
    if parsed.last in ("runtime", "sdk", "aspnet", "runtime-deps") and "dotnet" not in parsed.repository:
        return None
    if parsed.last in ("maven", "gradle"):
        return "java"
    if parsed.last == "uv":
        return "python" if version_of(reference) else None
    return RUNTIMES.get(parsed.last) or _prefixed(parsed.last)


def _prefixed(last: str) -> str | None:
    for prefix, runtime in _PREFIXES:
        if last.startswith(prefix) and (last == prefix or last[len(prefix) :][:1].isdigit()):
            return runtime
    return None


def version_of(reference: str) -> str | None:
    """Return the runtime version that the tag spells (`3.11` of `3.11-slim`, `lts` of `lts-alpine`), None where it spells none."""
    parsed = image(reference)
    # the name may hold the runtime's version; the tag is the image's own then (`ubi9/openjdk-21:1.20`)
    if parsed.last not in RUNTIMES and _prefixed(parsed.last):
        named = _IN_NAME.match(parsed.last)
        return str(named.group(1)) if named else None
    tag = parsed.tag.lower()
    inside = _INSIDE.search(tag)
    if parsed.last in ("maven", "gradle", "uv") or parsed.last in _FOREIGN_TAG or parsed.last.startswith("uvicorn-"):
        return inside.group(1) if inside else None
    found = _VERSION.match(tag) or _WORD.match(tag)
    if found:
        return str(found.group(1))
    return inside.group(1) if inside else None


def tag_version(reference: str) -> str | None:
    """Return the version of a data store, broker or proxy image; words such as `latest` and variants such as `alpine` are none."""
    found = _VERSION.match(image(reference).tag.lower())
    if found:
        return str(found.group(1))
    inside = image(reference).tag.lower()
    piece = next((p.removeprefix("pg") for p in inside.split("-") if p.removeprefix("pg")[:1].isdigit()), None)
    return piece if piece and image(reference).last in ("timescaledb", "pgvector", "timescaledb-ha") else None


def _named(table: dict[str, str], reference: str) -> str | None:
    parsed = image(reference)
    found = table.get(parsed.last)
    if found is not None and parsed.last in _OWNERS and parsed.owner not in _OWNERS[parsed.last]:
        return None
    return found


def store_of(reference: str) -> str | None:
    """Return the data store kind of an image, None for any other image."""
    return _named(STORES, reference)


def broker_of(reference: str) -> str | None:
    """Return the broker kind of an image, None for any other image."""
    return _named(BROKERS, reference)


def proxy_of(reference: str) -> str | None:
    """Return the reverse proxy of an image, None for any other image."""
    return _named(PROXIES, reference)


def tool_of(reference: str) -> str | None:
    """Return the integration id of a monitoring, administration or test image, empty for one without an id, None for any other."""
    parsed = image(reference)
    if parsed.last.endswith(("-exporter", "_exporter")):
        return "prometheus"
    return TOOLS.get(parsed.last, "" if parsed.repository.startswith(("cypress/", "docker.io/cypress/")) else None)


def is_aid(reference: str) -> bool:
    """Say whether an image is no application: a data store, a broker, or a tool for monitoring, administration or tests."""
    return bool(store_of(reference) or broker_of(reference)) or tool_of(reference) is not None


_COMMANDS: dict[str, tuple[str, int | None]] = {  # what the image itself starts, as its own documentation says
    "nginx": ('nginx -g "daemon off;"', 80), "nginx-unprivileged": ('nginx -g "daemon off;"', 8080), "httpd": ("httpd-foreground", 80),
    "tomcat": ("catalina.sh run", 8080), "jetty": ("java -jar /usr/local/jetty/start.jar", 8080), "traefik": ("traefik", 80),
    "caddy": ("caddy run --config /etc/caddy/Caddyfile --adapter caddyfile", 80),
    "haproxy": ("haproxy -f /usr/local/etc/haproxy/haproxy.cfg", None),
    "uvicorn-gunicorn-fastapi": ("/start.sh", 80), "uvicorn-gunicorn": ("/start.sh", 80), "frankenphp": ("frankenphp run", 80),
    "openresty": ('openresty -g "daemon off;"', 80),
}  # fmt: skip


def default_command(reference: str) -> tuple[str, int | None] | None:
    """Return (command, port) that an image starts by itself, None where its documentation names none."""
    parsed = image(reference)
    if parsed.last == "php":
        if "apache" in parsed.tag:
            return "apache2-foreground", 80
        return ("php-fpm", 9000) if "fpm" in parsed.tag else None
    return _COMMANDS.get(parsed.last)
