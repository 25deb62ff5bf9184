"""Run git as plumbing: no hooks, no filters, no prompts, no settings of the user or the system, a time limit."""

from __future__ import annotations

import os
from pathlib import Path

SETTINGS = (
    ("core.hooksPath", os.devnull),
    ("core.fsmonitor", "false"),
    ("core.askPass", "true"),
    ("core.attributesFile", os.devnull),
    ("credential.helper", ""),
    ("protocol.allow", "never"),
    ("protocol.https.allow", "always"),
    ("protocol.ssh.allow", "always"),
    ("protocol.git.allow", "always"),
    ("protocol.file.allow", "always"),
    ("http.followRedirects", "initial"),
    ("http.lowSpeedLimit", "1000"),
    ("http.lowSpeedTime", "30"),
    ("submodule.recurse", "false"),
    ("fetch.recurseSubmodules", "false"),
    ("fetch.fsckObjects", "true"),
    ("transfer.credentialsInUrl", "allow"),
    ("uploadpack.allowAnySHA1InWant", "true"),
    ("safe.directory", "*"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("advice.detachedHead", "false"),
    ("filter.lfs.smudge", ""),
    ("filter.lfs.process", ""),
    ("filter.lfs.required", "false"),
)
_SSH = "ssh -o BatchMode=yes -o ConnectTimeout=15 -o StrictHostKeyChecking=yes -o ClearAllForwardings=yes -o PermitLocalCommand=no"
_KEPT = (
    "PATH", "HOME", "TMPDIR", "LANG", "SSH_AUTH_SOCK", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)  # fmt: skip


def environment() -> dict[str, str]:
    """Return the whole environment for a git process: nothing of the caller's beyond what the network needs."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "true",
        "SSH_ASKPASS": "true",
        "SSH_ASKPASS_REQUIRE": "never",
        "GCM_INTERACTIVE": "never",
        "GIT_SSH_COMMAND": _SSH,
        "GIT_ALLOW_PROTOCOL": "file:https:ssh:git",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_PAGER": "cat",
        "LC_ALL": "C",
    }


def command_of(arguments: list[str], program: str = "git") -> list[str]:
    """Return the whole command: the program, the settings, then the arguments."""
    return [program, *(word for key, value in SETTINGS for word in ("-c", f"{key}={value}")), *arguments]


def run_git(folder: Path, arguments: list[str], seconds: float) -> str:
    """Return the standard output of git in `folder`; raise git.exc.GitCommandError, also when `seconds` are over."""
    from git.cmd import Git

    command = command_of(arguments, Git.GIT_PYTHON_GIT_EXECUTABLE or "git")
    return Git(folder).execute(command, env=environment(), kill_after_timeout=seconds, with_extended_output=False, as_process=False)
