"""Know Python libraries: which store, cache, sign-in or foreign service each import reaches, and which are object-relational mappers."""

from __future__ import annotations

DRIVERS = {  # import -> (store, distribution names)
    "psycopg": ("postgresql", ("psycopg", "psycopg-binary")), "psycopg2": ("postgresql", ("psycopg2", "psycopg2-binary")),
    "asyncpg": ("postgresql", ("asyncpg",)), "pg8000": ("postgresql", ("pg8000",)), "aiopg": ("postgresql", ("aiopg",)),
    "pymysql": ("mysql", ("pymysql",)), "MySQLdb": ("mysql", ("mysqlclient",)), "aiomysql": ("mysql", ("aiomysql",)),
    "asyncmy": ("mysql", ("asyncmy",)), "mysql.connector": ("mysql", ("mysql-connector-python", "mysql-connector")),
    "mariadb": ("mariadb", ("mariadb",)), "pymongo": ("mongodb", ("pymongo",)), "motor": ("mongodb", ("motor",)),
    "mongoengine": ("mongodb", ("mongoengine", "flask-mongoengine")), "beanie": ("mongodb", ("beanie",)),
    "odmantic": ("mongodb", ("odmantic",)),
    "flask_pymongo": ("mongodb", ("flask-pymongo",)), "redis": ("redis", ("redis",)), "aioredis": ("redis", ("aioredis",)),
    "redis_om": ("redis", ("redis-om",)), "flask_redis": ("redis", ("flask-redis",)), "coredis": ("redis", ("coredis",)),
    "pymemcache": ("memcached", ("pymemcache",)), "pylibmc": ("memcached", ("pylibmc",)), "aiomcache": ("memcached", ("aiomcache",)),
    "elasticsearch": ("elasticsearch", ("elasticsearch",)), "elasticsearch_dsl": ("elasticsearch", ("elasticsearch-dsl",)),
    "opensearchpy": ("opensearch", ("opensearch-py",)), "meilisearch": ("meilisearch", ("meilisearch",)),
    "cassandra": ("cassandra", ("cassandra-driver",)), "neo4j": ("neo4j", ("neo4j",)), "neomodel": ("neo4j", ("neomodel",)),
    "clickhouse_driver": ("clickhouse", ("clickhouse-driver",)), "clickhouse_connect": ("clickhouse", ("clickhouse-connect",)),
    "influxdb_client": ("influxdb", ("influxdb-client",)), "qdrant_client": ("qdrant", ("qdrant-client",)),
    "weaviate": ("weaviate", ("weaviate-client",)),
    "chromadb": ("chroma", ("chromadb",)), "pymilvus": ("milvus", ("pymilvus",)), "pinecone": ("pinecone", ("pinecone", "pinecone-client")),
    "minio": ("s3", ("minio",)), "aiobotocore": ("s3", ("aiobotocore",)), "s3fs": ("s3", ("s3fs",)), "pymssql": ("mssql", ("pymssql",)),
    "oracledb": ("oracle", ("oracledb",)), "cx_Oracle": ("oracle", ("cx-oracle",)),
    "google.cloud.spanner": ("spanner", ("google-cloud-spanner",)),
    "couchdb": ("couchdb", ("couchdb",)), "arango": ("arangodb", ("python-arango",)), "duckdb": ("duckdb", ("duckdb",)),
    "valkey": ("valkey", ("valkey",)), "typesense": ("typesense", ("typesense",)),
    "google.cloud.firestore": ("firestore", ("google-cloud-firestore",)),
    "google.cloud.bigquery": ("bigquery", ("google-cloud-bigquery",)), "google.cloud.storage": ("gcs", ("google-cloud-storage",)),
    "azure.storage.blob": ("azure-blob", ("azure-storage-blob",)), "azure.cosmos": ("cosmosdb", ("azure-cosmos",)),
    "pynamodb": ("dynamodb", ("pynamodb",)), "snowflake.connector": ("snowflake", ("snowflake-connector-python",)),
    "aiosqlite": ("sqlite", ("aiosqlite",)), "sqlite3": ("sqlite", ()),
}  # fmt: skip
ORMS = {
    "sqlalchemy": "sqlalchemy", "flask_sqlalchemy": "sqlalchemy", "sqlmodel": "sqlmodel", "tortoise": "tortoise-orm", "peewee": "peewee",
    "pony": "pony", "mongoengine": "mongoengine", "beanie": "beanie", "odmantic": "odmantic", "ormar": "ormar", "django.db": "django-orm",
    "gino": "gino", "piccolo": "piccolo", "edgy": "edgy", "prisma": "prisma", "databases": "databases",
}  # fmt: skip
BROKERS = {
    "pika": "rabbitmq", "aio_pika": "rabbitmq", "kafka": "kafka", "confluent_kafka": "kafka", "aiokafka": "kafka", "nats": "nats",
    "kombu": "rabbitmq",
    "stomp": "activemq", "pulsar": "pulsar", "paho.mqtt": "mqtt", "aiomqtt": "mqtt", "faust": "kafka", "faststream.rabbit": "rabbitmq",
    "faststream.kafka": "kafka", "faststream.nats": "nats", "faststream.redis": "redis", "google.cloud.pubsub_v1": "pubsub",
    "azure.servicebus": "azure-service-bus",
}  # fmt: skip
AUTH = {
    "jwt": "jwt", "jose": "jwt", "flask_jwt_extended": "jwt", "rest_framework_simplejwt": "jwt", "fastapi_jwt_auth": "jwt",
    "joserfc": "jwt",
    "authlib": "oauth2", "oauthlib": "oauth2", "requests_oauthlib": "oauth2", "allauth": "oauth2", "social_django": "oauth2",
    "social_core": "oauth2",
    "oauth2_provider": "oauth2", "mozilla_django_oidc": "oidc", "flask_oidc": "oidc", "flask_login": "session", "flask_httpauth": "basic",
    "fastapi_users": "fastapi-users", "passlib": "password-hash", "bcrypt": "password-hash", "argon2": "password-hash",
    "pwdlib": "password-hash",
    "onelogin": "saml", "saml2": "saml", "djangosaml2": "saml", "ldap3": "ldap", "ldap": "ldap", "django_auth_ldap": "ldap",
    "fido2": "webauthn",
    "webauthn": "webauthn", "django_otp": "otp", "pyotp": "otp", "keycloak": "keycloak", "supertokens_python": "supertokens",
    "clerk_backend_api": "clerk",
    "rest_framework.authtoken": "token", "knox": "token", "guardian": "permissions", "casbin": "permissions", "flask_security": "session",
}  # fmt: skip
CACHES = {
    "flask_caching": "flask-caching", "fastapi_cache": "fastapi-cache", "aiocache": "aiocache", "cachetools": "cachetools",
    "django_redis": "redis",
    "dogpile": "dogpile", "cashews": "cashews", "diskcache": "diskcache", "cacheops": "redis", "async_lru": "in-process",
}  # fmt: skip
INTEGRATIONS = {
    "instana": "instana",
    "sentry_sdk": "sentry", "raven": "sentry", "rollbar": "rollbar", "bugsnag": "bugsnag", "honeybadger": "honeybadger",
    "newrelic": "newrelic",
    "ddtrace": "datadog", "datadog": "datadog", "elasticapm": "elastic-apm", "opentelemetry": "opentelemetry", "logfire": "logfire",
    "prometheus_client": "prometheus", "prometheus_fastapi_instrumentator": "prometheus", "django_prometheus": "prometheus",
    "starlette_exporter": "prometheus", "prometheus_flask_exporter": "prometheus", "statsd": "statsd", "stripe": "stripe",
    "braintree": "braintree",
    "paypalrestsdk": "paypal", "paddle_billing": "paddle", "twilio": "twilio", "sendgrid": "sendgrid", "mailjet_rest": "mailjet",
    "postmarker": "postmark",
    "anymail": "smtp", "smtplib": "smtp", "aiosmtplib": "smtp", "emails": "smtp", "fastapi_mail": "smtp", "flask_mail": "smtp",
    "flask_mailman": "smtp",
    "django.core.mail": "smtp", "resend": "resend", "slack_sdk": "slack", "slack_bolt": "slack", "slack": "slack", "telegram": "telegram",
    "aiogram": "telegram", "telebot": "telegram", "discord": "discord", "openai": "openai", "anthropic": "anthropic", "cohere": "cohere",
    "google.generativeai": "gemini", "google.genai": "gemini", "mistralai": "mistral", "groq": "groq", "langchain_openai": "openai",
    "langchain_anthropic": "anthropic", "litellm": "litellm", "replicate": "replicate", "huggingface_hub": "huggingface", "boto3": "aws",
    "aioboto3": "aws", "firebase_admin": "firebase", "google.cloud.tasks": "google-cloud-tasks",
    "google.cloud.secretmanager": "google-secret-manager",
    "azure.identity": "azure", "azure.keyvault": "azure-key-vault", "hvac": "vault", "ldclient": "launchdarkly", "UnleashClient": "unleash",
    "flagsmith": "flagsmith", "posthog": "posthog", "mixpanel": "mixpanel", "segment": "segment", "analytics": "segment",
    "amplitude": "amplitude",
    "algoliasearch": "algolia", "github": "github", "gitlab": "gitlab", "jira": "jira", "hubspot": "hubspot", "shopify": "shopify",
    "plaid": "plaid",
    "paramiko": "sftp", "apprise": "apprise", "pusher": "pusher", "pywebpush": "web-push", "exponent_server_sdk": "expo-push",
    "zeep": "soap",
    "supabase": "supabase", "storages": "s3", "cloudinary": "cloudinary", "python_http_client": "sendgrid",
    "mailchimp_marketing": "mailchimp",
    "intercom": "intercom", "zenpy": "zendesk", "simple_salesforce": "salesforce", "xero_python": "xero", "googlemaps": "google-maps",
    "googleapiclient": "google-apis", "tweepy": "twitter", "playwright": "playwright", "selenium": "selenium",
}  # fmt: skip


def looked_up(table: dict[str, str], module: str) -> str | None:
    """Return the table's value for a dotted module or the nearest package above it."""
    while module:
        if module in table:
            return table[module]
        module = module.rpartition(".")[0]
    return None
