"""Guess the language of a text from its path, else from what stands in it."""

from __future__ import annotations

import re2

_NAMES = {
    "dockerfile": "dockerfile", "containerfile": "dockerfile", "chart.yaml": "helm", "values.yaml": "helm", "values.yml": "helm",
    "helmfile.yaml": "helm", "helmfile.yml": "helm", "requirements.yml": "ansible", "requirements.yaml": "ansible",
    "playbook.yml": "ansible", "site.yml": "ansible", "kustomization.yaml": "k8s", "kustomization.yml": "k8s", ".gitlab-ci.yml": "ci",
    "azure-pipelines.yml": "ci", "bitbucket-pipelines.yml": "ci", ".drone.yml": "ci", ".woodpecker.yml": "ci", "cloudbuild.yaml": "ci",
    "cloudbuild.yml": "ci", ".env": "dotenv", ".terraform.lock.hcl": "terraform", "action.yml": "gha", "action.yaml": "gha",
    "procfile": "bash", "makefile": "bash", "justfile": "bash", "crontab": "bash",
}  # fmt: skip
_ENDINGS = {
    ".tf": "terraform", ".tfvars": "terraform", ".tofu": "terraform", ".hcl": "terraform", ".sh": "bash", ".bash": "bash",
    ".zsh": "bash", ".md": "markdown", ".markdown": "markdown", ".mdx": "markdown", ".env": "dotenv", ".dockerfile": "dockerfile",
    ".tpl": "helm", ".service": "systemd", ".timer": "systemd", ".container": "systemd", ".ps1": "bash",
}  # fmt: skip
_COMPOSE_NAME = re2.compile(r"^(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml$|^docker-stack.*\.ya?ml$|^stack\.ya?ml$")
_YAML_RULES = (
    ("gha", re2.compile(r"(?m)^\s*(?:-\s+)?(?:uses|runs-on)\s*:")),
    ("k8s", re2.compile(r"(?m)^\s{0,2}[\"']?(?:apiVersion|kind)[\"']?\s*:")),
    (
        "ci",
        re2.compile(r"(?m)^(?:orbs|pipelines|stages|before_script|pool|trigger|default)\s*:|^\s+(?:script|vmImage)\s*:|^\s*-\s+task\s*:"),
    ),
    ("ansible", re2.compile(r"(?m)^\s*-\s+(?:hosts|name|src|role)\s*:|^\s+(?:ansible\.builtin|community)\.\w|^(?:collections|roles)\s*:")),
    (
        "helm",
        re2.compile(r"(?m)^(?:releases|dependencies|helmDefaults|repositories)\s*:|\{\{-?\s*(?:\.|include|if|range|with|template|define)"),
    ),
    ("compose", re2.compile(r"(?m)^services\s*:|^\s{2}\w[\w-]*\s*:\s*\n\s{4}(?:image|build)\s*:")),
)
_COMPOSE_FIRST = re2.compile(r"(?m)^services\s*:")
_DOCKERFILE = re2.compile(r"(?mi)^(?:#.*\n|\s*\n|ARG\s.*\n)*FROM\s+\S+")
_TERRAFORM = re2.compile(r'(?m)^\s*(?:terraform|resource|module|provider|data|variable|locals|output|plugin)\s*(?:"[^"]*"\s*){0,2}\{')
_MARKDOWN = re2.compile(r"(?m)^#{1,6} |^```|^\|.*\|")
_SHEBANG = re2.compile(r"^#!.*\b(?:ba|z|k|da|a)?sh\b")


def guess_language(path: str | None, text: str = "") -> str | None:
    """Return the language of a text, or None when neither path nor text tells."""
    name = (path or "").replace("\\", "/").rpartition("/")[2].lower()
    folders = f"/{(path or '').lower()}"
    if name:
        known = _by_name(name, folders)
        if known:
            return known
        if name.endswith((".yaml", ".yml", ".json", ".gotmpl")):
            return by_yaml(text)
    return by_content(text) if not name or "." not in name else None


def _by_name(name: str, folders: str) -> str | None:
    if name in _NAMES:
        return _NAMES[name]
    if name.startswith(("dockerfile.", "containerfile.")) or name.endswith((".dockerfile", ".containerfile")):
        return "dockerfile"
    if _COMPOSE_NAME.match(name):
        return "compose"
    if "/.github/workflows/" in folders:
        return "gha"
    if "/.circleci/" in folders or "/.gitlab/" in folders or "/.woodpecker/" in folders:
        return "ci"
    if "/templates/" in folders and name.endswith((".yaml", ".yml")):
        return "helm"
    if name.startswith("values") and name.endswith((".yaml", ".yml")):
        return "helm"
    if name.startswith(".env"):
        return "dotenv"
    for ending, language in _ENDINGS.items():
        if name.endswith(ending):
            return language
    return None


def by_yaml(text: str) -> str | None:
    """Return which YAML dialect a text is, or None."""
    head = text[:20000]
    if _COMPOSE_FIRST.search(head) and not _YAML_RULES[1][1].search(head) and not _YAML_RULES[0][1].search(head):
        return "compose"
    for language, rule in _YAML_RULES:
        if rule.search(head):
            return language
    return "helm" if "image:" in head or "tag:" in head else None


def by_content(text: str) -> str | None:
    """Return the language that a text without a path looks like, or None."""
    head = text[:20000]
    if _SHEBANG.match(head):
        return "bash"
    if _DOCKERFILE.match(head):
        return "dockerfile"
    if _TERRAFORM.search(head):
        return "terraform"
    if _MARKDOWN.search(head):
        return "markdown"
    if _COMPOSE_FIRST.search(head) or _YAML_RULES[1][1].search(head) or _YAML_RULES[0][1].search(head):
        return by_yaml(head)
    return None
