"""Know Rust crates: which store, broker, sign-in or foreign service each reaches; which web frameworks there are."""

from __future__ import annotations

from dataclasses import dataclass

from .libraries import Libraries


@dataclass(frozen=True, slots=True)
class Framework:
    """Be one web framework: its crates, the words of code that make a server of it, its default port, the variable that moves it."""

    name: str
    crates: tuple[str, ...]
    marks: tuple[str, ...]
    port: int | None = None
    variable: str | None = None


FRAMEWORKS = (
    Framework("loco", ("loco-rs",), ("loco_rs::",), 5150),
    Framework(
        "rocket", ("rocket",), ("rocket::build", "rocket::ignite", "#[launch]", "rocket::main", "rocket::custom"), 8000, "ROCKET_PORT"
    ),
    Framework("actix-web", ("actix-web",), ("HttpServer::new", "actix_web::main", "HttpServer", "HttpServiceBuilder")),
    Framework("poem", ("poem", "poem-openapi"), ("poem::Server", "Server::new")),
    Framework("salvo", ("salvo",), ("salvo::", "Server::new")),
    Framework("tide", ("tide",), ("tide::new", "tide::with_state"), 8080),
    Framework("warp", ("warp",), ("warp::serve", "warp::server")),
    Framework("ntex", ("ntex",), ("ntex::web", "HttpServer::new")),
    Framework("gotham", ("gotham",), ("gotham::start", "gotham::")),
    Framework("viz", ("viz",), ("viz::",)),
    Framework("iron", ("iron",), ("Iron::new",)),
    Framework("nickel", ("nickel",), ("Nickel::new",)),
    Framework("rouille", ("rouille",), ("rouille::start_server",)),
    Framework("dropshot", ("dropshot",), ("HttpServerStarter",)),
    Framework("trillium", ("trillium",), ("trillium_tokio::", "trillium_smol::"), 8080, "PORT"),
    Framework("axum", ("axum",), ("axum::serve", "axum::Server", "Router::new", "axum_server::")),
    Framework("grpc", ("tonic",), ("transport::Server", "Server::builder")),
    Framework("hyper", ("hyper", "hyper_wasi"), ("hyper::server", "Server::bind", "http1::Builder", "service_fn", "auto::Builder")),
    Framework("tiny_http", ("tiny_http",), ("tiny_http::Server", "Server::http")),
)
FEATURES = {  # feature of sqlx, diesel, sea-orm, … -> store
    "postgres": "postgresql", "postgresql": "postgresql", "sqlx-postgres": "postgresql", "postgres-native-tls": "postgresql",
    "mysql": "mysql", "sqlx-mysql": "mysql", "sqlite": "sqlite", "sqlx-sqlite": "sqlite", "mssql": "mssql", "sqlite-bundled": "sqlite",
}  # fmt: skip
EVERY = {"sqlx-all": ("mysql", "postgresql", "sqlite"), "all-databases": ("mysql", "postgresql", "sqlite")}  # features of several stores
POOLS = {  # words of code that choose among the features
    "PgPool": "postgresql", "PgConnection": "postgresql", "Postgres>": "postgresql", "sqlx::Postgres": "postgresql",
    "PgConnectOptions": "postgresql",
    "MySqlPool": "mysql", "MysqlConnection": "mysql", "MySqlConnection": "mysql", "sqlx::MySql": "mysql", "SqlitePool": "sqlite",
    "SqliteConnection": "sqlite", "sqlx::Sqlite": "sqlite", "SqliteConnectOptions": "sqlite", "AsyncPgConnection": "postgresql",
}  # fmt: skip
STORED = {"actix-session": "redis", "axum_session": "redis", "apalis": "redis"}  # crates that a feature named after redis keeps there
OBJECTS = {  # crate -> feature -> store of objects
    "object_store": {"aws": "s3", "gcp": "gcs", "azure": "azure-blob-storage"},
    "opendal": {"services-s3": "s3", "services-gcs": "gcs", "services-azblob": "azure-blob-storage"},
}
MAPPERS = ("sqlx", "diesel", "sea-orm", "diesel-async", "welds", "ormx", "sea-query", "sqlx-core", "rbatis", "sea-orm-migration", "loco-rs")
RUST = Libraries(
    drivers={
        "tokio-postgres": "postgresql", "postgres": "postgresql", "deadpool-postgres": "postgresql", "bb8-postgres": "postgresql",
        "r2d2_postgres": "postgresql", "rbdc-pg": "postgresql", "cornucopia": "postgresql", "pgvector": "postgresql",
        "mysql": "mysql", "mysql_async": "mysql",
        "mysql_async_wasi": "mysql", "rbdc-mysql": "mysql", "rusqlite": "sqlite", "tokio-rusqlite": "sqlite",
        "r2d2_sqlite": "sqlite", "libsql": "libsql", "tiberius": "mssql", "oracle": "oracle", "mongodb": "mongodb", "redis": "redis",
        "deadpool-redis": "redis", "bb8-redis": "redis", "r2d2_redis": "redis", "tower-sessions-redis-store": "redis", "fred": "redis",
        "rustis": "redis", "redis-async": "redis",
        "memcache": "memcached", "async-memcached": "memcached", "elasticsearch": "elasticsearch", "opensearch": "opensearch",
        "meilisearch-sdk": "meilisearch", "typesense": "typesense", "scylla": "scylladb", "cdrs-tokio": "cassandra",
        "cassandra-cpp": "cassandra", "neo4rs": "neo4j", "clickhouse": "clickhouse", "clickhouse-rs": "clickhouse",
        "influxdb": "influxdb", "influxdb2": "influxdb", "couchbase": "couchbase", "arangors": "arangodb", "surrealdb": "surrealdb",
        "qdrant-client": "qdrant", "etcd-client": "etcd", "aws-sdk-s3": "s3", "rust-s3": "s3", "rusoto_s3": "s3", "minio": "s3",
        "aws-sdk-dynamodb": "dynamodb", "rusoto_dynamodb": "dynamodb", "google-cloud-storage": "gcs", "google-cloud-spanner": "spanner",
        "firestore": "firestore", "azure_storage_blobs": "azure-blob-storage", "azure_data_cosmos": "cosmosdb", "sled": "sled",
        "rocksdb": "rocksdb", "redb": "redb", "duckdb": "duckdb",
    },
    brokers={
        "lapin": ("rabbitmq", "rabbitmq"), "amqprs": ("rabbitmq", "rabbitmq"), "amiquip": ("rabbitmq", "rabbitmq"),
        "rdkafka": ("kafka", "kafka"), "kafka": ("kafka", "kafka"), "rskafka": ("kafka", "kafka"), "async-nats": ("nats", "nats"),
        "nats": ("nats", "nats"), "pulsar": ("pulsar", "pulsar"), "rumqttc": ("mqtt", "mqtt"), "paho-mqtt": ("mqtt", "mqtt"),
        "aws-sdk-sqs": ("sqs", "sqs"), "google-cloud-pubsub": ("pubsub", "pubsub"), "apalis-redis": ("apalis", "redis"),
        "apalis-sql": ("apalis", "database"), "apalis": ("apalis", None), "fang": ("fang", "database"), "rusty-sidekiq": ("sidekiq",
        "redis"),
        "sqlxmq": ("sqlxmq", "postgresql"), "underway": ("underway", "postgresql"), "graphile_worker": ("graphile-worker", "postgresql"),
        "azure_messaging_servicebus": ("azure-service-bus", "azure-service-bus"), "faktory": ("faktory", "faktory"),
        "temporal-sdk": ("temporal", "temporal"), "rsmq_async": ("rsmq", "redis"),
    },
    orms={"diesel": "diesel", "sea-orm": "sea-orm", "sqlx": "sqlx", "rbatis": "rbatis", "welds": "welds"},
    auth={
        "jsonwebtoken": "jwt", "jwt": "jwt", "jwt-simple": "jwt", "josekit": "jwt", "biscuit": "jwt", "pasetors": "paseto",
        "rusty_paseto": "paseto", "oauth2": "oauth2", "openidconnect": "oidc", "openid": "oidc", "axum-login": "session",
        "tower-sessions": "session", "actix-session": "session", "actix-identity": "session", "axum-sessions": "session",
        "axum_session": "session", "actix-web-httpauth": "http-auth", "argon2": "password-hash", "rust-argon2": "password-hash",
        "bcrypt": "password-hash", "scrypt": "password-hash", "password-auth": "password-hash", "pbkdf2": "password-hash",
        "totp-rs": "otp", "webauthn-rs": "webauthn", "ldap3": "ldap", "samael": "saml", "casbin": "permissions", "oso": "permissions",
    },
    caches={"moka": "moka", "mini-moka": "moka", "cached": "cached", "lru": "in-process", "quick_cache": "in-process",
    "stretto": "in-process"},
    integrations={
        "sentry": "sentry", "sentry-actix": "sentry", "sentry-tower": "sentry", "rollbar": "rollbar", "opentelemetry": "opentelemetry",
        "opentelemetry-otlp": "opentelemetry", "tracing-opentelemetry": "opentelemetry", "opentelemetry-jaeger": "jaeger",
        "prometheus": "prometheus", "prometheus-client": "prometheus", "metrics-exporter-prometheus": "prometheus",
        "axum-prometheus": "prometheus", "actix-web-prom": "prometheus", "cadence": "statsd", "tracing-loki": "loki",
        "datadog-tracing": "datadog", "async-stripe": "stripe", "stripe-rust": "stripe", "lettre": "smtp", "mail-send": "smtp",
        "sendgrid": "sendgrid", "postmark": "postmark", "resend-rs": "resend", "aws-sdk-ses": "ses", "aws-sdk-sesv2": "ses",
        "aws-sdk-sns": "sns", "aws-config": "aws", "rusoto_core": "aws", "aws-sdk-secretsmanager": "aws-secrets-manager",
        "teloxide": "telegram", "frankenstein": "telegram", "serenity": "discord", "twilight-http": "discord", "poise": "discord",
        "slack-morphism": "slack", "octocrab": "github", "gitlab": "gitlab", "async-openai": "openai", "openai-api-rs": "openai",
        "anthropic": "anthropic", "twilio": "twilio", "vaultrs": "vault", "consulrs": "consul", "kube": "kubernetes-api",
        "posthog-rs": "posthog", "launchdarkly-server-sdk": "launchdarkly", "unleash-api-client": "unleash", "fcm": "firebase",
        "web-push": "web-push", "maxminddb": "geoip", "google-apis-common": "google-apis", "yup-oauth2": "google-apis", "ssh2": "sftp",
    },
)  # fmt: skip
