"""Know Scala libraries by coordinates without the Scala version; Java's own are known by `jvmlibs`."""

from __future__ import annotations

from dataclasses import dataclass

from .libraries import Libraries


@dataclass(frozen=True, slots=True)
class Framework:
    """Be one web framework: prefixes of its coordinates, imports that load it, words that make a server, documented default port."""

    name: str
    dependencies: tuple[str, ...]
    imports: tuple[str, ...]
    marks: tuple[str, ...]
    port: int | None = None


FRAMEWORKS = (
    Framework("akka-http", ("com.typesafe.akka:akka-http",), ("akka.http",), ("newServerAt", "bindAndHandle", "bindServer", "HttpApp")),
    Framework("pekko-http", ("org.apache.pekko:pekko-http",), ("org.apache.pekko.http",), ("newServerAt", "bindAndHandle")),
    Framework("http4s", ("org.http4s:http4s-", "com.softwaremill.sttp.tapir:tapir-http4s-server"), ("org.http4s",), ("EmberServerBuilder",
    "BlazeServerBuilder", "NettyServerBuilder"), 8080),
    Framework("zio-http", ("dev.zio:zio-http", "io.d11:zhttp", "com.softwaremill.sttp.tapir:tapir-zio-http-server"), ("zio.http", "zhttp",
    "ziohttp"), ("ZioHttpInterpreter", "Server.serve", "Server.start",
    "Server.install"), 8080),
    Framework("cask", ("com.lihaoyi:cask",), ("cask",), ("cask.MainRoutes", "cask.Main"), 8080),
    Framework("scalatra", ("org.scalatra:scalatra",), ("org.scalatra",), ("ScalatraServlet", "JettyServer", "ScalatraBootstrap"), 8080),
    Framework("finatra", ("com.twitter:finatra-http",), ("com.twitter.finatra",), ("HttpServer",), 8888),
    Framework("finagle", ("com.twitter:finagle-http", "com.github.finagle:finch"), ("com.twitter.finagle", "io.finch"), ("Http.server",
    "Http.serve")),
    Framework("grpc", ("com.thesamuel:scalapb-runtime-grpc", "com.thesamet.scalapb:scalapb-runtime-grpc",
    "io.grpc:grpc-netty"), ("io.grpc",),
              ("ServerBuilder", "NettyServerBuilder")),
    Framework("netty", ("io.netty:netty-all", "io.netty:netty-codec-http", "io.netty:netty-handler"), ("io.netty.bootstrap",),
              ("ServerBootstrap",)),
    Framework("netty", ("com.softwaremill.sttp.tapir:tapir-netty-server",), ("sttp.tapir.server.netty",), ("NettyFutureServer",
    "NettyCatsServer", "NettySyncServer"), 8080),
    Framework("vertx", ("io.vertx:vertx-web",), ("io.vertx",), ("createHttpServer",)),
)  # fmt: skip
SCALA = Libraries(
    drivers={
        "org.tpolecat:doobie-postgres": "postgresql", "org.tpolecat:skunk-core": "postgresql", "io.getquill:quill-jdbc-zio": "",
        "com.github.jasync-sql:jasync-postgresql": "postgresql", "dev.profunktor:redis4cats-effects": "redis",
        "net.debasishg:redisclient": "redis",
        "com.github.etaty:rediscala": "redis", "dev.zio:zio-redis": "redis", "com.typesafe.play:play-redis": "redis",
        "org.reactivemongo:reactivemongo": "mongodb", "org.reactivemongo:play2-reactivemongo": "mongodb",
        "org.mongodb.scala:mongo-scala-driver": "mongodb", "io.github.kirill5k:mongo4cats-core": "mongodb",
        "com.sksamuel.elastic4s:elastic4s-core": "elasticsearch", "com.sksamuel.elastic4s:elastic4s-client-esjava": "elasticsearch",
        "com.outworkers:phantom-dsl": "cassandra", "com.typesafe.akka:akka-persistence-cassandra": "cassandra",
        "com.lightbend.akka:akka-stream-alpakka-s3": "s3", "org.apache.pekko:pekko-connectors-s3": "s3",
    },
    brokers={
        "com.github.fd4s:fs2-kafka": ("kafka", "kafka"), "dev.zio:zio-kafka": ("kafka", "kafka"),
        "com.typesafe.akka:akka-stream-kafka": ("kafka", "kafka"), "org.apache.pekko:pekko-connectors-kafka": ("kafka", "kafka"),
        "com.lightbend.akka:akka-stream-alpakka-sqs": ("sqs", "sqs"), "com.lightbend.akka:akka-stream-alpakka-amqp": ("rabbitmq",
        "rabbitmq"),
        "dev.profunktor:fs2-rabbit": ("rabbitmq", "rabbitmq"), "com.lightbend.lagom:lagom-scaladsl-kafka-broker": ("kafka", "kafka"),
    },
    orms={
        "com.typesafe.slick:slick": "slick", "com.typesafe.play:play-slick": "slick", "org.playframework:play-slick": "slick",
        "org.tpolecat:doobie-core": "doobie", "org.tpolecat:skunk-core": "skunk", "io.getquill:quill-jdbc": "quill",
        "io.getquill:quill-jdbc-zio": "quill", "org.scalikejdbc:scalikejdbc": "scalikejdbc", "com.typesafe.play:anorm": "anorm",
        "org.playframework.anorm:anorm": "anorm", "com.augustnagro:magnum": "magnum",
    },
    auth={
        "com.nimbusds:oauth2-oidc-sdk": "oidc", "com.novell.ldap:jldap": "ldap", "com.unboundid:unboundid-ldapsdk": "ldap",
        "com.github.jwt-scala:jwt-core": "jwt", "com.github.jwt-scala:jwt-circe": "jwt", "com.github.jwt-scala:jwt-play-json": "jwt",
        "com.github.jwt-scala:jwt-play": "jwt", "com.pauldijou:jwt-core": "jwt", "com.pauldijou:jwt-circe": "jwt",
        "io.github.jmcardon:tsec-jwt-mac": "jwt", "com.mohiva:play-silhouette": "silhouette",
        "org.playframework.silhouette:play-silhouette": "silhouette",
        "com.github.t3hnar:scala-bcrypt": "password-hash", "com.nulab-inc:scala-oauth2-core": "oauth2", "org.pac4j:play-pac4j": "pac4j",
        "io.github.jmcardon:tsec-password": "password-hash", "com.softwaremill.akka-http-session:core": "session",
    },
    caches={"com.github.blemale:scaffeine": "caffeine", "com.github.cb372:scalacache-core": "scalacache",
    "com.typesafe.play:play-caffeine-cache": "caffeine", "org.playframework:play-caffeine-cache": "caffeine",
    "com.typesafe.play:play-ehcache": "ehcache", "org.playframework:play-ehcache": "ehcache",
    "com.github.cb372:scalacache-caffeine": "caffeine", "com.github.cb372:scalacache-redis": "redis"},
    integrations={
        "org.apache.commons:commons-email": "smtp", "commons-email:commons-email": "smtp",
        "io.kamon:kamon-prometheus": "prometheus", "io.kamon:kamon-bundle": "kamon",
        "dev.zio:zio-metrics-connectors-prometheus": "prometheus",
        "com.typesafe.play:play-mailer": "smtp", "org.playframework:play-mailer": "smtp", "com.github.daddykotex:courier": "smtp",
        "org.typelevel:otel4s-java": "opentelemetry", "com.47deg:github4s": "github", "com.bot4s:telegram-core": "telegram",
        "io.cequence:openai-scala-client": "openai", "com.typesafe.akka:akka-discovery-kubernetes-api": "kubernetes-api",
    },
)  # fmt: skip
