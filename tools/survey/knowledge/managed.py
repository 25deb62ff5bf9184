"""Know the managed services of cloud providers: which data store, queue or schedule a Terraform or CloudFormation resource type makes."""

from __future__ import annotations

ENGINES = {  # engine names of providers -> store
    "postgres": "postgresql", "postgresql": "postgresql", "aurora-postgresql": "postgresql", "pg": "postgresql", "mysql": "mysql",
    "aurora-mysql": "mysql", "aurora": "mysql", "mariadb": "mariadb", "sqlserver-ex": "mssql", "sqlserver-se": "mssql",
    "sqlserver-ee": "mssql", "sqlserver-web": "mssql", "oracle-ee": "oracle", "oracle-se2": "oracle", "redis": "redis", "valkey": "valkey",
    "memcached": "memcached", "mongodb": "mongodb", "kafka": "kafka", "opensearch": "opensearch", "docdb": "mongodb",
}  # fmt: skip
TERRAFORM: dict[str, tuple[str, str]] = {  # resource type -> (store, attribute that holds the version); empty store: by its engine
    "aws_db_instance": ("", "engine_version"), "aws_rds_cluster": ("", "engine_version"),
    "aws_elasticache_cluster": ("", "engine_version"), "aws_elasticache_replication_group": ("redis", "engine_version"),
    "aws_elasticache_serverless_cache": ("", "major_engine_version"), "aws_memorydb_cluster": ("redis", "engine_version"),
    "aws_docdb_cluster": ("mongodb", "engine_version"), "aws_dynamodb_table": ("dynamodb", ""), "aws_opensearch_domain": ("opensearch", ""),
    "aws_elasticsearch_domain": ("elasticsearch", "elasticsearch_version"), "aws_s3_bucket": ("s3", ""),
    "aws_neptune_cluster": ("neptune", "engine_version"), "aws_redshift_cluster": ("redshift", ""), "aws_keyspaces_table": ("cassandra",
    ""),
    "google_sql_database_instance": ("", "database_version"), "google_redis_instance": ("redis", "redis_version"),
    "google_memcache_instance": ("memcached", ""), "google_spanner_instance": ("spanner", ""), "google_firestore_database": ("firestore",
    ""),
    "google_alloydb_cluster": ("alloydb", ""), "google_storage_bucket": ("gcs", ""), "google_bigtable_instance": ("bigtable", ""),
    "google_bigquery_dataset": ("bigquery", ""), "azurerm_postgresql_flexible_server": ("postgresql", "version"),
    "azurerm_postgresql_server": ("postgresql", "version"), "azurerm_mysql_flexible_server": ("mysql", "version"),
    "azurerm_mysql_server": ("mysql", "version"), "azurerm_mariadb_server": ("mariadb", "version"), "azurerm_mssql_server": ("mssql", ""),
    "azurerm_redis_cache": ("redis", "redis_version"), "azurerm_cosmosdb_account": ("cosmosdb", ""),
    "azurerm_storage_account": ("azure-blob-storage", ""), "digitalocean_database_cluster": ("", "version"),
    "digitalocean_spaces_bucket": ("s3", ""), "scaleway_rdb_instance": ("", ""), "upstash_redis_database": ("redis", ""),
    "mongodbatlas_cluster": ("mongodb", "mongo_db_major_version"), "mongodbatlas_advanced_cluster": ("mongodb", "mongo_db_major_version"),
    "neon_project": ("postgresql", "pg_version"), "planetscale_database": ("mysql", ""), "rediscloud_database": ("redis", ""),
    "ibm_database": ("", "version"), "heroku_addon": ("", ""), "cloudflare_r2_bucket": ("s3", ""), "aws_rds_cluster_instance": ("", ""),
}  # fmt: skip
OPTIONAL = {"s3", "gcs", "azure-blob-storage"}
TERRAFORM_QUEUES = {
    "aws_sqs_queue": "sqs", "aws_msk_cluster": "kafka", "aws_msk_serverless_cluster": "kafka", "aws_mq_broker": "",
    "aws_kinesis_stream": "kinesis",
    "google_pubsub_topic": "pubsub", "google_cloud_tasks_queue": "cloud-tasks", "azurerm_servicebus_queue": "azure-service-bus",
    "azurerm_servicebus_topic": "azure-service-bus", "azurerm_eventhub": "eventhubs", "confluent_kafka_cluster": "kafka",
    "cloudamqp_instance": "rabbitmq", "rabbitmq_queue": "rabbitmq", "kafka_topic": "kafka",
}  # fmt: skip
SCHEDULES = {  # resource type -> attribute with the schedule
    "aws_cloudwatch_event_rule": "schedule_expression", "aws_scheduler_schedule": "schedule_expression",
    "google_cloud_scheduler_job": "schedule", "kubernetes_cron_job_v1": "schedule",
}  # fmt: skip
MODULES = {  # source of a Terraform module -> store; empty: by its engine
    "terraform-aws-modules/rds/aws": "", "terraform-aws-modules/rds-aurora/aws": "", "terraform-aws-modules/s3-bucket/aws": "s3",
    "terraform-aws-modules/dynamodb-table/aws": "dynamodb", "terraform-aws-modules/elasticache/aws": "",
    "cloudposse/elasticache-redis/aws": "redis", "cloudposse/rds/aws": "",
    "GoogleCloudPlatform/sql-db/google//modules/postgresql": "postgresql",
    "GoogleCloudPlatform/sql-db/google//modules/mysql": "mysql", "terraform-google-modules/memorystore/google": "redis",
}  # fmt: skip
CLOUDFORMATION: dict[str, tuple[str, str]] = {
    "AWS::RDS::DBInstance": ("", "EngineVersion"), "AWS::RDS::DBCluster": ("", "EngineVersion"),
    "AWS::ElastiCache::CacheCluster": ("", "EngineVersion"), "AWS::ElastiCache::ReplicationGroup": ("redis", "EngineVersion"),
    "AWS::ElastiCache::ServerlessCache": ("", "MajorEngineVersion"), "AWS::DynamoDB::Table": ("dynamodb", ""),
    "AWS::DynamoDB::GlobalTable": ("dynamodb", ""), "AWS::Serverless::SimpleTable": ("dynamodb", ""),
    "AWS::DocDB::DBCluster": ("mongodb", "EngineVersion"), "AWS::S3::Bucket": ("s3", ""), "AWS::OpenSearchService::Domain": ("opensearch",
    ""),
    "AWS::Elasticsearch::Domain": ("elasticsearch", "ElasticsearchVersion"), "AWS::MemoryDB::Cluster": ("redis", "EngineVersion"),
}  # fmt: skip
CLOUDFORMATION_QUEUES = {
    "AWS::SQS::Queue": "sqs", "AWS::MSK::Cluster": "kafka", "AWS::AmazonMQ::Broker": "rabbitmq", "AWS::Kinesis::Stream": "kinesis",
}  # fmt: skip
ADDONS = {  # Heroku add-on, or plan of another platform, up to its first colon or dash -> store
    "heroku-postgresql": "postgresql", "postgresql": "postgresql", "heroku-redis": "redis", "rediscloud": "redis", "redistogo": "redis",
    "heroku-kafka": "kafka", "jawsdb": "mysql", "jawsdb-maria": "mariadb", "cleardb": "mysql", "mongolab": "mongodb",
    "memcachier": "memcached",
    "bonsai": "elasticsearch", "searchbox": "elasticsearch", "cloudamqp": "rabbitmq", "bucketeer": "s3", "stackhero-mysql": "mysql",
    "ormongo": "mongodb", "elephantsql": "postgresql", "heroku-data-for-redis": "redis",
}  # fmt: skip
SUPPORT = {  # Heroku add-on -> integration
    "papertrail": "papertrail", "sendgrid": "sendgrid", "mailgun": "mailgun", "newrelic": "newrelic", "rollbar": "rollbar",
    "sentry": "sentry", "scheduler": "heroku-scheduler", "scout": "scout", "librato": "librato", "logentries": "logentries",
    "postmark": "postmark", "algoliasearch": "algolia", "coralogix": "coralogix", "timber-logging": "timber", "honeybadger": "honeybadger",
}  # fmt: skip


def version_in(value: str | None) -> str | None:
    """Return the number of a version as providers spell it (`15.4`, `POSTGRES_15`, `REDIS_7_0`); None for a variable or a word."""
    if not value:
        return None
    text = value
    if "_" in text and text.split("_")[0].isalpha() and text.upper() == text:
        numbers = [p for p in text.split("_")[1:] if p.isdigit()]
        while len(numbers) > 1 and not int(numbers[-1]):  # `REDIS_7_0` spells 7 and 0 apart: only a number that stands there is cited
            numbers.pop()
        return ".".join(numbers) or None
    return text if text[0].isdigit() and all(c.isdigit() or c == "." for c in text) else None


def engine_of(value: str | None) -> str | None:
    """Return the store of an engine or database version (`postgres`, `POSTGRES_15`, `MYSQL_8_0`)."""
    if not value:
        return None
    return ENGINES.get(value.lower()) or ENGINES.get(value.lower().partition("_")[0])
