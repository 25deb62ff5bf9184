"""Know .NET packages: which store, broker, cache, sign-in or foreign service each reaches, and the calls and namespaces that use it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Driver:
    """Be one driver: package prefixes, store, words in code that use it."""

    kind: str
    packages: tuple[str, ...]
    uses: tuple[str, ...]


DRIVERS = (
    Driver(
        "postgresql",
        ("Npgsql", "Aspire.Npgsql"),
        ("UseNpgsql", "using Npgsql", "AddNpgsql", "NpgsqlConnection", "NpgsqlDataSource", "UsePostgres"),
    ),
    Driver(
        "mssql",
        (
            "Microsoft.EntityFrameworkCore.SqlServer",
            "Microsoft.Data.SqlClient",
            "System.Data.SqlClient",
            "Aspire.Microsoft.EntityFrameworkCore.SqlServer",
            "Aspire.Microsoft.Data.SqlClient",
        ),
        ("UseSqlServer", "using Microsoft.Data.SqlClient", "using System.Data.SqlClient", "AddSqlServer", " SqlConnection("),
    ),
    Driver(
        "mysql",
        (
            "Pomelo.EntityFrameworkCore.MySql",
            "MySql.Data",
            "MySql.EntityFrameworkCore",
            "MySqlConnector",
            "Aspire.MySqlConnector",
            "Aspire.Pomelo",
        ),
        ("UseMySql", "UseMySQL", "using MySql", "AddMySql", "MySqlConnection"),
    ),
    Driver(
        "sqlite",
        ("Microsoft.EntityFrameworkCore.Sqlite", "Microsoft.Data.Sqlite", "System.Data.SQLite"),
        ("UseSqlite", "using Microsoft.Data.Sqlite", "SqliteConnection", "SQLiteConnection"),
    ),
    Driver("oracle", ("Oracle.EntityFrameworkCore", "Oracle.ManagedDataAccess"), ("UseOracle", "using Oracle.ManagedDataAccess")),
    Driver(
        "mongodb",
        ("MongoDB.Driver", "MongoDB.EntityFrameworkCore", "Aspire.MongoDB"),
        ("MongoClient", "using MongoDB", "AddMongo", "UseMongoDB"),
    ),
    Driver(
        "redis",
        (
            "StackExchange.Redis",
            "Microsoft.Extensions.Caching.StackExchangeRedis",
            "Aspire.StackExchange.Redis",
            "Microsoft.AspNetCore.DataProtection.StackExchangeRedis",
            "ServiceStack.Redis",
            "FreeRedis",
        ),
        (
            "using StackExchange.Redis",
            "ConnectionMultiplexer",
            "AddStackExchangeRedisCache",
            "AddRedis",
            "AddDistributedRedisCache",
            "PersistKeysToStackExchangeRedis",
        ),
    ),
    Driver(
        "elasticsearch",
        ("Elastic.Clients.Elasticsearch", "NEST", "Elasticsearch.Net", "Aspire.Elastic"),
        ("ElasticsearchClient", "ElasticClient", "using Nest", "AddElasticsearch"),
    ),
    Driver("opensearch", ("OpenSearch.Client",), ("OpenSearchClient",)),
    Driver(
        "cosmosdb",
        ("Microsoft.Azure.Cosmos", "Microsoft.EntityFrameworkCore.Cosmos", "Aspire.Microsoft.Azure.Cosmos"),
        ("CosmosClient", "UseCosmos", "AddAzureCosmos"),
    ),
    Driver("cassandra", ("CassandraCSharpDriver",), ("using Cassandra",)),
    Driver("neo4j", ("Neo4j.Driver",), ("using Neo4j",)),
    Driver("clickhouse", ("ClickHouse.Client", "ClickHouse.Driver"), ("ClickHouseConnection",)),
    Driver("influxdb", ("InfluxDB.Client",), ("InfluxDBClient",)),
    Driver("ravendb", ("RavenDB.Client",), ("DocumentStore", "using Raven.Client")),
    Driver("litedb", ("LiteDB",), ("LiteDatabase",)),
    Driver("memcached", ("EnyimMemcachedCore",), ("AddEnyimMemcached",)),
    Driver("spanner", ("Google.Cloud.Spanner.Data",), ("SpannerConnection", "using Google.Cloud.Spanner")),
    Driver("firestore", ("Google.Cloud.Firestore",), ("FirestoreDb",)),
    Driver("gcs", ("Google.Cloud.Storage",), ("StorageClient",)),
    Driver("s3", ("AWSSDK.S3", "Minio"), ("IAmazonS3", "AmazonS3Client", "MinioClient", "IMinioClient")),
    Driver("dynamodb", ("AWSSDK.DynamoDBv2",), ("IAmazonDynamoDB", "AmazonDynamoDBClient", "DynamoDBContext")),
    Driver(
        "azure-blob-storage",
        ("Azure.Storage.Blobs", "Aspire.Azure.Storage.Blobs", "Microsoft.Azure.Storage.Blob", "WindowsAzure.Storage"),
        ("BlobServiceClient", "BlobContainerClient", "AddAzureBlob", "CloudBlobClient"),
    ),
    Driver("azure-table-storage", ("Azure.Data.Tables",), ("TableServiceClient", "TableClient")),
    Driver("qdrant", ("Qdrant.Client", "Aspire.Qdrant"), ("QdrantClient",)),
    Driver("meilisearch", ("MeiliSearch",), ("MeilisearchClient",)),
    Driver("marten", ("Marten",), ("AddMarten",)),
)
EMBEDDED = {"sqlite", "litedb"}
CARRIED = {"marten": "postgresql"}  # libraries that need another store
BROKERS = (
    (
        "rabbitmq",
        "rabbitmq",
        (
            "RabbitMQ.Client",
            "MassTransit.RabbitMQ",
            "EasyNetQ",
            "Aspire.RabbitMQ",
            "NServiceBus.RabbitMQ",
            "Rebus.RabbitMq",
            "WolverineFx.RabbitMQ",
            "DotNetCore.CAP.RabbitMQ",
        ),
    ),
    ("kafka", "kafka", ("Confluent.Kafka", "MassTransit.Kafka", "Aspire.Confluent.Kafka", "KafkaFlow", "WolverineFx.Kafka")),
    (
        "azure-service-bus",
        "azure-service-bus",
        (
            "Azure.Messaging.ServiceBus",
            "Microsoft.Azure.ServiceBus",
            "MassTransit.Azure.ServiceBus.Core",
            "Aspire.Azure.Messaging.ServiceBus",
        ),
    ),
    ("azure-event-hubs", "azure-event-hubs", ("Azure.Messaging.EventHubs",)),
    ("azure-storage-queue", "azure-storage-queue", ("Azure.Storage.Queues",)),
    ("sqs", "sqs", ("AWSSDK.SQS", "MassTransit.AmazonSQS", "AWS.Messaging")),
    ("nats", "nats", ("NATS.Client", "NATS.Net", "Aspire.NATS.Net")),
    ("mqtt", "mqtt", ("MQTTnet",)),
    ("pubsub", "pubsub", ("Google.Cloud.PubSub.V1",)),
    ("pulsar", "pulsar", ("DotPulsar",)),
    ("hangfire", None, ("Hangfire", "Hangfire.Core", "Hangfire.AspNetCore")),
    ("quartz", None, ("Quartz",)),
)
HANGFIRE = {  # package -> store that carries the jobs
    "Hangfire.SqlServer": "mssql", "Hangfire.PostgreSql": "postgresql", "Hangfire.Redis": "redis", "Hangfire.Pro.Redis": "redis",
    "Hangfire.Mongo": "mongodb", "Hangfire.MySqlStorage": "mysql", "Hangfire.MySql": "mysql", "Hangfire.SQLite": "sqlite",
    "Hangfire.Storage.SQLite": "sqlite",
}  # fmt: skip
ORMS = {
    "Microsoft.EntityFrameworkCore": "ef-core", "Npgsql.EntityFrameworkCore.PostgreSQL": "ef-core",
    "Pomelo.EntityFrameworkCore.MySql": "ef-core", "Aspire.Npgsql.EntityFrameworkCore": "ef-core",
    "Aspire.Microsoft.EntityFrameworkCore": "ef-core", "Dapper": "dapper", "NHibernate": "nhibernate", "FluentNHibernate": "nhibernate",
    "linq2db.EntityFrameworkCore": "ef-core", "linq2db": "linq2db",
    "EntityFramework": "ef6", "Marten": "marten", "FreeSql": "freesql", "SqlSugarCore": "sqlsugar",
    "ServiceStack.OrmLite": "ormlite", "RepoDb": "repodb",
}  # fmt: skip
AUTH = {
    "Microsoft.AspNetCore.Authentication.JwtBearer": "jwt", "System.IdentityModel.Tokens.Jwt": "jwt",
    "Microsoft.IdentityModel.JsonWebTokens": "jwt", "Microsoft.AspNetCore.Authentication.OpenIdConnect": "oidc",
    "Microsoft.Identity.Web": "azure-ad", "Duende.IdentityServer": "oidc", "IdentityServer4": "oidc", "OpenIddict": "oidc",
    "Microsoft.AspNetCore.Identity": "aspnet-identity", "Auth0.AspNetCore": "auth0",
    "Microsoft.AspNetCore.Authentication.Google": "oauth2", "Microsoft.AspNetCore.Authentication.Facebook": "oauth2",
    "AspNet.Security.OAuth": "oauth2", "Microsoft.AspNetCore.Authentication.MicrosoftAccount": "oauth2",
    "Keycloak.AuthServices": "keycloak", "Okta.AspNetCore": "okta", "ITfoxtec.Identity.Saml2": "saml", "Sustainsys.Saml2": "saml",
    "Microsoft.AspNetCore.Authentication.Negotiate": "kerberos", "Microsoft.AspNetCore.Authentication.Certificate": "mtls",
    "BCrypt.Net": "password-hash", "Fido2": "webauthn", "Casbin": "permissions", "Novell.Directory.Ldap": "ldap",
    "System.DirectoryServices": "ldap",
}  # fmt: skip
CACHES = {
    "Microsoft.Extensions.Caching.Memory": "in-memory", "Microsoft.Extensions.Caching.StackExchangeRedis": "redis",
    "EasyCaching": "easycaching", "ZiggyCreatures.FusionCache": "fusioncache", "LazyCache": "lazycache",
    "Microsoft.Extensions.Caching.Hybrid": "hybrid-cache", "Microsoft.Extensions.Caching.SqlServer": "mssql",
    "Aspire.StackExchange.Redis.DistributedCaching": "redis", "Aspire.StackExchange.Redis.OutputCaching": "redis", "NCache": "ncache",
    "CacheManager": "cachemanager",
}  # fmt: skip
INTEGRATIONS = {
    "Sentry": "sentry", "Rollbar": "rollbar", "Bugsnag": "bugsnag", "OpenTelemetry": "opentelemetry", "prometheus-net": "prometheus",
    "OpenTelemetry.Exporter.Prometheus": "prometheus", "Microsoft.ApplicationInsights": "application-insights",
    "Azure.Monitor.OpenTelemetry": "application-insights", "Datadog.Trace": "datadog", "NewRelic": "newrelic",
    "Elastic.Apm": "elastic-apm", "Serilog.Sinks.Seq": "seq", "Serilog.Sinks.Elasticsearch": "elasticsearch-logging",
    "Elastic.Serilog.Sinks": "elasticsearch-logging", "Serilog.Sinks.Grafana.Loki": "loki",
    "Serilog.Sinks.ApplicationInsights": "application-insights", "Serilog.Sinks.Datadog.Logs": "datadog", "Stripe.net": "stripe",
    "Braintree": "braintree", "PayPalCheckoutSdk": "paypal", "Twilio": "twilio", "SendGrid": "sendgrid", "MailKit": "smtp",
    "FluentEmail": "smtp", "Mailjet.Api": "mailjet", "Postmark": "postmark", "Resend": "resend", "SlackNet": "slack",
    "Slack.Webhooks": "slack", "Telegram.Bot": "telegram", "Discord.Net": "discord", "OpenAI": "openai",
    "Azure.AI.OpenAI": "azure-openai", "Microsoft.Extensions.AI.OpenAI": "openai", "Aspire.Azure.AI.OpenAI": "azure-openai",
    "Anthropic.SDK": "anthropic", "OllamaSharp": "ollama", "CommunityToolkit.Aspire.OllamaSharp": "ollama",
    "Microsoft.SemanticKernel": "semantic-kernel", "FirebaseAdmin": "firebase", "Azure.Security.KeyVault": "azure-key-vault",
    "Azure.Extensions.AspNetCore.Configuration.Secrets": "azure-key-vault", "Aspire.Azure.Security.KeyVault": "azure-key-vault",
    "VaultSharp": "vault", "Consul": "consul", "Steeltoe": "steeltoe", "LaunchDarkly": "launchdarkly", "Unleash.Client": "unleash",
    "Microsoft.FeatureManagement": "feature-management", "Algolia.Search": "algolia", "Octokit": "github", "AWSSDK.SimpleEmail": "ses",
    "AWSSDK.SimpleNotificationService": "sns", "AWSSDK.SecretsManager": "aws-secrets-manager", "AWSSDK": "aws", "Azure.Identity": "azure",
    "Google.Cloud": "google-cloud", "SSH.NET": "sftp", "CloudinaryDotNet": "cloudinary", "KubernetesClient": "kubernetes-api",
    "Dapr": "dapr", "Yarp.ReverseProxy": "yarp", "Ocelot": "ocelot",
}  # fmt: skip


def looked_up(table: dict[str, str], package: str) -> str | None:
    """Return the table's value for a package or the longest dotted name above it."""
    lower = {k.lower(): v for k, v in table.items()}
    name = package.lower()
    while name:
        if name in lower:
            return lower[name]
        name = name.rpartition(".")[0]
    return None
