"""Say which files exist to hold settings and secrets: they are read first, so that their values are known everywhere else."""

from __future__ import annotations

_SMALL = 64_000
_WORDS = ("secret", "password", "passwd", "credential", "apikey", "api_key", "token")
_NAMES = {
    ".npmrc", ".pypirc", ".netrc", ".pgpass", ".htpasswd", ".dockerconfigjson", "auth.json", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519",
}  # fmt: skip
_KEYS = (".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".tfvars", ".ppk", ".asc")
_CONFIG = (".yml", ".yaml", ".properties", ".ini", ".cfg", ".conf", ".toml", ".env", ".tf")
_ASIDE = {"cassettes", "fixtures", "locale", "locales", "i18n", "translations", "snapshots", "__snapshots__", "testdata"}
_SKIP = {"pnpm-lock.yaml", "poetry.lock", "uv.lock", "Cargo.lock", "pubspec.lock", "mkdocs.yml", ".pre-commit-config.yaml"}
_PROSE = (
    ".md", ".rst", ".txt", ".html", ".svg", ".css", ".ts", ".js", ".tsx", ".jsx", ".py", ".java", ".go", ".rb", ".php", ".cs", ".rs",
    ".ex",
)  # fmt: skip


def may_bear_secrets(path: str, size: int) -> bool:
    """Say whether the file at `path` is a settings or secret file by its name, and small enough to be one."""
    if size == 0 or size > _SMALL:
        return False
    folder, _, name = path.rpartition("/")
    lower = name.lower()
    if name in _SKIP:
        return False
    if lower.startswith(".env") or lower in _NAMES or lower.endswith(_KEYS):
        return True
    if lower.startswith("appsettings") and lower.endswith(".json"):
        return True
    if any(word in lower for word in _WORDS) and (not lower.endswith(_PROSE) or lower.endswith(".txt")):
        return True
    if folder.rpartition("/")[2].lower() in ("secrets", "secret", ".secrets"):
        return not lower.endswith(_PROSE) or lower.endswith(".txt")
    return lower.endswith(_CONFIG) and not any(part in _ASIDE for part in folder.lower().split("/"))
