"""Check the tasks of Ansible roles: handlers, templates and users that they name, failures that they ignore, modes of files with secrets.

What:
    A handler that a task notifies exists, a template that it places is in the role, a user that it becomes has been made by an earlier
    task. A migration's failure ends the play. A file with secrets is readable by its owner.

Why it matters in production:
    A handler under another name means that the new configuration is in place and the old one runs. `ignore_errors` on a migration restarts
    the application over the old schema, and the play says "ok".

Example:
    - name: Configure the database
      template: {src: my.cnf.j2, dest: /etc/mysql/conf.d/my.cnf}
      notify: restart mariadb                # the handler is called "restart mysql"

Instead:
      notify: restart mysql

When to ignore:
    LNK127 when a role of a collection brings the handler: name the role.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ..yaml12 import Map, as_list, as_map
from ._rule import Rule
from ._view import PlanView
from ._view.items import ArtifactView

LINK = Rule("LNK127", "role-part-missing", "error", "A task of a role names a handler, template or user that is not there.")
IGNORED = Rule("NET051", "task-failure-ignored", "error", "A task that must not fail may fail, and the play goes on.")
OPEN = Rule("SEC026", "role-file-readable", "error", "A file with secrets is placed readable by everybody.")
RULES = (LINK, IGNORED, OPEN)

_MIGRATES = re2.compile(r"(?i)migrat|db:|alembic|flyway|liquibase|backup|pg_dump|mysqldump")
_SECRET = re2.compile(r"(?i)(?:\.env|env\.j2|secret|credential|password|\.key|\.pem)\b")
_COPIES = ("template", "ansible.builtin.template", "copy", "ansible.builtin.copy")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield tasks that do not do what they say."""
    files = [a for a in view.of_kind("ansible", "yaml") if "/tasks/" in f"/{a.installed}" or "/handlers/" in f"/{a.installed}"]
    handlers = {str(t.get("name")) for a in files if "/handlers/" in f"/{a.installed}" for t in _tasks(a)}
    handlers |= {str(name) for a in files for t in _tasks(a) for name in _texts(t.get("listen"))}
    for artifact in files:
        made: set[str] = set()
        users = {str(as_map(t.get(k)).get("name")) for t in _tasks(artifact) for k in ("user", "ansible.builtin.user") if k in t}
        for task in _tasks(artifact):
            yield from _notified(artifact, task, handlers)
            yield from _placed(view, artifact, task)
            yield from _ignored(artifact, task)
            made |= {str(as_map(task.get(k)).get("name")) for k in ("user", "ansible.builtin.user") if k in task}
            user = task.get("become_user")
            if isinstance(user, str) and user in users - made:
                yield LINK.at(
                    artifact,
                    f"The task {task.get('name')} becomes {user}, whom only a later task makes.",
                    line=task.line_of("become_user"),
                    quote=user,
                    hint="Make the user first.",
                )


def _tasks(artifact: ArtifactView) -> Iterator[Map]:
    for document in artifact.documents:
        stack = [t for t in as_list(document) if isinstance(t, Map)]
        while stack:
            task = stack.pop(0)
            yield task
            stack = [t for key in ("block", "rescue", "always") for t in as_list(task.get(key)) if isinstance(t, Map)] + stack


def _texts(value: object) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else [str(value)] if isinstance(value, str) else []


def _notified(artifact: ArtifactView, task: Map, handlers: set[str]) -> Iterator[Finding]:
    for name in _texts(task.get("notify")):
        if handlers and name not in handlers and "{{" not in name:
            yield LINK.at(
                artifact,
                f"The task {task.get('name')} notifies {name}, and the handlers are called {', '.join(sorted(handlers))}.",
                line=task.line_of("notify"),
                quote=name,
                hint="Use one name for both.",
            )


def _placed(view: PlanView, artifact: ArtifactView, task: Map) -> Iterator[Finding]:
    for key in _COPIES:
        given = as_map(task.get(key))
        source = given.get("src")
        if not isinstance(source, str):
            continue
        role = posixpath.dirname(posixpath.dirname(artifact.installed))
        folder = "templates" if "template" in key else "files"
        wanted = posixpath.normpath(posixpath.join(role, folder, source))
        there = view.files is None or wanted in view.files or any(f.endswith(f"/{source}") or f == source for f in view.files)
        fetched = artifact.text.count(posixpath.basename(source)) > 1  # an earlier task may have put it there
        if not there and not fetched and "{{" not in source and not source.startswith("/"):
            yield LINK.at(
                artifact,
                f"The task {task.get('name')} places {source}, which is not in the role.",
                line=given.line_of("src"),
                quote=source,
                hint=f"Add {wanted}.",
            )
        mode = str(given.get("mode", ""))
        if _SECRET.search(f"{source} {given.get('dest', '')}") and mode[-1:] in ("4", "5", "6", "7") and mode.isdigit():
            yield OPEN.at(
                artifact,
                f"{given.get('dest')} is placed with mode {mode}: every user of the host reads it.",
                line=given.line_of("mode"),
                quote=mode,
                hint='mode: "0600", and the owner that needs it.',
            )


def _ignored(artifact: ArtifactView, task: Map) -> Iterator[Finding]:
    if task.get("ignore_errors") is not True:
        return
    text = " ".join(str(v) for v in task.values())
    if _MIGRATES.search(text):
        yield IGNORED.at(
            artifact,
            f"The task {task.get('name')} may fail, and the play goes on as if it had not.",
            line=task.line_of("ignore_errors"),
            quote="ignore_errors: true",
            hint="Take it out; say with failed_when what is no failure.",
        )
