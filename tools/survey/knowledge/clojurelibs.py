"""Know Clojure libraries: which store, broker or sign-in each reaches; Java's own are known by their coordinates (`jvmlibs`)."""

from __future__ import annotations

from .libraries import Libraries

CLOJURE = Libraries(
    drivers={
        "com.taoensso:carmine": "redis", "com.novemberain:monger": "mongodb", "congomongo:congomongo": "mongodb",
        "clojurewerkz:elastisch": "elasticsearch", "cc.qbits:spandex": "elasticsearch", "com.datomic:peer": "datomic",
        "com.datomic:client-pro": "datomic", "com.datomic:datomic-pro": "datomic", "com.datomic:datomic-free": "datomic",
        "com.xtdb:xtdb-core": "xtdb", "com.xtdb:xtdb-api": "xtdb", "cc.qbits:alia": "cassandra", "clojurewerkz:neocons": "neo4j",
        "amazonica:amazonica": "", "clj-aws-s3:clj-aws-s3": "s3", "com.cognitect.aws:s3": "s3", "com.taoensso:faraday": "dynamodb",
        "clojurewerkz:spyglass": "memcached", "datalevin:datalevin": "datalevin",
    },
    brokers={
        "com.novemberain:langohr": ("rabbitmq", "rabbitmq"), "fundingcircle:jackdaw": ("kafka", "kafka"), "kinsky:kinsky": ("kafka",
        "kafka"),
        "com.cognitect.aws:sqs": ("sqs", "sqs"), "io.nats:jnats": ("nats", "nats"), "com.climate:squeedo": ("sqs", "sqs"),
    },
    orms={
        "com.github.seancorfield:next.jdbc": "next.jdbc", "seancorfield:next.jdbc": "next.jdbc", "conman:conman": "hugsql",
        "com.layerware:hugsql": "hugsql", "korma:korma": "korma", "toucan:toucan": "toucan", "io.github.camsaul:toucan2": "toucan",
        "com.github.seancorfield:honeysql": "honeysql", "honeysql:honeysql": "honeysql", "metosin:porsas": "porsas",
        "org.clojure:java.jdbc": "java.jdbc",
    },
    auth={
        "com.yetanalytics:pedestal-oidc": "oidc",
        "com.github.scribejava:scribejava-apis": "oauth2", "com.github.scribejava:scribejava-core": "oauth2",
        "buddy:buddy-auth": "buddy", "buddy:buddy-sign": "jwt", "buddy:buddy-hashers": "password-hash", "clj-jwt:clj-jwt": "jwt",
        "com.cemerick:friend": "friend", "ring-oauth2:ring-oauth2": "oauth2", "weavejester:ring-oauth2": "oauth2",
        "crypto-password:crypto-password": "password-hash", "clj-ldap:clj-ldap": "ldap", "org.clojars.pntblnk:clj-ldap": "ldap",
    },
    caches={"org.clojure:core.cache": "in-process", "org.clojure:core.memoize": "in-process"},
    integrations={
        "io.sentry:sentry-clj": "sentry", "sentry-clj:sentry-clj": "sentry", "raven-clj:raven-clj": "sentry", "com.draines:postal": "smtp",
        "clj-commons:iapetos": "prometheus", "iapetos:iapetos": "prometheus", "amazonica:amazonica": "aws", "com.cognitect.aws:api": "aws",
        "com.github.steffan-westcott:clj-otel-api": "opentelemetry", "com.stripe:stripe-java": "stripe", "clj-http:clj-http": "",
        "irresponsible:tentacles": "github", "net.clojars.wkok:openai-clojure": "openai", "morse:morse": "telegram",
    },
)  # fmt: skip
