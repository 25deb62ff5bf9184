"""Know Ruby gems: which store, broker, cache, sign-in or foreign service each reaches, and which are object-relational mappers."""

from __future__ import annotations

from .libraries import Libraries

ADAPTERS = {  # `adapter:` of config/database.yml -> store
    "postgresql": "postgresql", "postgis": "postgresql", "postgres": "postgresql", "mysql2": "mysql", "mysql": "mysql", "trilogy": "mysql",
    "jdbcpostgresql": "postgresql", "jdbcmysql": "mysql", "jdbcsqlite3": "sqlite", "sqlite3": "sqlite", "sqlserver": "mssql",
    "oracle_enhanced": "oracle", "cockroachdb": "cockroachdb", "litedb": "sqlite",
}  # fmt: skip
RUBY = Libraries(
    drivers={
        "pg": "postgresql", "activerecord-postgis-adapter": "postgresql", "activerecord-jdbcpostgresql-adapter": "postgresql",
        "mysql2": "mysql", "trilogy": "mysql", "sqlite3": "sqlite", "tiny_tds": "mssql", "activerecord-sqlserver-adapter": "mssql",
        "ruby-oci8": "oracle", "activerecord-oracle_enhanced-adapter": "oracle", "activerecord-cockroachdb-adapter": "cockroachdb",
        "mongoid": "mongodb", "mongo": "mongodb", "mongo_mapper": "mongodb", "redis": "redis", "redis-client": "redis",
        "redis-rails": "redis", "redis-store": "redis", "kredis": "redis", "dalli": "memcached", "elasticsearch": "elasticsearch",
        "elasticsearch-model": "elasticsearch", "elasticsearch-rails": "elasticsearch", "chewy": "elasticsearch",
        "searchkick": "elasticsearch", "opensearch-ruby": "opensearch", "meilisearch": "meilisearch", "meilisearch-rails": "meilisearch",
        "typesense": "typesense", "rsolr": "solr", "sunspot_rails": "solr", "cassandra-driver": "cassandra", "neo4j": "neo4j",
        "activegraph": "neo4j", "influxdb": "influxdb", "clickhouse": "clickhouse", "clickhouse-activerecord": "clickhouse",
        "couchrest": "couchdb", "aws-sdk-dynamodb": "dynamodb", "dynamoid": "dynamodb", "google-cloud-firestore": "firestore",
        "google-cloud-bigquery": "bigquery", "google-cloud-spanner": "spanner", "activerecord-spanner-adapter": "spanner",
        "aws-sdk-s3": "s3", "fog-aws": "s3", "google-cloud-storage": "gcs", "azure-storage-blob": "azure-blob-storage",
    },
    brokers={
        "sidekiq": ("sidekiq", "redis"), "sidekiq-pro": ("sidekiq", "redis"), "resque": ("resque", "redis"),
        "solid_queue": ("solid_queue", "database"), "good_job": ("good_job", "postgresql"), "delayed_job": ("delayed_job", "database"),
        "delayed_job_active_record": ("delayed_job", "database"), "delayed_job_mongoid": ("delayed_job", "mongodb"),
        "que": ("que", "postgresql"), "queue_classic": ("queue_classic", "postgresql"), "bunny": ("rabbitmq", "rabbitmq"),
        "sneakers": ("rabbitmq", "rabbitmq"), "kicks": ("rabbitmq", "rabbitmq"), "hutch": ("rabbitmq", "rabbitmq"),
        "march_hare": ("rabbitmq", "rabbitmq"), "ruby-kafka": ("kafka", "kafka"), "rdkafka": ("kafka", "kafka"),
        "karafka": ("kafka", "kafka"), "racecar": ("kafka", "kafka"), "waterdrop": ("kafka", "kafka"), "shoryuken": ("sqs", "sqs"),
        "aws-sdk-sqs": ("sqs", "sqs"), "faktory_worker_ruby": ("faktory", "faktory"), "beaneater": ("beanstalkd", "beanstalkd"),
        "backburner": ("beanstalkd", "beanstalkd"), "nats-pure": ("nats", "nats"), "mqtt": ("mqtt", "mqtt"),
        "google-cloud-pubsub": ("pubsub", "pubsub"), "gush": ("sidekiq", "redis"), "temporalio": ("temporal", "temporal"),
    },
    orms={
        "activerecord": "activerecord", "sinatra-activerecord": "activerecord", "sequel": "sequel", "sequel-rails": "sequel",
        "mongoid": "mongoid", "rom": "rom", "rom-sql": "rom", "hanami-db": "rom", "hanami-model": "hanami-model",
        "mongo_mapper": "mongo_mapper", "dynamoid": "dynamoid", "activegraph": "activegraph",
    },
    auth={
        "devise": "devise", "devise-jwt": "jwt", "devise_token_auth": "token", "simple_token_authentication": "token",
        "jwt": "jwt", "json-jwt": "jwt", "knock": "jwt", "jwt_sessions": "jwt", "warden": "session", "warden-jwt_auth": "jwt",
        "omniauth": "oauth2", "omniauth-oauth2": "oauth2", "omniauth-google-oauth2": "oauth2", "omniauth-github": "oauth2",
        "omniauth-facebook": "oauth2", "omniauth-saml": "saml", "omniauth_openid_connect": "oidc", "openid_connect": "oidc",
        "doorkeeper": "oauth2", "doorkeeper-openid_connect": "oidc", "oauth2": "oauth2", "ruby-saml": "saml", "net-ldap": "ldap",
        "devise_ldap_authenticatable": "ldap", "bcrypt": "password-hash", "argon2": "password-hash", "scrypt": "password-hash",
        "clearance": "clearance", "authlogic": "authlogic", "sorcery": "sorcery", "rodauth-rails": "rodauth", "rodauth": "rodauth",
        "rotp": "otp", "devise-two-factor": "otp", "webauthn": "webauthn", "pundit": "permissions", "cancancan": "permissions",
        "action_policy": "permissions", "rolify": "permissions", "clerk-sdk-ruby": "clerk", "auth0": "auth0",
        "keycloak": "keycloak", "authentication-zero": "session",
    },
    caches={
        "solid_cache": "solid_cache", "readthis": "redis", "actionpack-action_caching": "action-cache", "identity_cache": "identity_cache",
    },
    integrations={
        "instana": "instana",
        "sentry-ruby": "sentry", "sentry-rails": "sentry", "sentry-sidekiq": "sentry", "sentry-raven": "sentry", "rollbar": "rollbar",
        "bugsnag": "bugsnag", "honeybadger": "honeybadger", "airbrake": "airbrake", "newrelic_rpm": "newrelic", "ddtrace": "datadog",
        "datadog": "datadog", "dogstatsd-ruby": "datadog", "skylight": "skylight", "scout_apm": "scout", "appsignal": "appsignal",
        "elastic-apm": "elastic-apm", "opentelemetry-sdk": "opentelemetry", "opentelemetry-instrumentation-all": "opentelemetry",
        "prometheus-client": "prometheus", "prometheus_exporter": "prometheus", "yabeda-prometheus": "prometheus",
        "statsd-instrument": "statsd", "stripe": "stripe", "pay": "stripe", "braintree": "braintree", "paypal-sdk-rest": "paypal",
        "paypal-checkout-sdk": "paypal", "razorpay": "razorpay", "shopify_api": "shopify", "shopify_app": "shopify",
        "twilio-ruby": "twilio", "sendgrid-ruby": "sendgrid", "sendgrid-actionmailer": "sendgrid", "postmark": "postmark",
        "postmark-rails": "postmark", "mailgun-ruby": "mailgun", "mailgun_rails": "mailgun", "resend": "resend", "mailjet": "mailjet",
        "gibbon": "mailchimp", "aws-sdk-ses": "ses", "aws-sdk-rails": "aws", "aws-sdk-sns": "sns", "aws-sdk-core": "aws", "aws-sdk": "aws",
        "cloudinary": "cloudinary", "slack-ruby-client": "slack", "slack-notifier": "slack", "discordrb": "discord",
        "telegram-bot-ruby": "telegram", "telegram-bot": "telegram", "octokit": "github", "gitlab": "gitlab", "ruby-openai": "openai",
        "openai": "openai", "anthropic": "anthropic", "algoliasearch-rails": "algolia", "algolia": "algolia", "pusher": "pusher",
        "ably": "ably", "launchdarkly-server-sdk": "launchdarkly", "flipper": "flipper",
        "flipper-active_record": "flipper", "flipper-redis": "flipper", "unleash": "unleash", "posthog-ruby": "posthog",
        "mixpanel-ruby": "mixpanel", "analytics-ruby": "segment", "ahoy_matey": "ahoy", "intercom": "intercom",
        "intercom-rails": "intercom",
        "plaid": "plaid", "geocoder": "geocoding", "google-apis-core": "google-apis", "googleauth": "google-apis", "koala": "facebook",
        "twitter": "twitter", "x": "twitter", "zendesk_api": "zendesk", "restforce": "salesforce", "hubspot-api-client": "hubspot",
        "vault": "vault", "diplomat": "consul", "firebase-admin-sdk": "firebase", "fcm": "firebase", "rpush": "push-notifications",
        "web-push": "web-push", "webpush": "web-push", "net-sftp": "sftp", "recaptcha": "recaptcha", "imgproxy": "imgproxy",
        "vonage": "vonage", "plivo": "plivo", "mapbox-sdk": "mapbox", "akismet": "akismet",
    },
)  # fmt: skip
TASKS = {  # gem -> framework of the worker that it brings
    "sidekiq": "sidekiq", "sidekiq-pro": "sidekiq", "resque": "resque", "solid_queue": "solid_queue", "good_job": "good_job",
    "delayed_job": "delayed_job", "delayed_job_active_record": "delayed_job", "delayed_job_mongoid": "delayed_job", "que": "que",
    "karafka": "karafka", "racecar": "racecar", "shoryuken": "shoryuken", "sneakers": "sneakers", "kicks": "sneakers", "hutch": "hutch",
    "faktory_worker_ruby": "faktory", "backburner": "backburner",
}  # fmt: skip
APART = {"karafka", "racecar", "shoryuken", "sneakers", "hutch"}  # consume messages beside whatever runs the jobs of Active Job
COMMANDS = {  # framework -> (command of its worker, without and with Rails)
    "sidekiq": ("bundle exec sidekiq", "bundle exec sidekiq"),
    "resque": ("bundle exec rake resque:work QUEUE=*", "bundle exec rake environment resque:work QUEUE=*"),
    "solid_queue": ("bundle exec rake solid_queue:start", "bin/rails solid_queue:start"),
    "good_job": ("bundle exec good_job start", "bundle exec good_job start"),
    "delayed_job": ("bundle exec rake jobs:work", "bundle exec rake jobs:work"),
    "que": ("bundle exec que", "bundle exec que"),
    "karafka": ("bundle exec karafka server", "bundle exec karafka server"),
    "racecar": ("bundle exec racecar", "bundle exec racecar"),
    "shoryuken": ("bundle exec shoryuken", "bundle exec shoryuken -R -C config/shoryuken.yml"),
    "sneakers": ("bundle exec rake sneakers:run", "bundle exec rake sneakers:run"),
    "hutch": ("bundle exec hutch", "bundle exec hutch"),
    "faktory": ("bundle exec faktory-worker", "bundle exec faktory-worker"),
    "backburner": ("bundle exec backburner", "bundle exec rake backburner:work"),
}
