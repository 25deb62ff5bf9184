"""Tell stores and brokers that a code base needs from those that it merely knows how to reach: of several that are chosen by a setting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ....core.facts import Datastore, Fact, Queue
from ..knowledge.stores import RELATIONAL

_EMBEDDED = {"sqlite", "h2", "hsqldb"}
_BROKERS = {"kafka", "rabbitmq", "mqtt", "nats", "activemq", "sqs", "pubsub", "pulsar", "azure-service-bus"}
_CROWD = 6  # of 37 ordinary back ends none has more than two; what reaches six is a monitor, or connects workflows
_FIRST = ("postgresql", "mysql", "mariadb", "mssql")  # which of several is taken for the usual one
_KEPT = {"redis", "valkey"}  # carries queues and sessions beside any other store

Stores = Mapping[str, Sequence[tuple[Fact, Datastore]]]
Queues = Mapping[str, Sequence[tuple[Fact, Queue]]]


def is_alternative(kind: str, sure: set[str], groups: Stores) -> bool:
    """Say whether a code base can do without a server that nothing deploys.

    So it is for one of several relational ones where another is deployed, where a file is the default, or where there are three or more
    and another is the usual one; and for any kind among a crowd of them.
    """
    if kind in _EMBEDDED or any(v.image for _, v in groups[kind]):
        return False
    own = {f.subject for f, _ in groups[kind]}
    beside = {k for k in sure - {kind} if own & {f.subject for f, _ in groups[k]}}
    if kind not in RELATIONAL:
        return kind not in _KEPT and len(beside - _EMBEDDED - RELATIONAL) + 1 >= _CROWD
    others = beside & RELATIONAL
    if others and (any(v.image for k in others for _, v in groups[k]) or beside & _EMBEDDED):
        return True
    usual = next((k for k in _FIRST if k in others | {kind}), kind)
    return len(others) >= 2 and kind != usual


def is_choice(kind: str, groups: Queues) -> bool:
    """Say whether a broker is one of several that one code base can send to, none of which a settings or compose file names."""
    if kind not in _BROKERS or _named(groups[kind]):
        return False
    own = {f.subject for f, _ in groups[kind]}
    return any(k != kind and k in _BROKERS and own & {f.subject for f, _ in found if f.confidence != "low"} for k, found in groups.items())


def _named(found: Sequence[tuple[Fact, Queue]]) -> bool:
    return any(e.path.endswith((".yml", ".yaml")) for _, v in found for e in v.evidence)
