"""Know which library reaches which data store, and how ORM settings name one."""

from __future__ import annotations

from typing import Final

DRIVERS: Final[dict[str, str]] = {
    "pg": "postgresql", "postgres": "postgresql", "pg-promise": "postgresql", "pg-native": "postgresql", "pg-pool": "postgresql",
    "slonik": "postgresql", "@vercel/postgres": "postgresql", "@neondatabase/serverless": "postgresql", "pgtyped": "postgresql",
    "@mikro-orm/postgresql": "postgresql", "connect-pg-simple": "postgresql", "@fastify/postgres": "postgresql",
    "fastify-postgres": "postgresql", "postgraphile": "postgresql", "pg-boss": "postgresql", "graphile-worker": "postgresql",
    "@prisma/adapter-pg": "postgresql", "@databases/pg": "postgresql", "mysql": "mysql", "mysql2": "mysql", "promise-mysql": "mysql",
    "serverless-mysql": "mysql", "@planetscale/database": "mysql", "@fastify/mysql": "mysql", "fastify-mysql": "mysql",
    "@mikro-orm/mysql": "mysql", "express-mysql-session": "mysql", "@databases/mysql": "mysql", "mariadb": "mariadb",
    "@mikro-orm/mariadb": "mariadb", "mongodb": "mongodb", "mongoose": "mongodb", "monk": "mongodb", "mongoist": "mongodb",
    "@typegoose/typegoose": "mongodb", "@nestjs/mongoose": "mongodb", "@fastify/mongodb": "mongodb", "connect-mongo": "mongodb",
    "@mikro-orm/mongodb": "mongodb", "agenda": "mongodb", "@hokify/agenda": "mongodb", "papr": "mongodb",
    "mongodb-client-encryption": "mongodb", "redis": "redis", "ioredis": "redis", "@redis/client": "redis", "handy-redis": "redis",
    "async-redis": "redis", "@fastify/redis": "redis", "@upstash/redis": "redis", "@keyv/redis": "redis", "bull": "redis",
    "bullmq": "redis", "bee-queue": "redis", "kue": "redis", "redlock": "redis", "@nestjs/bull": "redis", "@nestjs/bullmq": "redis",
    "@nestjs-modules/ioredis": "redis", "nestjs-redis": "redis", "@liaoliaots/nestjs-redis": "redis",
    "cache-manager-redis-store": "redis", "cache-manager-ioredis": "redis", "cache-manager-ioredis-yet": "redis",
    "cache-manager-redis-yet": "redis", "node-resque": "redis", "@socket.io/redis-adapter": "redis", "iovalkey": "valkey",
    "@valkey/valkey-glide": "valkey", "better-sqlite3": "sqlite", "sqlite3": "sqlite", "sqlite": "sqlite", "sql.js": "sqlite",
    "@mikro-orm/sqlite": "sqlite", "@libsql/client": "libsql", "@mikro-orm/better-sqlite": "sqlite", "@databases/sqlite": "sqlite",
    "connect-sqlite3": "sqlite", "mssql": "mssql", "tedious": "mssql", "@mikro-orm/mssql": "mssql", "oracledb": "oracle",
    "@elastic/elasticsearch": "elasticsearch", "elasticsearch": "elasticsearch", "@nestjs/elasticsearch": "elasticsearch",
    "@opensearch-project/opensearch": "opensearch", "meilisearch": "meilisearch", "typesense": "typesense", "memcached": "memcached",
    "memjs": "memcached", "cassandra-driver": "cassandra", "neo4j-driver": "neo4j", "@clickhouse/client": "clickhouse",
    "clickhouse": "clickhouse", "influx": "influxdb", "@influxdata/influxdb-client": "influxdb", "couchbase": "couchbase",
    "nano": "couchdb", "rethinkdb": "rethinkdb", "@google-cloud/spanner": "spanner", "@google-cloud/firestore": "firestore",
    "@google-cloud/storage": "gcs", "@azure/cosmos": "cosmosdb", "@azure/storage-blob": "azure-blob-storage",
    "@aws-sdk/client-dynamodb": "dynamodb", "dynamoose": "dynamodb", "@aws-sdk/client-s3": "s3", "minio": "s3", "multer-s3": "s3",
    "@qdrant/js-client-rest": "qdrant", "chromadb": "chroma", "weaviate-client": "weaviate", "@pinecone-database/pinecone": "pinecone",
    "arangojs": "arangodb", "surrealdb": "surrealdb", "@supabase/supabase-js": "supabase", "etcd3": "etcd", "level": "leveldb",
    "lmdb": "lmdb",
}  # fmt: skip
BUILT_IN: Final = {"node:sqlite": "sqlite", "bun:sqlite": "sqlite"}
DIALECTS: Final[dict[str, str]] = {  # client, dialect, provider or type in the settings of an ORM
    "pg": "postgresql",
    "postgres": "postgresql",
    "postgresql": "postgresql",
    "pg-native": "postgresql",
    "pgnative": "postgresql",
    "cockroachdb": "cockroachdb",
    "redshift": "redshift",
    "aurora-postgres": "postgresql",
    "mysql": "mysql",
    "mysql2": "mysql",
    "aurora-mysql": "mysql",
    "mariadb": "mariadb",
    "sqlite": "sqlite",
    "sqlite3": "sqlite",
    "better-sqlite3": "sqlite",
    "sqljs": "sqlite",
    "turso": "libsql",
    "mssql": "mssql",
    "sqlserver": "mssql",
    "tedious": "mssql",
    "oracle": "oracle",
    "oracledb": "oracle",
    "mongodb": "mongodb",
    "mongo": "mongodb",
    "spanner": "spanner",
    "sap": "sap-hana",
}
DRIZZLE: Final[dict[str, str]] = {
    "node-postgres": "postgresql", "postgres-js": "postgresql", "neon-http": "postgresql", "neon-serverless": "postgresql",
    "vercel-postgres": "postgresql", "pglite": "postgresql", "aws-data-api": "postgresql", "bun-sql": "postgresql", "mysql2": "mysql",
    "planetscale-serverless": "mysql", "tidb-serverless": "mysql", "better-sqlite3": "sqlite", "bun-sqlite": "sqlite", "libsql": "libsql",
    "d1": "d1",
}  # fmt: skip
ORMS: Final[dict[str, str]] = {
    "@prisma/client": "prisma", "typeorm": "typeorm", "@nestjs/typeorm": "typeorm", "sequelize": "sequelize",
    "sequelize-typescript": "sequelize", "@nestjs/sequelize": "sequelize", "drizzle-orm": "drizzle", "@mikro-orm/core": "mikro-orm",
    "@mikro-orm/nestjs": "mikro-orm", "mongoose": "mongoose", "@nestjs/mongoose": "mongoose", "@typegoose/typegoose": "mongoose",
    "objection": "objection", "kysely": "kysely", "bookshelf": "bookshelf", "waterline": "waterline", "@adonisjs/lucid": "lucid",
    "knex": "knex",
}  # fmt: skip
OPTIONAL_KINDS: Final = frozenset({"s3", "gcs", "azure-blob-storage"})
