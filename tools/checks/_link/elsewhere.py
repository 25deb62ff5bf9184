"""Say what other files of somebody else's folder settle: images built under a name, build arguments that are given, the user of a pod."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import re2

from ...yaml12 import Map, as_list, as_map
from .._view import PlanView
from .._view.items import ArtifactView, ScriptView
from .images import split_reference

_GIVEN = re2.compile(r"--(?:build-arg|opt[ =]build-arg:)[ =]?[\"']?([A-Za-z_][A-Za-z0-9_]*)")
_KEPT = re2.compile(r"ignore_changes\s*=\s*\[[^\]]*\b(?:ami|image|source_image|image_id|boot_disk)\b")
_SET = re2.compile(r"[\s\"']([a-z0-9][\w./-]*)=[^\s\"']*[/$:][^\s\"']*")
_ARGUMENT = re2.compile(r"^\s*[\"']?([A-Za-z_][A-Za-z0-9_]*)[\"']?\s*[=:]")
_USED = re2.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)")
_BUILD_ARGS = re2.compile(r"(?i)^(\s*)(?:build[-_]?args|args|buildArgs)\s*[:=]")


# images that Docker Hub serves without an owner (library/…): any other bare name is one that somebody builds
OFFICIAL = frozenset(
    (
        "adminer aerospike almalinux alpine alt amazoncorretto amazonlinux arangodb archlinux backdrop bash bonita buildpack-deps"
        " busybox caddy cassandra chronograf cirros clearlinux clefos clickhouse clojure composer consul convertigo couchbase couchdb"
        " crate dart debian docker drupal eclipse-mosquitto eclipse-temurin eggdrop elasticsearch elixir emqx erlang fedora flink"
        " fluentd gazebo gcc geonetwork ghost golang gradle groovy haproxy haskell haxe hello-world httpd hylang ibmjava influxdb irssi"
        " jetty joomla jruby julia kapacitor kibana kong lightstreamer liquibase logstash mageia mariadb matomo maven mediawiki"
        " memcached mongo mongo-express monica mysql nats nats-streaming neo4j neurodebian nextcloud nginx node notary odoo open-liberty"
        " openjdk oraclelinux orientdb percona perl photon php phpmyadmin plone postfixadmin postgres pypy python r-base rabbitmq"
        " rakudo-star redis redmine registry rethinkdb rocket.chat rockylinux ros ruby rust sapmachine scratch silverpeas solr sonarqube"
        " spark spiped storm swift swipl teamspeak telegraf tomcat tomee traefik ubuntu unit valkey varnish vault websphere-liberty"
        " wordpress xwiki yourls znc zookeeper"
    ).split()
)


def built_names(view: PlanView) -> frozenset[str]:
    """Return the images that Skaffold builds, or that a kustomization gives a tag: a manifest that names one is filled in."""
    found: set[str] = set()
    for artifact in (*view.artifacts, *view.aside):
        if "set image" in artifact.text:
            found |= {str(m.group(1)) for m in _SET.finditer(artifact.text)}
        if any(sign in artifact.text for sign in ("images:", "skaffold/", "additional_contexts")):
            for document in artifact.documents:
                found |= set(_names_of(document))
    return frozenset(found)


def _names_of(document: Any) -> Iterator[str]:
    root = as_map(document)
    if str(root.get("apiVersion", "")).startswith("skaffold/"):
        for profile in (root, *as_list(root.get("profiles"))):
            for made in as_list(as_map(as_map(profile).get("build")).get("artifacts")):
                yield from _texts(as_map(made).get("image"))
    for service in as_map(root.get("services")).values():  # contexts with a name of their own, from which Dockerfiles copy
        given = as_map(as_map(service).get("build")).get("additional_contexts")
        yield from (str(name).partition("=")[0] for name in (as_map(given) or as_list(given)))
    for entry in as_list(root.get("images")):
        named = as_map(entry)
        tag = str(named.get("newTag") or "")
        if named.get("digest") or (tag and tag != "latest") or (not tag and named.get("newName")):
            yield from _texts(named.get("name"))


def versioned_charts(view: PlanView) -> frozenset[str]:
    """Return the Helm releases to which a file of the folder gives a version of their chart: an overlay does for its base."""
    found: set[str] = set()
    for artifact in (*view.artifacts, *view.aside):
        if "HelmRelease" in artifact.text:
            for root in map(as_map, artifact.documents):
                if as_map(as_map(as_map(root.get("spec")).get("chart")).get("spec")).get("version"):
                    found.add(str(as_map(root.get("metadata")).get("name")))
    return frozenset(found)


def kept_machines(view: PlanView) -> frozenset[str]:
    """Return the Terraform folders whose machines keep the image that they were made with, although a newer one is found later."""
    return frozenset(a.installed.rpartition("/")[0] for a in view.of_kind("hcl") if _KEPT.search(a.text))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield split_reference(value)[0]


def given_arguments(view: PlanView) -> frozenset[str]:
    """Return the names of the build arguments that a command, a workflow, a build file or a compose file of the folder gives."""
    found: set[str] = set()
    for artifact in (*view.artifacts, *view.aside):
        if artifact.kind != "dockerfile" and "arg" in artifact.text.lower():
            found |= {str(m.group(1)) for m in _GIVEN.finditer(artifact.text)}
            found |= set(_listed(artifact.text.split("\n")))
    return frozenset(found)


def _listed(lines: list[str]) -> Iterator[str]:
    """Yield the names below a key of build arguments (`args:`, `build-args: |`, `args = {`), as long as lines are indented deeper."""
    depth: int | None = None
    for line in lines:
        start = _BUILD_ARGS.match(line)
        if start is not None:
            depth = len(start.group(1))
        elif depth is not None and line.strip():
            if len(line) - len(line.lstrip()) <= depth:
                depth = None
            else:
                name = _ARGUMENT.match(line.replace("- ", "  ", 1))
                if name is not None:
                    yield str(name.group(1))


def arguments_of(text: str) -> frozenset[str]:
    """Return the variables that a reference in a Dockerfile is made of."""
    return frozenset(str(m.group(1)) for m in _USED.finditer(text))


def users(view: PlanView) -> Mapping[str, bool]:
    """Return for each image (last part of its name) that pods run whether each of them runs it as another user than root.

    The empty name stands for all images that have an owner: one of them is that of a Dockerfile at the top of the folder.
    """
    found: dict[str, bool] = {}
    for made in view.objects:
        own = as_map(made.pod.get("securityContext")) if made.template is not None else Map(1)
        for container in made.containers():
            owner, _, name = split_reference(str(container.get("image", "")))[0].rpartition("/")
            inner = as_map(container.get("securityContext"))
            user = inner.get("runAsUser", own.get("runAsUser"))
            plain = inner.get("runAsNonRoot", own.get("runAsNonRoot")) is True or user not in (None, 0)
            for known in (name, "") if owner else (name,):
                found[known] = found.get(known, True) and plain
    return found


def image_of(artifact: ArtifactView) -> str:
    """Return the name that the image of a Dockerfile is likely to have: that of the folder it stands in."""
    return artifact.model.path.rpartition("/")[0].rpartition("/")[2]


def of_image(view: PlanView, script: ScriptView) -> bool:
    """Say whether a script is one that runs in a container of its own: it lies beside a Dockerfile, or an image starts it."""
    path = script.artifact
    if path is None or script.label != "artifact":
        return False
    folder, _, name = path.rpartition("/")
    if "entrypoint" in name:
        return True
    made = [a for a in view.of_kind("dockerfile") if a.model.path.rpartition("/")[0] == folder or name in a.text]
    return any(name in a.text for a in made) or (bool(folder) and bool(made))
