"""Know JVM web frameworks: dependencies that name them, imports that load them, documented default ports, how their programs start."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Framework:
    """Be one framework: id, `group:name` prefixes, import prefixes that load it, words in code that make a server, default port."""

    name: str
    dependencies: tuple[str, ...]
    imports: tuple[str, ...]
    makes: tuple[str, ...] = ()
    port: int | None = None


FRAMEWORKS = (
    Framework("ktor", ("io.ktor:ktor-server*",), ("io.ktor.server.",), ("embeddedServer", "EngineMain", "routing", "install("), None),
    Framework("javalin", ("io.javalin:javalin*",), ("io.javalin.",), ("Javalin.create", "Javalin.start"), 8080),
    Framework("spark", ("com.sparkjava:spark-core*", "com.sparkjava:spark-kotlin*"), ("spark.",), (), 4567),
    Framework("vertx", ("io.vertx:vertx-web*", "io.vertx:vertx-core*"), ("io.vertx.",), ("HttpServer", "createHttpServer", "Router"), None),
    Framework("helidon", ("io.helidon*",), ("io.helidon.",), ("WebServer", "Main.main", "@Path"), None),
    Framework("dropwizard", ("io.dropwizard:dropwizard-core*",), ("io.dropwizard.",), ("Application<",), 8080),
    Framework("armeria", ("com.linecorp.armeria:armeria*",), ("com.linecorp.armeria.server",), ("Server.builder",), None),
    Framework("http4k", ("org.http4k:http4k-server*", "org.http4k:http4k-core*"), ("org.http4k.",), ("asServer",), None),
    Framework("ratpack", ("io.ratpack:ratpack-core*",), ("ratpack.",), ("RatpackServer",), 5050),
    Framework("jooby", ("io.jooby:jooby*",), ("io.jooby.",), ("runApp", "Jooby"), 8080),
    Framework("play", ("com.typesafe.play:play*", "org.playframework:play*"), ("play.",), (), 9000),
    Framework("blade", ("com.hellokaton:blade*", "com.bladejava:blade*"), ("com.hellokaton.blade", "com.blade."), (), 9000),
    Framework("akka-http", ("com.typesafe.akka:akka-http*",), ("akka.http.",), ("newServerAt", "bindAndHandle"), None),
    Framework(
        "jersey",
        ("org.glassfish.jersey*",),
        ("org.glassfish.jersey.",),
        ("GrizzlyHttpServerFactory", "ResourceConfig", "JettyHttpContainerFactory"),
        None,
    ),
    Framework("undertow", ("io.undertow:undertow-core*",), ("io.undertow.",), ("Undertow.builder",), None),
    Framework(
        "jetty",
        ("org.eclipse.jetty:jetty-server*", "org.eclipse.jetty:jetty-servlet*"),
        ("org.eclipse.jetty.server",),
        ("new Server(",),
        None,
    ),
    Framework(
        "netty", ("io.netty:netty-all*", "io.netty:netty-codec-http*"), ("io.netty.bootstrap.ServerBootstrap",), ("ServerBootstrap",), None
    ),
    Framework("grpc", ("io.grpc:grpc*",), ("io.grpc.",), ("ServerBuilder", "NettyServerBuilder", "ServerCredentials"), None),
)
SPRING_WEB = (
    "org.springframework.boot:spring-boot-starter-web", "org.springframework.boot:spring-boot-starter-webmvc",
    "org.springframework.boot:spring-boot-starter-webflux", "org.springframework.boot:spring-boot-starter-jersey",
    "org.springframework.boot:spring-boot-starter-data-rest", "org.springframework.boot:spring-boot-starter-web-services",
    "org.springframework.boot:spring-boot-starter-hateoas", "org.springframework.boot:spring-boot-starter-websocket",
    "org.springframework.boot:spring-boot-starter-thymeleaf-web", "org.springframework.boot:spring-boot-starter-tomcat",
    "org.springframework.boot:spring-boot-starter-undertow", "org.springframework.boot:spring-boot-starter-jetty",
    "org.springframework.boot:spring-boot-starter-reactor-netty", "org.springframework.boot:spring-boot-starter-webclient-server",
    "org.springframework.boot:spring-boot-starter-graphql", "org.springframework.boot:spring-boot-starter-rsocket",
    "org.springframework:spring-webmvc", "org.springframework:spring-webflux", "org.springframework.cloud:spring-cloud-config-server",
    "org.springframework.cloud:spring-cloud-starter-netflix-eureka-server", "org.springframework.cloud:spring-cloud-starter-gateway",
    "org.springframework.cloud:spring-cloud-starter-gateway-server-webflux",
    "org.springframework.cloud:spring-cloud-starter-gateway-server-webmvc", "org.springframework.cloud:spring-cloud-starter-gateway-mvc",
    "org.springframework.cloud:spring-cloud-starter-netflix-zuul", "org.springframework.cloud:spring-cloud-starter-function-web",
    "de.codecentric:spring-boot-admin-starter-server", "org.springdoc:springdoc-openapi-starter-webmvc-ui",
    "org.springdoc:springdoc-openapi-starter-webflux-ui", "org.springdoc:springdoc-openapi-ui",
    "com.netflix.graphql.dgs:graphql-dgs-spring-boot-starter", "com.netflix.graphql.dgs:graphql-dgs-spring-graphql-starter",
    "com.vaadin:vaadin-spring-boot-starter", "org.apache.cxf:cxf-spring-boot-starter-jaxrs",
    "org.apache.cxf:cxf-spring-boot-starter-jaxws", "net.devh:grpc-server-spring-boot-starter",
    "org.springframework.grpc:spring-grpc-server-spring-boot-starter",
)  # fmt: skip
SPRING_GRPC = ("net.devh:grpc-server-spring-boot-starter", "org.springframework.grpc:spring-grpc-server-spring-boot-starter")
QUARKUS_WEB = (
    "io.quarkus:quarkus-rest*", "io.quarkus:quarkus-resteasy*", "io.quarkus:quarkus-vertx*", "io.quarkus:quarkus-undertow*",
    "io.quarkus:quarkus-reactive-routes*", "io.quarkus:quarkus-smallrye-graphql*", "io.quarkus:quarkus-spring-web*",
    "io.quarkus:quarkus-grpc*", "io.quarkus:quarkus-websockets*", "io.quarkus:quarkus-qute-web*", "io.quarkus:quarkus-smallrye-health*",
    "io.quarkiverse.quinoa*", "io.quarkus:quarkus-funqy-http*", "org.apache.camel.quarkus:camel-quarkus-platform-http*",
)  # fmt: skip
MICRONAUT_WEB = ("io.micronaut:micronaut-http-server*", "io.micronaut:micronaut-runtime*", "io.micronaut.servlet*", "io.micronaut.grpc*")
SERVLET = (
    "javax.servlet*", "jakarta.servlet*", "jakarta.platform*", "javax:javaee*", "javax.ws.rs*", "jakarta.ws.rs*",
    "org.eclipse.microprofile*",
)  # fmt: skip
