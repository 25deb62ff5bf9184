"""Detect committed interface descriptions: OpenAPI and Swagger, AsyncAPI, GraphQL schemas, Protocol Buffers."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Located
from ..aside import is_aside
from ..detector import View, entry, folder_of

_WORDS = ("openapi", "swagger", "asyncapi", "api-docs", "api_docs", "api-spec", "apispec")
_VENDORED = (
    "google/api/", "google/protobuf/", "google/rpc/", "third_party/", "vendor/", "validate/validate.proto", "protoc-gen-",
    "buf/validate/", "grpc/health/v1",
)  # fmt: skip
_PLACES = {"openapi", "swagger", "asyncapi", "spec", "specs", "api", "apis", "contracts", "doc", "docs", "apidoc", "api-doc"}
_NAMES = ("api.yaml", "api.yml", "api.json", "spec.yaml", "spec.yml")
_HEAD = 4000


def detect(view: View) -> Iterator[Fact]:
    """Yield every description that the repository keeps; copies of well-known foreign ones are left out."""
    for path in view.suffixed(".proto"):
        if not any(v in path for v in _VENDORED) and not is_aside(path):
            yield entry("api_spec", folder_of(path), Located(kind="protobuf", path=path))
    for path in view.suffixed(".graphql", ".graphqls", ".gql", ".sdl"):
        if not is_aside(path) and _is_schema(view.text(path) or ""):
            yield entry("api_spec", folder_of(path), Located(kind="graphql", path=path))
    for path in view.suffixed(".json", ".yaml", ".yml"):
        name = path.rpartition("/")[2].lower()
        inside = set(folder_of(path).lower().split("/"))
        if is_aside(path) and not inside & {"doc", "docs"}:
            continue
        if any(w in name for w in _WORDS) or inside & _PLACES or name in _NAMES:
            kind = _kind(view, path)
            if kind:
                yield entry("api_spec", folder_of(path), Located(kind=kind, path=path))


def _is_schema(text: str) -> bool:
    """Say whether a GraphQL document defines types rather than asking questions."""
    starts = {line.split(" ", 1)[0] for line in text.split("\n") if line and line[0].isalpha()}
    return bool(starts & {"type", "schema", "extend", "interface", "enum", "input", "scalar", "union", "directive"})


def _kind(view: View, path: str) -> str | None:
    """Return openapi or asyncapi where the file's top says so."""
    if not view.holds(path, "openapi", "swagger", "asyncapi"):
        return None
    text = view.text(path) or ""
    head = text if any(w in path.lower() for w in _WORDS) else text[:_HEAD]  # a file named for it may have its keys sorted
    if not any(word in head for word in ("openapi", "swagger", "asyncapi")):
        return None
    document = view.document(path)
    if document is None or not isinstance(document.data, dict):
        return None
    if document.text("openapi") or document.text("swagger"):
        return "openapi"
    return "asyncapi" if document.text("asyncapi") else None
