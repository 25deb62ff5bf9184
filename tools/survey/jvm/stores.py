"""Find which data stores an application is configured for: the URLs and hosts of its settings, and of its code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..knowledge.jvmlibs import JDBC
from ..knowledge.stores import store_of_url
from ..parsers.jvmnodes import descend, text_of
from ..view import View
from .model import Place, Unit
from .settings import Setting, settings
from .sources import code

_HOSTS = {  # settings that name a store by themselves
    "spring.data.redis.host": "redis", "spring.redis.host": "redis", "spring.data.redis.url": "redis", "spring.redis.url": "redis",
    "spring.data.mongodb.uri": "mongodb", "spring.data.mongodb.host": "mongodb", "spring.mongodb.uri": "mongodb",
    "spring.elasticsearch.uris": "elasticsearch", "spring.elasticsearch.rest.uris": "elasticsearch",
    "spring.cassandra.contact-points": "cassandra", "spring.data.cassandra.contact-points": "cassandra", "spring.neo4j.uri": "neo4j",
    "quarkus.redis.hosts": "redis", "quarkus.mongodb.connection-string": "mongodb", "mongodb.uri": "mongodb", "redis.uri": "redis",
    "quarkus.elasticsearch.hosts": "elasticsearch",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Configured:
    """Be one store that a setting or a text of the code names; `profile` empty where it always holds."""

    kind: str
    at: Place
    profile: str


def kind_of_url(text: str) -> str | None:
    """Return the store of a JDBC, R2DBC or plain connection URL, None for any other text."""
    parts = text.split(":")
    if parts[0] in ("jdbc", "r2dbc", "vertx-reactive"):
        return next((JDBC[p] for p in parts[1:3] if JDBC.get(p)), None)
    return store_of_url(text) if "://" in text else None


def configured(view: View, unit: Unit) -> Iterator[Configured]:
    """Yield the stores of the settings, then those whose URLs stand in the code."""
    for one in settings(view, unit).entries:
        kind = _of_setting(one)
        if kind:
            yield Configured(kind, one.at, one.profile)
    for path, file in code(view, unit, '"jdbc:', '"r2dbc:', '"mongodb', '"redis:'):
        for node in descend(file.root, "string_literal"):
            text = text_of(node)
            kind = kind_of_url(text) if text and len(text) < 500 else None
            if kind:
                yield Configured(kind, (path, node.start_point[0] + 1), "")


def _of_setting(one: Setting) -> str | None:
    kind = kind_of_url(one.value.strip()) or (kind_of_url(one.value.partition(":")[2].rstrip("}")) if one.value.startswith("${") else None)
    if kind:
        return kind
    if one.key.endswith(("db-kind", ".db_kind")):
        return JDBC.get(one.value.strip(), None) or None
    return next((k for key, k in _HOSTS.items() if one.key == key), None)
