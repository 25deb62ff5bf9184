"""Which format a path holds, and what that means for reading values and for writing a marker into it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class Traits:
    """How a format writes values: `bare` values are allowed unquoted, `quote_marker` says that a bare marker would not parse."""

    family: str
    bare: bool
    quote_marker: bool = False
    example: bool = False  # a template: words like "changeme" are placeholders there
    private: bool = False  # a file made to hold secrets: unknown random values count as secrets
    words: bool = False  # interface texts and translations: a "password" key holds a label


_KINDS: dict[str, Traits] = {
    "env": Traits("env", True, private=True),
    "yaml": Traits("yaml", True, quote_marker=True),
    "json": Traits("json", False, quote_marker=True),
    "toml": Traits("toml", False, quote_marker=True),
    "ini": Traits("ini", True),
    "properties": Traits("properties", True),
    "hcl": Traits("hcl", False, quote_marker=True),
    "xml": Traits("xml", True),
    "python": Traits("python", False, quote_marker=True),
    "code": Traits("code", False, quote_marker=True),
    "shell": Traits("shell", True),
    "docker": Traits("docker", True),
    "make": Traits("make", True),
    "conf": Traits("conf", True),
    "markdown": Traits("markdown", True),
    "text": Traits("text", True),
    "csv": Traits("csv", True),
    "sql": Traits("sql", True),
    "lock": Traits("lock", False),
}

_SUFFIXES: dict[str, str] = {
    "env": "env",
    "yaml yml": "yaml",
    "json jsonc json5 tfstate webmanifest ipynb avsc har map": "json",
    "toml": "toml",
    "ini cfg cnf editorconfig pypirc npmrc flaskenv": "ini",
    "properties": "properties",
    "tf tfvars hcl nomad bicep bicepparam": "hcl",
    "xml config csproj fsproj vbproj props targets plist xsd wsdl pom resx html htm xhtml svg xaml cshtml razor jsp jspx xlf xliff": "xml",
    "py pyi pyw": "python",
    "css scss sass less js jsx mjs cjs ts tsx mts cts vue svelte go java kt kts scala groovy gradle cs fs vb swift"
    " rs rb erb php phtml c h cc cpp hpp m dart"
    " ex exs erl clj lua pl pm r jl proto graphql gql prisma jenkinsfile cue jsonnet libsonnet rake": "code",
    "sh bash zsh ksh fish ps1 psm1 bat cmd envrc": "shell",
    "dockerfile containerfile": "docker",
    "mk mak": "make",
    "conf cnf service timer socket mount rc vcl nginx acl netrc": "conf",
    "md markdown mdx rst adoc asciidoc": "markdown",
    "csv tsv": "csv",
    "sql ddl psql": "sql",
    "lock sum": "lock",
}

_BY_SUFFIX = {suffix: family for suffixes, family in _SUFFIXES.items() for suffix in suffixes.split()}

_NAMES: dict[str, str] = {
    "package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml poetry.lock uv.lock pdm.lock cargo.lock gemfile.lock composer.lock"
    " go.sum .terraform.lock.hcl pipfile.lock bun.lock mix.lock pubspec.lock flake.lock podfile.lock packages.lock.json sha256sums"
    " checksums.txt gradle.lockfile": "lock",
    "dockerfile containerfile": "docker",
    "makefile gnumakefile justfile procfile": "make",
    "jenkinsfile vagrantfile gemfile rakefile fastfile podfile brewfile": "code",
    "kubeconfig .kubeconfig docker-compose compose": "yaml",
    ".npmrc .pypirc .yarnrc .my.cnf my.cnf .boto .s3cfg credentials .gitconfig .git-credentials .pgpass pgpass.conf .htpasswd rclone.conf"
    " pip.conf .wgetrc .curlrc": "ini",
    ".netrc _netrc redis.conf": "conf",
    ".dockercfg .dockerconfigjson": "json",
    ".bashrc .zshrc .profile .bash_profile .envrc .bash_history .zsh_history": "shell",
    ".terraformrc terraform.rc": "hcl",
}

_BY_NAME = {name: family for names, family in _NAMES.items() for name in names.split()}

_FENCES = {
    "bash": "shell", "sh": "shell", "shell": "shell", "console": "shell", "zsh": "shell", "shell-session": "shell", "powershell": "shell",
    "env": "env", "dotenv": "env", "yaml": "yaml", "yml": "yaml", "json": "json", "jsonc": "json", "toml": "toml", "ini": "ini",
    "properties": "properties", "hcl": "hcl", "terraform": "hcl", "tf": "hcl", "xml": "xml", "html": "xml", "python": "python",
    "py": "python", "dockerfile": "docker", "docker": "docker", "make": "make", "makefile": "make", "nginx": "conf", "conf": "conf",
    "systemd": "conf", "sql": "sql", "csv": "csv", "javascript": "code", "js": "code", "typescript": "code", "ts": "code", "go": "code",
    "java": "code", "ruby": "code", "rb": "code", "php": "code", "rust": "code", "csharp": "code", "cs": "code", "kotlin": "code",
    "groovy": "code",
}  # fmt: skip

_EXAMPLE = ("example", "sample", "template", "tmpl", "tpl", "dist", "defaults-example", "skel")
_PRIVATE_SUFFIX = frozenset({"env", "tfvars", "tfstate", "htpasswd", "netrc", "pypirc", "npmrc", "pgpass"})
_PRIVATE_NAME = frozenset({"credentials", ".my.cnf", ".s3cfg", ".boto", ".envrc"})
_WORD_FOLDERS = frozenset({"locale", "locales", "i18n", "l10n", "translations", "translation", "lang", "langs", "messages"})


def _suffixes(name: str) -> list[str]:
    """Return the dotted parts of a file name from the last to the first, template endings kept."""
    return [part for part in reversed(name.lower().split(".")) if part]


def _family(name: str) -> str:
    lowered = name.lower()
    if lowered in _BY_NAME:
        return _BY_NAME[lowered]
    parts = _suffixes(name)
    program = lowered.startswith("env.") and _BY_SUFFIX.get(parts[0]) in ("code", "python", "shell")  # reads the environment
    if "env" in parts and not program and (lowered.startswith((".env", "env.")) or lowered.endswith(".env")):
        return "env"
    if (parts and parts[-1] in {"dockerfile", "containerfile", "jenkinsfile"}) or lowered.startswith("dockerfile"):
        return _BY_NAME.get(parts[-1], "docker")
    for part in parts:
        if part in _EXAMPLE or part in {"j2", "gotmpl", "bak", "old", "orig", "erb", "mustache", "hbs"}:
            continue
        dotted = name.startswith(".") and part.endswith("rc")
        return "conf" if dotted and part not in _BY_SUFFIX else _BY_SUFFIX.get(part, "text")
    return "text"


@lru_cache(maxsize=4096)
def traits_of(path: str) -> Traits:
    """Return the traits of a path, by name and suffix only."""
    pure = PurePosixPath(path)
    name = pure.name
    traits = _KINDS[_family(name)]
    parts = _suffixes(name)
    tokens = name.lower().replace("-", ".").replace("_", ".").split(".")
    example = any(token in _EXAMPLE for token in tokens)
    folders = {folder.lower() for folder in pure.parts[:-1]}
    private = traits.private or (parts[:1] and parts[0] in _PRIVATE_SUFFIX) or name.lower() in _PRIVATE_NAME or ".aws" in folders
    return replace(traits, example=example, private=bool(private) and not example, words=bool(folders & _WORD_FOLDERS))


def fence_family(language: str) -> Traits:
    """Return the traits of a Markdown fence language; unknown languages are read as shell text."""
    traits = _KINDS[_FENCES.get(language.lower(), "shell")]
    return replace(traits, private=False, example=True)


def traits_for(family: str) -> Traits:
    """Return the traits of a family by its name."""
    return _KINDS[family]
