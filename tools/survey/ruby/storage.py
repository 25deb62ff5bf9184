"""Say where a Rails application keeps uploaded files in production: the service of `storage.yml` that its settings choose."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Datastore, Fact
from ..detector import entry, trap
from ..view import View, join
from .rails import setting

_SERVICES = {"S3": "s3", "s3": "s3", "GCS": "gcs", "AzureStorage": "azure-blob-storage", "AzureBlob": "azure-blob-storage"}


def files_store(view: View, folder: str) -> Iterator[Fact]:
    """Yield the object store of Active Storage, or the trap of files on the container's own disk where models attach any."""
    chosen = setting(view, folder, "active_storage.service")
    path = join(folder, "config/storage.yml")
    document = view.document(path) if view.repository.size(path) else None
    if chosen is None or chosen.text is None or document is None:
        return
    service = document.text(chosen.text, "service")
    kind = _SERVICES.get(service or "")
    if kind:
        evidence = (view.evidence(path, document.line(chosen.text, "service")), view.evidence(*chosen.at))
        yield entry("datastore", folder, Datastore(kind=kind, evidence=evidence), "high")
    elif service == "Disk" and _attaches(view, folder):
        text = "uploaded files are kept on the container's own disk: they are lost with it and not shared between copies"
        yield trap(folder, "local-file-storage", text, view.evidence(*chosen.at))


def _attaches(view: View, folder: str) -> bool:
    models = view.under(join(folder, "app"), view.suffixed(".rb"))
    return any(view.holds(p, "has_one_attached", "has_many_attached", "has_rich_text") for p in models)
