"""Know Hex packages: which store, broker, sign-in or foreign service each reaches, and which are mappers."""

from __future__ import annotations

from .libraries import Libraries

ADAPTERS = {  # adapter module of an Ecto repository -> store
    "Ecto.Adapters.Postgres": "postgresql", "Ecto.Adapters.MyXQL": "mysql", "Ecto.Adapters.MySQL": "mysql",
    "Ecto.Adapters.SQLite3": "sqlite",
    "Ecto.Adapters.Tds": "mssql", "Mongo.Ecto": "mongodb", "Ecto.Adapters.ClickHouse": "clickhouse", "Ecto.Adapters.Exqlite": "sqlite",
    "Ecto.Adapters.LibSql": "libsql", "EctoFoundationDB": "foundationdb",
}  # fmt: skip
MAILERS = {  # adapter of Swoosh or Bamboo, without what surrounds its name -> integration
    "SMTP": "smtp", "Mua": "smtp", "Mailgun": "mailgun", "Postmark": "postmark", "Sendgrid": "sendgrid", "SendGrid": "sendgrid",
    "AmazonSES": "ses", "ExAwsAmazonSES": "ses", "Ses": "ses", "SES": "ses", "Brevo": "brevo", "Sendinblue": "brevo",
    "Mandrill": "mandrill",
    "Mailjet": "mailjet", "SparkPost": "sparkpost", "Resend": "resend", "SocketLabs": "socketlabs", "MailPace": "mailpace",
    "ZeptoMail": "zeptomail", "Scaleway": "scaleway-email", "Gmail": "gmail",
}  # fmt: skip
ELIXIR = Libraries(
    drivers={
        "postgrex": "postgresql", "myxql": "mysql", "mariaex": "mysql", "ecto_sqlite3": "sqlite", "exqlite": "sqlite", "tds": "mssql",
        "redix": "redis", "phoenix_pubsub_redis": "redis", "mongodb_driver": "mongodb", "mongodb": "mongodb", "memcachex": "memcached",
        "xandra": "cassandra", "ecto_ch": "clickhouse", "ch": "clickhouse", "elasticsearch": "elasticsearch", "snap": "elasticsearch",
        "elastix": "elasticsearch", "bolt_sips": "neo4j", "boltx": "neo4j", "instream": "influxdb", "meilisearch_ex": "meilisearch",
        "ex_aws_s3": "s3", "waffle": "", "ex_aws_dynamo": "dynamodb", "couchdb_connector": "couchdb", "riak": "riak", "cubdb": "cubdb",
        "ex_typesense": "typesense", "goth": "",
    },
    brokers={
        "oban": ("oban", "postgresql"), "exq": ("exq", "redis"), "verk": ("verk", "redis"), "que": ("que", "mnesia"), "amqp": ("rabbitmq",
        "rabbitmq"),
        "broadway_rabbitmq": ("rabbitmq", "rabbitmq"), "rabbit": ("rabbitmq", "rabbitmq"), "lapin": ("rabbitmq", "rabbitmq"),
        "brod": ("kafka", "kafka"), "kafka_ex": ("kafka", "kafka"), "kaffe": ("kafka", "kafka"), "broadway_kafka": ("kafka", "kafka"),
        "gnat": ("nats", "nats"), "broadway_sqs": ("sqs", "sqs"), "ex_aws_sqs": ("sqs", "sqs"), "tortoise": ("mqtt", "mqtt"),
        "emqtt": ("mqtt", "mqtt"), "broadway_cloud_pub_sub": ("pubsub", "pubsub"), "faktory_worker": ("faktory", "faktory"),
    },
    orms={"ecto_sql": "ecto", "ash_postgres": "ash", "ash": "ash"},
    auth={
        "guardian": "jwt", "joken": "jwt", "jose": "jwt", "ueberauth": "oauth2", "assent": "oauth2", "pow": "pow", "coherence": "coherence",
        "oauth2": "oauth2", "boruta": "oauth2", "ex_oauth2_provider": "oauth2", "openid_connect": "oidc", "oidcc": "oidc", "samly": "saml",
        "exldap": "ldap", "bcrypt_elixir": "password-hash", "argon2_elixir": "password-hash", "pbkdf2_elixir": "password-hash",
        "comeonin": "password-hash", "nimble_totp": "otp", "pot": "otp", "wax_": "webauthn", "ash_authentication": "ash-authentication",
        "bodyguard": "permissions", "canada": "permissions", "let_me": "permissions",
    },
    caches={"cachex": "cachex", "con_cache": "con_cache", "nebulex": "nebulex", "ane": "in-process"},
    integrations={
        "logflare_logger_backend": "logflare",
        "sentry": "sentry", "appsignal": "appsignal", "appsignal_phoenix": "appsignal", "new_relic_agent": "newrelic",
        "honeybadger": "honeybadger",
        "rollbax": "rollbar", "bugsnag": "bugsnag", "airbrake": "airbrake", "opentelemetry": "opentelemetry",
        "opentelemetry_exporter": "opentelemetry", "spandex_datadog": "datadog", "prom_ex": "prometheus",
        "telemetry_metrics_prometheus": "prometheus", "telemetry_metrics_prometheus_core": "prometheus", "prometheus_ex": "prometheus",
        "telemetry_metrics_statsd": "statsd", "statix": "statsd", "swoosh": "smtp", "bamboo": "smtp", "bamboo_smtp": "smtp",
        "bamboo_postmark": "postmark", "bamboo_ses": "ses", "bamboo_sendgrid": "sendgrid",
        "gen_smtp": "smtp",
        "mail": "smtp", "stripity_stripe": "stripe", "braintree": "braintree", "ex_twilio": "twilio", "ex_aws": "aws", "ex_aws_ses": "ses",
        "aws_credentials": "aws", "goth": "google-apis", "slack": "slack", "tentacat": "github", "openai": "openai", "openai_ex": "openai",
        "anthropix": "anthropic", "langchain": "langchain", "nostrum": "discord", "telegex": "telegram", "ex_gram": "telegram",
        "pigeon": "push-notifications", "fcmex": "firebase", "fun_with_flags": "fun_with_flags", "ldclient": "launchdarkly",
        "posthog": "posthog", "mixpanel_api_ex": "mixpanel", "algolia": "algolia", "cloudex": "cloudinary", "kubereq": "kubernetes-api",
        "locus": "geoip", "geolix": "geoip", "vaultex": "vault", "hackney_telemetry": "",
    },
)  # fmt: skip
