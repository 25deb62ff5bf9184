"""Know Go packages: which store, broker, cache, sign-in or foreign service an import reaches, and which are object-relational mappers."""

from __future__ import annotations

DRIVERS = {  # import path (versions and deeper packages included) -> store
    "github.com/lib/pq": "postgresql", "github.com/jackc/pgx": "postgresql", "gorm.io/driver/postgres": "postgresql",
    "github.com/go-pg/pg": "postgresql", "github.com/uptrace/bun/driver/pgdriver": "postgresql",
    "github.com/jinzhu/gorm/dialects/postgres": "postgresql", "github.com/uptrace/bun/dialect/pgdialect": "postgresql",
    "github.com/pgvector/pgvector-go": "postgresql", "github.com/go-sql-driver/mysql": "mysql", "gorm.io/driver/mysql": "mysql",
    "github.com/jinzhu/gorm/dialects/mysql": "mysql", "github.com/mattn/go-sqlite3": "sqlite", "modernc.org/sqlite": "sqlite",
    "gorm.io/driver/sqlite": "sqlite", "github.com/glebarez/sqlite": "sqlite", "github.com/glebarez/go-sqlite": "sqlite",
    "github.com/jinzhu/gorm/dialects/sqlite": "sqlite", "zombiezen.com/go/sqlite": "sqlite", "github.com/ncruces/go-sqlite3": "sqlite",
    "github.com/tursodatabase/libsql-client-go": "libsql", "github.com/tursodatabase/go-libsql": "libsql",
    "github.com/denisenkom/go-mssqldb": "mssql", "github.com/microsoft/go-mssqldb": "mssql", "gorm.io/driver/sqlserver": "mssql",
    "github.com/godror/godror": "oracle", "github.com/sijms/go-ora": "oracle", "go.mongodb.org/mongo-driver": "mongodb",
    "github.com/globalsign/mgo": "mongodb", "gopkg.in/mgo.v2": "mongodb", "github.com/redis/go-redis": "redis",
    "github.com/go-redis/redis": "redis", "gopkg.in/redis.v5": "redis", "github.com/gomodule/redigo": "redis",
    "github.com/garyburd/redigo": "redis", "github.com/redis/rueidis": "redis", "github.com/mediocregopher/radix": "redis",
    "github.com/valkey-io/valkey-go": "valkey", "github.com/bradfitz/gomemcache": "memcached",
    "github.com/elastic/go-elasticsearch": "elasticsearch", "github.com/olivere/elastic": "elasticsearch",
    "github.com/opensearch-project/opensearch-go": "opensearch", "github.com/meilisearch/meilisearch-go": "meilisearch",
    "github.com/typesense/typesense-go": "typesense", "github.com/gocql/gocql": "cassandra", "github.com/scylladb/gocqlx": "scylladb",
    "github.com/neo4j/neo4j-go-driver": "neo4j", "github.com/ClickHouse/clickhouse-go": "clickhouse",
    "gorm.io/driver/clickhouse": "clickhouse", "github.com/influxdata/influxdb-client-go": "influxdb",
    "github.com/influxdata/influxdb1-client": "influxdb", "github.com/couchbase/gocb": "couchbase",
    "github.com/go-kivik/kivik": "couchdb", "github.com/arangodb/go-driver": "arangodb", "github.com/dgraph-io/dgo": "dgraph",
    "github.com/qdrant/go-client": "qdrant", "github.com/weaviate/weaviate-go-client": "weaviate",
    "github.com/milvus-io/milvus-sdk-go": "milvus", "go.etcd.io/etcd/client": "etcd", "go.etcd.io/etcd/clientv3": "etcd",
    "go.etcd.io/bbolt": "bbolt", "github.com/boltdb/bolt": "bbolt", "github.com/dgraph-io/badger": "badger",
    "github.com/syndtr/goleveldb": "leveldb", "github.com/cockroachdb/pebble": "pebble", "github.com/marcboeker/go-duckdb": "duckdb",
    "cloud.google.com/go/spanner": "spanner", "cloud.google.com/go/firestore": "firestore", "cloud.google.com/go/storage": "gcs",
    "cloud.google.com/go/bigquery": "bigquery", "cloud.google.com/go/bigtable": "bigtable", "cloud.google.com/go/datastore": "datastore",
    "cloud.google.com/go/alloydbconn": "alloydb", "github.com/aws/aws-sdk-go-v2/service/s3": "s3",
    "github.com/aws/aws-sdk-go-v2/feature/s3": "s3", "github.com/aws/aws-sdk-go/service/s3": "s3", "github.com/minio/minio-go": "s3",
    "github.com/aws/aws-sdk-go-v2/service/dynamodb": "dynamodb", "github.com/aws/aws-sdk-go/service/dynamodb": "dynamodb",
    "github.com/guregu/dynamo": "dynamodb", "github.com/Azure/azure-sdk-for-go/sdk/storage/azblob": "azure-blob-storage",
    "github.com/Azure/azure-sdk-for-go/sdk/data/azcosmos": "cosmosdb",
}  # fmt: skip
EMBEDDED = {"sqlite", "bbolt", "badger", "leveldb", "pebble", "duckdb"}
BROKERS = {  # import path -> (queue, what carries it)
    "github.com/IBM/sarama": ("kafka", "kafka"), "github.com/Shopify/sarama": ("kafka", "kafka"),
    "github.com/segmentio/kafka-go": ("kafka", "kafka"), "github.com/confluentinc/confluent-kafka-go": ("kafka", "kafka"),
    "github.com/twmb/franz-go": ("kafka", "kafka"), "github.com/ThreeDotsLabs/watermill-kafka": ("kafka", "kafka"),
    "github.com/streadway/amqp": ("rabbitmq", "rabbitmq"), "github.com/rabbitmq/amqp091-go": ("rabbitmq", "rabbitmq"),
    "github.com/ThreeDotsLabs/watermill-amqp": ("rabbitmq", "rabbitmq"), "github.com/wagslane/go-rabbitmq": ("rabbitmq", "rabbitmq"),
    "github.com/nats-io/nats.go": ("nats", "nats"), "github.com/nats-io/stan.go": ("nats", "nats"),
    "github.com/nsqio/go-nsq": ("nsq", "nsq"), "github.com/apache/pulsar-client-go": ("pulsar", "pulsar"),
    "github.com/eclipse/paho.mqtt.golang": ("mqtt", "mqtt"), "github.com/aws/aws-sdk-go-v2/service/sqs": ("sqs", "sqs"),
    "github.com/aws/aws-sdk-go/service/sqs": ("sqs", "sqs"), "cloud.google.com/go/pubsub": ("pubsub", "pubsub"),
    "github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus": ("azure-service-bus", "azure-service-bus"),
    "github.com/hibiken/asynq": ("asynq", "redis"), "github.com/RichardKnop/machinery": ("machinery", None),
    "github.com/riverqueue/river": ("river", "postgresql"), "github.com/gocraft/work": ("gocraft-work", "redis"),
    "github.com/adjust/rmq": ("rmq", "redis"), "go.temporal.io/sdk": ("temporal", "temporal"),
    "github.com/vmihailenco/taskq": ("taskq", None), "github.com/beanstalkd/go-beanstalk": ("beanstalkd", "beanstalkd"),
    "github.com/go-stomp/stomp": ("activemq", "activemq"), "github.com/inngest/inngestgo": ("inngest", "inngest"),
}  # fmt: skip
ORMS = {
    "gorm.io/gorm": "gorm", "github.com/jinzhu/gorm": "gorm", "entgo.io/ent": "ent", "github.com/uptrace/bun": "bun",
    "github.com/go-pg/pg": "go-pg", "github.com/volatiletech/sqlboiler": "sqlboiler", "xorm.io/xorm": "xorm",
    "github.com/beego/beego/v2/client/orm": "beego-orm", "github.com/go-rel/rel": "rel", "github.com/gobuffalo/pop": "pop",
    "github.com/jmoiron/sqlx": "sqlx", "github.com/go-jet/jet": "jet", "github.com/doug-martin/goqu": "goqu",
    "github.com/steebchen/prisma-client-go": "prisma", "github.com/upper/db": "upper-db", "github.com/go-gorp/gorp": "gorp",
    "github.com/stephenafamo/bob": "bob",
}  # fmt: skip
AUTH = {
    "github.com/golang-jwt/jwt": "jwt", "github.com/dgrijalva/jwt-go": "jwt", "github.com/lestrrat-go/jwx": "jwt",
    "github.com/gbrlsnchs/jwt": "jwt", "github.com/appleboy/gin-jwt": "jwt", "github.com/go-chi/jwtauth": "jwt",
    "github.com/labstack/echo-jwt": "jwt", "github.com/gofiber/contrib/jwt": "jwt", "gopkg.in/square/go-jose.v2": "jwt",
    "github.com/go-jose/go-jose": "jwt", "github.com/o1egl/paseto": "paseto", "aidanwoods.dev/go-paseto": "paseto",
    "golang.org/x/oauth2": "oauth2", "github.com/markbates/goth": "oauth2", "github.com/go-oauth2/oauth2": "oauth2",
    "github.com/ory/fosite": "oauth2", "github.com/coreos/go-oidc": "oidc", "github.com/zitadel/oidc": "oidc",
    "github.com/Nerzal/gocloak": "keycloak", "github.com/crewjam/saml": "saml", "github.com/go-ldap/ldap": "ldap",
    "github.com/casbin/casbin": "permissions", "golang.org/x/crypto/bcrypt": "password-hash",
    "golang.org/x/crypto/argon2": "password-hash", "golang.org/x/crypto/scrypt": "password-hash",
    "github.com/gorilla/sessions": "session", "github.com/alexedwards/scs": "session", "github.com/gin-contrib/sessions": "session",
    "github.com/gofiber/fiber/v2/middleware/session": "session", "github.com/go-webauthn/webauthn": "webauthn",
    "github.com/pquerna/otp": "otp", "github.com/auth0/go-jwt-middleware": "auth0", "github.com/clerkinc/clerk-sdk-go": "clerk",
    "github.com/ory/kratos-client-go": "ory-kratos", "github.com/volatiletech/authboss": "authboss",
}  # fmt: skip
CACHES = {
    "github.com/patrickmn/go-cache": "go-cache", "github.com/dgraph-io/ristretto": "ristretto", "github.com/allegro/bigcache": "bigcache",
    "github.com/coocood/freecache": "freecache", "github.com/golang/groupcache": "groupcache",
    "github.com/hashicorp/golang-lru": "golang-lru", "github.com/eko/gocache": "gocache", "github.com/go-redis/cache": "redis",
    "github.com/gin-contrib/cache": "gin-cache", "github.com/jellydator/ttlcache": "ttlcache", "github.com/maypok86/otter": "otter",
    "github.com/bluele/gcache": "gcache", "github.com/karlseguin/ccache": "ccache", "github.com/bradfitz/gomemcache": "memcached",
}  # fmt: skip
INTEGRATIONS = {
    "github.com/instana/go-sensor": "instana",
    "github.com/getsentry/sentry-go": "sentry", "github.com/rollbar/rollbar-go": "rollbar", "github.com/bugsnag/bugsnag-go": "bugsnag",
    "github.com/honeybadger-io/honeybadger-go": "honeybadger", "go.opentelemetry.io": "opentelemetry",
    "github.com/prometheus/client_golang": "prometheus", "contrib.go.opencensus.io": "opencensus", "go.opencensus.io": "opencensus",
    "github.com/uber/jaeger-client-go": "jaeger", "github.com/openzipkin/zipkin-go": "zipkin", "github.com/DataDog/datadog-go": "datadog",
    "gopkg.in/DataDog/dd-trace-go.v1": "datadog", "github.com/DataDog/dd-trace-go": "datadog", "github.com/newrelic/go-agent": "newrelic",
    "go.elastic.co/apm": "elastic-apm", "cloud.google.com/go/profiler": "google-cloud-profiler",
    "github.com/grafana/pyroscope-go": "pyroscope", "github.com/honeycombio": "honeycomb", "github.com/stripe/stripe-go": "stripe",
    "github.com/plutov/paypal": "paypal", "github.com/braintree-go/braintree-go": "braintree", "github.com/twilio/twilio-go": "twilio",
    "github.com/sendgrid/sendgrid-go": "sendgrid", "github.com/mailgun/mailgun-go": "mailgun",
    "github.com/mailjet/mailjet-apiv3-go": "mailjet", "github.com/keighl/postmark": "postmark", "github.com/resend/resend-go": "resend",
    "net/smtp": "smtp", "gopkg.in/gomail.v2": "smtp", "github.com/wneessen/go-mail": "smtp", "github.com/xhit/go-simple-mail": "smtp",
    "github.com/jordan-wright/email": "smtp", "github.com/emersion/go-smtp": "smtp", "github.com/aws/aws-sdk-go-v2/service/ses": "ses",
    "github.com/aws/aws-sdk-go/service/ses": "ses", "github.com/aws/aws-sdk-go-v2/service/sns": "sns",
    "github.com/aws/aws-sdk-go/service/sns": "sns", "github.com/aws/aws-sdk-go-v2/service/secretsmanager": "aws-secrets-manager",
    "github.com/aws/aws-sdk-go-v2": "aws", "github.com/aws/aws-sdk-go": "aws", "github.com/slack-go/slack": "slack",
    "github.com/bwmarrin/discordgo": "discord", "github.com/go-telegram-bot-api": "telegram", "github.com/go-telegram/bot": "telegram",
    "gopkg.in/telebot": "telegram", "github.com/sashabaranov/go-openai": "openai", "github.com/openai/openai-go": "openai",
    "github.com/anthropics/anthropic-sdk-go": "anthropic", "google.golang.org/genai": "gemini",
    "github.com/google/generative-ai-go": "gemini", "github.com/tmc/langchaingo": "langchain", "firebase.google.com/go": "firebase",
    "github.com/hashicorp/vault": "vault", "github.com/hashicorp/consul": "consul",
    "github.com/launchdarkly/go-server-sdk": "launchdarkly", "github.com/Unleash/unleash-client-go": "unleash",
    "github.com/open-feature/go-sdk": "openfeature", "github.com/Flagsmith/flagsmith-go-client": "flagsmith",
    "github.com/posthog/posthog-go": "posthog", "github.com/segmentio/analytics-go": "segment",
    "github.com/mixpanel/mixpanel-go": "mixpanel", "github.com/algolia/algoliasearch-client-go": "algolia",
    "github.com/google/go-github": "github", "gitlab.com/gitlab-org/api/client-go": "gitlab", "github.com/xanzy/go-gitlab": "gitlab",
    "github.com/pusher/pusher-http-go": "pusher", "github.com/SherClockHolmes/webpush-go": "web-push",
    "github.com/cloudinary/cloudinary-go": "cloudinary", "github.com/pkg/sftp": "sftp",
    "github.com/docker/docker/client": "docker-engine", "k8s.io/client-go": "kubernetes-api",
    "cloud.google.com/go/secretmanager": "google-secret-manager", "googlemaps.github.io/maps": "google-maps",
    "google.golang.org/api": "google-apis", "github.com/supabase-community": "supabase", "github.com/plaid/plaid-go": "plaid",
    "github.com/razorpay/razorpay-go": "razorpay", "github.com/midtrans/midtrans-go": "midtrans",
}  # fmt: skip


def looked_up(table: dict[str, str], path: str) -> str | None:
    """Return the table's value for an import path or the nearest package above it; a version suffix counts as the package itself."""
    while path:
        if path in table:
            return table[path]
        head, _, last = path.rpartition("/")
        if "." in last and last.partition(".")[0] and f"{head}/{last.partition('.v')[0]}" in table:
            return table[f"{head}/{last.partition('.v')[0]}"]
        path = head
    return None
