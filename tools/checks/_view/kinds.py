"""Tell the kind of an artifact or fence from its path, its stated language and its text."""

from __future__ import annotations

import posixpath

import re2

_BY_SUFFIX = {
    ".sh": "shell",
    ".bash": "shell",
    ".py": "python",
    ".js": "javascript",
    ".ts": "typescript",
    ".json": "json",
    ".toml": "toml",
    ".tf": "hcl",
    ".hcl": "hcl",
    ".tfvars": "hcl",
    ".sql": "sql",
    ".md": "markdown",
    ".xml": "xml",
    ".html": "html",
    ".service": "systemd",
    ".timer": "systemd",
    ".socket": "systemd",
    ".path": "systemd",
    ".mount": "systemd",
    ".target": "systemd",
    ".patch": "diff",
    ".diff": "diff",
    ".ini": "ini",
    ".cfg": "ini",
    ".cnf": "ini",
    ".env": "env",
    ".nft": "nftables",
    ".mmd": "mermaid",
    ".tmpl": "template",
    ".j2": "template",
    ".tpl": "template",
    ".rules": "text",
}
_BY_LANGUAGE = {
    "sh": "shell",
    "bash": "shell",
    "shell": "shell",
    "zsh": "shell",
    "dash": "shell",
    "dockerfile": "dockerfile",
    "docker": "dockerfile",
    "containerfile": "dockerfile",
    "nginx": "nginx",
    "caddyfile": "caddy",
    "caddy": "caddy",
    "haproxy": "haproxy",
    "promql": "promql",
    "sql": "sql",
    "systemd": "systemd",
    "dotenv": "env",
    "env": "env",
    "hcl": "hcl",
    "terraform": "hcl",
    "tf": "hcl",
    "json": "json",
    "jsonc": "json",
    "toml": "toml",
    "ini": "ini",
    "conf": "conf",
    "python": "python",
    "py": "python",
    "mermaid": "mermaid",
    "diff": "diff",
    "patch": "diff",
    "console": "console",
    "shell-session": "console",
    "shellsession": "console",
    "bash-session": "console",
    "sh-session": "console",
    "terminal": "console",
    "commandline": "console",
    "command": "console",
    "cli": "console",
    "shellscript": "shell",
    "text": "text",
    "txt": "text",
    "plaintext": "text",
    "output": "text",
    "markdown": "markdown",
    "javascript": "javascript",
    "js": "javascript",
    "typescript": "typescript",
    "ts": "typescript",
    "nftables": "nftables",
    "logrotate": "logrotate",
    "xml": "xml",
    "csv": "text",
    "http": "text",
    "cron": "cron",
    "crontab": "cron",
    "redis": "conf",
    "compose": "compose",
}
_YAML = (".yml", ".yaml")
SHELL_SHEBANGS = ("sh", "bash", "dash", "ash")


def kind_of(path: str, language: str, text: str) -> str:
    """Return the kind: compose, dockerfile, shell, kubernetes, prometheus-rules, alertmanager, workflow, nginx, …, `yaml` or `text`."""
    name = posixpath.basename(path).lower()
    suffix = posixpath.splitext(name)[1]
    stated = language.strip().lower()
    if name.endswith("ignore"):
        return "text"
    if suffix in (".patch", ".diff"):
        return "diff"
    if name.startswith(("dockerfile", "containerfile")) and suffix in (".template", ".tmpl", ".tpl", ".j2", ".erb", ".in"):
        return "text"  # a Dockerfile only after a generator has filled it in
    if (name.startswith(("dockerfile", "containerfile")) and suffix not in _BY_SUFFIX and suffix not in _YAML) or suffix == ".dockerfile":
        return "dockerfile"
    if name.startswith(".env") or name.endswith(".env") or ".env." in name:
        return "env"
    misnamed = suffix in ("", ".compose") and stated in _SAID_OF_COMPOSE and _compose(text)
    rules = suffix == ".rules" and "groups:" in text
    if suffix in _YAML or stated in ("yaml", "yml", "compose") or misnamed or rules:
        return _yaml_kind(path, text)
    by_path = _path_kind(path, name, text, stated)
    if by_path:
        return by_path
    if text.startswith("#!") and _shebang(text):
        return "shell"
    return _BY_SUFFIX.get(suffix) or _BY_LANGUAGE.get(stated) or stated or "text"


def _path_kind(path: str, name: str, text: str, stated: str) -> str:
    if name == "caddyfile" or name.endswith(".caddy"):
        return "caddy"
    if text.lstrip().startswith("["):
        return "ini" if name.endswith(".conf") else ""
    like_nginx = ("nginx" in path.lower() or stated == "nginx" or _serves(text)) and (";" in text or "{" not in text)
    if name == "nginx.conf" or (name.endswith(".conf") and like_nginx):
        return "nginx"
    if "haproxy" in name:
        return "haproxy"
    if "logrotate" in path.lower():
        return "logrotate"
    if name == "crontab" or "/cron.d/" in f"/{path}":
        return "cron"
    if name == "daemon.json":
        return "json"
    if name.endswith(".conf.template") and "nginx" in path.lower():
        return "nginx"
    return ""


def _serves(text: str) -> bool:
    """Say whether a text without a telling path is nginx's: a server that passes on what it is asked."""
    return "server {" in text and "proxy_pass " in text and "location " in text


def _shebang(text: str) -> bool:
    words = text.partition("\n")[0][2:].split()
    program = posixpath.basename(words[1] if len(words) > 1 and words[0].endswith("env") else words[0]) if words else ""
    return program in SHELL_SHEBANGS


def _yaml_kind(path: str, text: str) -> str:
    """Tell what a YAML file is for by its top-level keys (a line that starts at column 0 and ends in a colon)."""
    keys = {line.partition(":")[0].strip("\"'") for line in text.split("\n") if line and line[0] not in " \t#-" and ":" in line}
    lowered = path.lower()
    if ".github/workflows/" in lowered or ({"on", "jobs"} <= keys):
        return "workflow"
    if {"apiVersion", "kind"} <= keys:
        return "kubernetes"
    name = posixpath.basename(lowered)
    if "services" in keys and ("compose" in name or "stack" in name or (_only_compose(keys) and _runs_something(text))):
        return "compose"
    if "groups" in keys and any(sign in text for sign in ("|=", "|~", "| json", "| logfmt")):
        return "yaml"  # rules of Loki
    if "groups" in keys and ("expr" in text or "alert" in text) and "apiVersion" not in keys:  # Grafana's own alerts carry one
        return "prometheus-rules"
    if {"rule_files", "tests"} & keys and "tests" in keys:
        return "prometheus-tests"
    if "scrape_configs" in keys:
        return "prometheus"
    if "route" in keys and "receivers" in keys:
        return "alertmanager"
    if "receivers" in keys and "exporters" in keys:
        return "otel"
    if ".gitlab-ci" in lowered:
        return "gitlab-ci"
    return "ansible" if _TASKS.search(text) else "yaml"


def _only_compose(keys: set[str]) -> bool:
    return not {k for k in keys if k[:2] != "x-"} - _COMPOSE_KEYS


def _runs_something(text: str) -> bool:
    """Say whether a service is started from something: other programs' files list `services` too."""
    return any(key in text for key in ("image:", "build:", "extends:", "include:", "container_name:"))


_TASKS = re2.compile(
    r"(?m)^- (?:\w+: .*\n(?:  .*\n)*?  )?(?:hosts|ansible\.\w[\w.]*|community\.\w[\w.]*|shell|command|apt|docker_container|roles):"
)
_SAID_OF_COMPOSE = ("docker", "dockerfile", "docker-compose", "compose-yaml", "text", "")


def _compose(text: str) -> bool:
    """Say whether a block that is labelled otherwise, or not at all, is a compose file: services, each with an image or a build."""
    lines = text.split("\n")
    return "services:" in (line.rstrip() for line in lines) and any(line.lstrip().startswith(("image:", "build:")) for line in lines)


_COMPOSE_KEYS = frozenset({"version", "name", "services", "networks", "volumes", "configs", "secrets", "include"})
