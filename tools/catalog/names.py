"""Map image repositories, package names and version words to products of the catalogue."""

from __future__ import annotations

from .images import ImageReference

DOCKER_HUB = frozenset(("", "docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com", "mirror.gcr.io"))
"""Hosts whose repositories are those of Docker Hub."""

LIBRARY_MIRRORS = ("public.ecr.aws/docker/library/",)
"""Prefixes under which the official images are mirrored tag by tag."""

SAME_TAGS = {
    "prom/prometheus": "quay.io/prometheus/prometheus",
    "prom/alertmanager": "quay.io/prometheus/alertmanager",
    "prom/node-exporter": "quay.io/prometheus/node-exporter",
    "prom/blackbox-exporter": "quay.io/prometheus/blackbox-exporter",
    "prom/mysqld-exporter": "quay.io/prometheus/mysqld-exporter",
    "prom/pushgateway": "quay.io/prometheus/pushgateway",
    "prometheuscommunity/postgres-exporter": "quay.io/prometheuscommunity/postgres-exporter",
    "aquasec/trivy": "ghcr.io/aquasecurity/trivy",
    "public.ecr.aws/aquasecurity/trivy": "ghcr.io/aquasecurity/trivy",
    "ghcr.io/grafana/grafana": "grafana/grafana",
    "ghcr.io/anchore/syft": "anchore/syft",
    "ghcr.io/anchore/grype": "anchore/grype",
    "ghcr.io/hadolint/hadolint": "hadolint/hadolint",
    "quay.io/oliver006/redis_exporter": "oliver006/redis_exporter",
    "ghcr.io/oliver006/redis_exporter": "oliver006/redis_exporter",
    "ghcr.io/valkey-io/valkey": "valkey/valkey",
    "gcr.io/cadvisor/cadvisor": "ghcr.io/google/cadvisor",
    "cr.fluentbit.io/fluent/fluent-bit": "fluent/fluent-bit",
    "docker.elastic.co/elasticsearch/elasticsearch": "elasticsearch",
    "docker.elastic.co/kibana/kibana": "kibana",
    "docker.elastic.co/logstash/logstash": "logstash",
}
"""Second homes of an image that carry the same tags."""

OTHER_PACKAGING = {
    "bitnami/postgresql": "postgresql",
    "bitnami/mysql": "mysql",
    "bitnami/mariadb": "mariadb",
    "bitnami/mongodb": "mongodb",
    "bitnami/redis": "redis",
    "bitnami/valkey": "valkey",
    "bitnami/rabbitmq": "rabbitmq",
    "bitnami/kafka": "kafka",
    "bitnami/nginx": "nginx",
    "bitnami/node": "nodejs",
    "bitnami/python": "python",
    "bitnami/memcached": "memcached",
    "bitnami/zookeeper": "zookeeper",
    "bitnami/elasticsearch": "elasticsearch",
    "bitnami/minio": "minio",
    "bitnami/kubectl": "kubectl",
    "minio/minio": "minio",
    "quay.io/minio/minio": "minio",
    "minio/mc": "mc",
    "quay.io/minio/mc": "mc",
    "grafana/promtail": "promtail",
    "openjdk": "temurin",
    "amazoncorretto": "temurin",
    "azul/zulu-openjdk": "temurin",
    "mcr.microsoft.com/openjdk/jdk": "temurin",
    "mcr.microsoft.com/dotnet/runtime": "aspnet",
    "mcr.microsoft.com/dotnet/core/aspnet": "aspnet",
    "mcr.microsoft.com/dotnet/core/sdk": "dotnet-sdk",
    "percona": "mysql",
    "percona/percona-server": "mysql",
    "mysql/mysql-server": "mysql",
    "mongodb/mongodb-community-server": "mongodb",
    "postgis/postgis": "postgresql",
    "supabase/postgres": "postgresql",
    "ghcr.io/cloudnative-pg/postgresql": "postgresql",
    "timescale/timescaledb-ha": "timescaledb",
    "ankane/pgvector": "pgvector",
    "confluentinc/cp-kafka": "kafka",
    "wurstmeister/kafka": "kafka",
    "confluentinc/cp-zookeeper": "zookeeper",
    "redis/redis-stack": "redis",
    "redis/redis-stack-server": "redis",
    "nginxinc/nginx-unprivileged": "nginx",
    "clickhouse/clickhouse-server": "clickhouse",
    "yandex/clickhouse-server": "clickhouse",
    "rockylinux/rockylinux": "rocky-linux",
    "grafana/grafana-oss": "grafana",
    "grafana/grafana-enterprise": "grafana",
    "jaegertracing/all-in-one": "jaeger",
    "gcr.io/distroless/python3-debian12": "python",
    "gcr.io/distroless/nodejs22-debian12": "nodejs",
    "gcr.io/distroless/nodejs20-debian12": "nodejs",
    "hashicorp/terraform": "terraform",
    "amazon/aws-cli": "aws-cli",
    "alpine/helm": "helm",
    "localstack/localstack-pro": "localstack",
    "opensearchproject/opensearch-dashboards": "opensearch",
}
"""Images of a product that are packaged or tagged otherwise than the one the catalogue verified."""

CYCLE_WORDS = {
    "debian": {"trixie": "13", "bookworm": "12", "bullseye": "11", "buster": "10", "stable": "13", "oldstable": "12"},
    "ubuntu": {"resolute": "26.04", "noble": "24.04", "jammy": "22.04", "focal": "20.04"},
    "nodejs": {"krypton": "24", "jod": "22", "iron": "20", "hydrogen": "18", "gallium": "16"},
    "mssql": {"2025": "17.0", "2022": "16.0", "2019": "15.0"},
}
"""Words of a tag that name a line."""

ALIASES = {
    "node": "nodejs",
    "node.js": "nodejs",
    "golang": "go",
    "java": "temurin",
    "jdk": "temurin",
    "jre": "temurin",
    "openjdk": "temurin",
    "dotnet": "dotnet-sdk",
    ".net": "dotnet-sdk",
    "pg": "postgresql",
    "mongo": "mongodb",
    "mssql-server": "mssql",
    "sqlserver": "mssql",
    "compose": "docker-compose",
    "buildx": "docker-buildx",
    "tofu": "opentofu",
    "apache": "httpd",
    "next": "nextjs",
    "next.js": "nextjs",
    "nest": "nestjs",
    "k8s": "kubernetes",
    "npm": "npm-cli",
    "aspnetcore": "aspnet",
    "otelcol": "otel-collector",
    "otelcol-contrib": "otel-collector-contrib",
    "psql": "pg-dump",
    "pg_dump": "pg-dump",
    "node_exporter": "node-exporter",
    "postgres_exporter": "postgres-exporter",
    "redis_exporter": "redis-exporter",
    "rocky": "rocky-linux",
    "rockylinux": "rocky-linux",
}
"""Other names of products, lower case."""


def canonical(reference: ImageReference) -> str:
    """Return the repository's usual name: no Docker Hub host, no library/ prefix, no mirror."""
    repository = reference.repository
    if reference.registry.lower() in DOCKER_HUB:
        return repository.removeprefix("library/").lower()
    full = f"{reference.registry}/{repository}".lower()
    for mirror in LIBRARY_MIRRORS:
        if full.startswith(mirror):
            return full.removeprefix(mirror)
    return full


def packaged_otherwise(repository: str) -> str | None:
    """Return the product that a canonical repository packages in its own way, or None."""
    return OTHER_PACKAGING.get(repository.replace("bitnamilegacy/", "bitnami/", 1))
