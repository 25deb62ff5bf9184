"""Read Aspire AppHosts: which projects they start under which names, which containers and references they declare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..parsers.csharp import Call, CsFile, text_of
from ..view import View
from .projects import Project, projects
from .sources import cs_file, files

Place = tuple[str, int]
RESOURCES = {  # method -> (sort, kind)
    "AddPostgres": ("store", "postgresql"), "AddAzurePostgresFlexibleServer": ("store", "postgresql"), "AddSqlServer": ("store", "mssql"),
    "AddAzureSqlServer": ("store", "mssql"), "AddMySql": ("store", "mysql"), "AddMongoDB": ("store", "mongodb"),
    "AddRedis": ("store", "redis"), "AddValkey": ("store", "valkey"), "AddGarnet": ("store", "redis"),
    "AddAzureRedis": ("store", "redis"), "AddOracle": ("store", "oracle"), "AddElasticsearch": ("store", "elasticsearch"),
    "AddQdrant": ("store", "qdrant"), "AddMilvus": ("store", "milvus"), "AddAzureCosmosDB": ("store", "cosmosdb"),
    "AddAzureStorage": ("store", "azure-blob-storage"), "AddMeilisearch": ("store", "meilisearch"), "AddSqlite": ("store", "sqlite"),
    "AddRavenDB": ("store", "ravendb"), "AddClickHouse": ("store", "clickhouse"), "AddMinioContainer": ("store", "s3"),
    "AddRabbitMQ": ("queue", "rabbitmq"), "AddKafka": ("queue", "kafka"), "AddNats": ("queue", "nats"),
    "AddAzureServiceBus": ("queue", "azure-service-bus"), "AddAzureEventHubs": ("queue", "azure-event-hubs"),
    "AddActiveMQ": ("queue", "activemq"), "AddSeq": ("integration", "seq"), "AddKeycloak": ("integration", "keycloak"),
    "AddOllama": ("integration", "ollama"), "AddOpenAI": ("integration", "openai"), "AddAzureOpenAI": ("integration", "azure-openai"),
    "AddAzureKeyVault": ("integration", "azure-key-vault"), "AddMailPit": ("integration", "smtp"), "AddMailDev": ("integration", "smtp"),
    "AddPrometheus": ("integration", "prometheus"), "AddGrafana": ("integration", "grafana"),
    "AddAzureApplicationInsights": ("integration", "application-insights"),
}  # fmt: skip


@dataclass(slots=True)
class Resource:
    """Be one declared resource: project, container or service; `version` only where an image tag is written."""

    sort: str  # project, store, queue, integration
    kind: str  # the project's file for a project
    name: str
    at: Place
    version: tuple[str, Place] | None = None
    health: tuple[str, Place] | None = None
    environment: dict[str, Place] = field(default_factory=dict)


def resources(view: View) -> list[Resource]:
    """Return what every AppHost of the tree declares, in order; made once."""
    return view.kept("aspire_resources", lambda: [r for p in hosts(view) for r in _resources(view, p)])


def hosts(view: View) -> list[Project]:
    """Return the AppHost projects of the tree."""
    return [p for p in projects(view).values() if p.is_host and not p.is_test]


def _resources(view: View, host: Project) -> Iterator[Resource]:
    named = {p.name.replace(".", "_").replace("-", "_"): p for p in projects(view).values()}
    for path in files(view, host):
        file = cs_file(view, path) if view.holds(path, ".Add") else None
        for call in file.calls if file is not None else ():
            if file is None or not call.name.startswith("Add"):
                continue
            name = text_of(call.argument(0)) or ""
            at = (path, call.line)
            if call.name == "AddProject" and call.generics:
                project = named.get(call.generics[0].rpartition(".")[2])
                found = Resource("project", project.file, name, at) if project is not None else None
            elif call.name in RESOURCES:
                found = Resource(*RESOURCES[call.name], name, at)
            else:
                found = None
            if found is not None:
                _refine(path, file, call, found)
                yield found


def _refine(path: str, file: CsFile, call: Call, found: Resource) -> None:
    """Take what the calls chained upon a resource add: image tag, health check, environment."""
    outer = call
    while (above := _next(file, outer)) is not None:
        outer = above
        first = text_of(outer.argument(0))
        at = (path, outer.line)
        if outer.name == "WithImageTag" and first and first[:1].isdigit():
            found.version = (first, at)
        elif outer.name == "WithImage" and (tag := text_of(outer.argument(1))) and tag[:1].isdigit():
            found.version = (tag, at)
        elif outer.name in ("WithHttpHealthCheck", "WithHttpsHealthCheck") and first:
            found.health = (first, at)
        elif outer.name == "WithEnvironment" and first:
            found.environment[first] = at


def _next(file: CsFile, call: Call) -> Call | None:
    """Return the call that is chained directly upon another one."""
    access = call.node.parent
    node = access.parent if access is not None and access.type == "member_access_expression" else None
    if node is None or node.type != "invocation_expression":
        return None
    return next((c for c in file.calls if c.node.id == node.id), None)
