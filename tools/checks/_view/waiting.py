"""Tell which commands ask a question, open a pager or an editor, or never end."""

from __future__ import annotations

from .invocations import Invocation

_EDITORS = frozenset(
    {"vi", "vim", "nano", "emacs", "less", "more", "man", "top", "htop", "visudo", "dialog", "whiptail", "tmux", "screen", "pico", "view"}
)


_PACKAGE_VERBS = frozenset({"install", "upgrade", "dist-upgrade", "remove", "purge", "full-upgrade", "autoremove"})


def _says_yes(text: str) -> bool:
    return text in ("--yes", "--assume-yes") or (text.startswith("-") and not text.startswith("--") and "y" in text)


def waits(call: Invocation) -> str:
    """Return why a command waits for a person, empty when it does not."""
    texts = frozenset(call.texts)
    name = call.name
    if name in _EDITORS and not (name == "top" and "-b" in texts):
        return f"{name} waits for a person"
    if name in ("apt-get", "apt", "dnf", "yum") and texts & _PACKAGE_VERBS and not any(_says_yes(t) for t in texts):
        return f"{name} asks before it goes on; -y is missing"
    if name == "read" and call.where == "here" and "-p" in texts:
        return "read -p asks a question"
    if name in ("passwd", "adduser") and call.where == "here":
        return f"{name} asks for a password"
    if (
        name in ("terraform", "tofu")
        and texts & {"apply", "destroy"}
        and not texts & {"-auto-approve", "--auto-approve"}
        and not any(t.endswith(("plan", ".tfplan")) for t in texts)
    ):
        return f"{name} asks before it applies; -auto-approve or a saved plan is missing"
    if name == "git" and "commit" in texts and not texts & {"-m", "-F", "--message", "-am", "--no-edit", "-C"}:
        return "git commit opens an editor"
    if name == "crontab" and "-e" in texts:
        return "crontab -e opens an editor"
    if name == "ssh-keygen" and "-N" not in texts and not texts & {"-l", "-y", "-R", "-F", "-A"}:
        return "ssh-keygen asks for a passphrase; -N is missing"
    if name == "openssl" and "req" in texts and "-subj" not in texts and "-config" not in texts and not texts & {"-verify", "-text"}:
        return "openssl req asks for the subject; -subj is missing"
    return _docker(call)


def _docker(call: Invocation) -> str:
    docker = call.docker
    if docker is None:
        return ""
    options = docker.arguments
    if docker.verb in ("exec", "run", "compose run") and options.has("-t", "--tty"):
        return f"docker {docker.verb} -t wants a terminal"
    if docker.verb == "compose exec" and not options.has("-T", "--no-TTY", "--no-tty", "-d", "--detach"):
        return "docker compose exec takes a terminal; -T is missing"
    if docker.verb == "login" and options.has("-u", "--username") and not options.has("--password-stdin", "-p", "--password"):
        return "docker login asks for the password; --password-stdin is missing"
    if docker.verb.endswith(" prune") and not options.has("-f", "--force") and docker.verb != "compose prune":
        return f"docker {docker.verb} asks before it goes on; --force is missing"
    if docker.verb in ("compose logs", "logs") and options.has("-f", "--follow"):
        return f"docker {docker.verb} -f never ends"
    if docker.verb == "compose up" and not options.has(
        "-d", "--detach", "--wait", "--no-start", "--abort-on-container-exit", "--exit-code-from"
    ):
        return "docker compose up stays in the foreground; -d is missing"
    return ""
