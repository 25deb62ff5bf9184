"""Find what breaks when a block is pasted: placeholders, elisions, prompts, a folder that changes on the way.

What:
    A command block runs as it stands: no `<PLACEHOLDER>` and no `…`, no `$ ` prompt before a line, nothing that waits for a person (a
    pager, an editor, a question), no `cd` that leaves the next blocks in another folder, one file per fence.

Why it matters in production:
    A placeholder that is overlooked creates a resource called `<YOUR_ORG>`, or the shell reads it as a redirection and the block stops
    half-way. A block that asks a question hangs in a pipeline. A `cd` that is never undone lets `docker build .` send the wrong folder.

Example:
    cd infra/terraform
    terraform apply -var org=<YOUR_ORG>

Instead:
    (cd infra/terraform && terraform apply -input=false -var "org=${GH_ORG:?set GH_ORG}")

When to ignore:
    CMD003 when the program has been told not to ask by its configuration: say where.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding, Fix
from ._fixes import FIELDS, in_step, with_line
from ._rule import Rule
from ._view import PlanView, ScriptView, StepView
from ._view.invocations import Invocation
from ._view.placeholders import placeholders
from ._view.script import Script
from ._view.waiting import waits
from ._view.words import Word

PLACEHOLDER = Rule("CMD001", "placeholder-in-command", "error", "A command holds a placeholder that a person must replace.")
ELISION = Rule("CMD002", "command-elided", "error", "A command is cut short with an ellipsis.")
INTERACTIVE = Rule(
    "CMD003", "command-waits-for-a-person", "error", "A command asks, pages or opens an editor.", confidence="medium", foreign="warning"
)
DRIFT = Rule("CMD004", "folder-drifts", "error", "A block changes the folder, and a later block counts on the first one.")
PROMPT = Rule("CMD005", "prompt-in-command", "error", "A command line starts with a shell prompt.")
TWO_FILES = Rule("CMD006", "two-files-in-one-block", "error", "One block or artifact holds more than one file.")
RULES = (PLACEHOLDER, ELISION, INTERACTIVE, DRIFT, PROMPT, TWO_FILES)
MENDS = True  # its safe fixes are applied before a plan is reviewed

_ELIDED = re2.compile(r"^\s*(?:#\s*)?(?:\.\.\.|…)\s*$|(?:\s|^)…(?:\s|$)|(?:^|\s)\.\.\.(?:\s|$)")
_FILE_HEADER = re2.compile(
    r"^(?:#|//|--|;)\s*(?:file(?:name)?:\s*)?((?:[\w.@-]+/)+[\w.@-]+\.[a-z]+|[\w@-]+\.(?:service|timer|ya?ml|conf|sh|tf|json))\s*$"
)
_GIVEN = re2.compile(r"(?m)^\s*(?:export\s+)?[A-Za-z_]\w*=(<[A-Z][A-Z0-9_-]{2,}>)\s*$")
_TEMPLATES = frozenset({"sed", "awk", "grep", "egrep", "perl", "xmllint", "printf", "echo"})
_SPEAKING = frozenset({"echo", "printf", "[", "[[", "test", "grep", "egrep", "sed", "awk", "perl"})


def check(view: PlanView) -> Iterator[Finding]:
    """Yield findings about commands that do not run as they stand."""
    for script in view.scripts:
        if script.label in ("run", "verify", "rollback", "diagnose", "artifact", "workflow", "break", "mend", "generate"):
            yield from _placeholders(script)
            yield from _lines(script)
    for step in view.steps:
        if step.shell and step.model.human is None:
            yield from _interactive(step)
    yield from _drift(view)
    yield from _files(view)


def _placeholders(script: ScriptView) -> Iterator[Finding]:
    reported: set[str] = set()
    for command in script.script.commands:
        if command.name in _SPEAKING and not any(r.writes for r in command.redirects):
            continue  # what is printed or compared is no argument of a program that acts
        for word in command.everything():
            for found in _in_word(word, command.name):
                if found not in reported:
                    reported.add(found)
                    yield _placeholder(script, found, word.line)
    for node in script.script.nodes:
        for redirect in node.command.redirects if node.command is not None else ():
            if redirect.reads and redirect.target is not None and not redirect.target.quoted and redirect.target.template.isupper():
                text = f"<{redirect.target.template}>"
                if text in script.text and text not in reported:
                    reported.add(text)
                    yield _placeholder(script, text, redirect.line)

    for match in _GIVEN.finditer(script.text) if script.script.errors else ():  # the shell's grammar stops at it
        if str(match.group(1)) not in reported:
            yield _placeholder(script, str(match.group(1)), script.text.count("\n", 0, match.start(1)) + 1)


def _in_word(word: Word, program: str) -> Iterator[str]:
    yield from placeholders(word.template, tags=program not in _TEMPLATES, brackets=True)


def _placeholder(script: ScriptView, text: str, line: int) -> Finding:
    return PLACEHOLDER.at(
        script,
        f"The {script.label} of {script.step or script.artifact or 'the plan'} holds the placeholder {text}.",
        line=line,
        quote=text,
        hint='Make it an input and write "${NAME:?set NAME}".',
    )


def _lines(script: ScriptView) -> Iterator[Finding]:
    inside = _heredoc_lines(script.script)
    lines = script.text.split("\n")
    for number, line in enumerate(lines, start=1):
        if number not in inside and _ELIDED.search(_without_quotes(line)) and not _remark(line):
            yield ELISION.at(script, f"A line of the {script.label} is cut short.", line=number, quote=line, hint="Write the command out.")
    if not script.in_file:
        prompts = [n for n, line in enumerate(lines, start=1) if line.startswith("$ ") and n not in inside]
        for number in prompts[:1]:
            yield PROMPT.at(
                script,
                f"A line of the {script.label} starts with a prompt.",
                line=number,
                quote=lines[number - 1],
                hint="Write the command without `$ `.",
                fix=_without_prompts(script, lines),
            )


def _remark(line: str) -> bool:
    """Say whether a line is a comment that says more than that something was left out."""
    return line.strip().startswith("#") and line.strip().strip("#. …") != ""


def _without_quotes(line: str) -> str:
    """Return the line with quoted parts emptied, and without the comment behind a command."""
    out: list[str] = []
    quote = ""
    for char in line:
        if char == "#" and not quote and out and out[-1].isspace() and "".join(out).strip():
            break
        if quote:
            if char == quote:
                quote = ""
        elif char in "'\"":
            quote = char
        else:
            out.append(char)
    return "".join(out)


def _heredoc_lines(script: Script) -> frozenset[int]:
    found: set[int] = set()
    for command in script.commands:
        for redirect in command.redirects:
            if redirect.heredoc is not None:
                found |= set(range(redirect.line, redirect.line + redirect.heredoc.count("\n") + 1))
        for word in command.everything():
            if word.text.count("\n"):
                found |= set(range(word.line, word.line + word.text.count("\n") + 1))
    return frozenset(found)


def _interactive(step: StepView) -> Iterator[Finding]:
    for call in step.calls:
        reason = waits(call)
        if reason:
            yield INTERACTIVE.at(
                step,
                f"Step {step.step}: {reason}.",
                line=call.line,
                quote=" ".join(call.texts),
                hint="Give the answer by option, input or file.",
                fix=_answered(step, call),
            )


def _without_prompts(script: ScriptView, lines: list[str]) -> Fix | None:
    """Return the mend that takes the prompts away: only where every line that is not a continuation or a comment starts with one."""
    own = [line for number, line in enumerate(lines) if line.strip() and not (number and lines[number - 1].endswith("\\"))]
    if script.step is None or script.label not in FIELDS or not all(line.startswith(("$ ", "#")) for line in own):
        return None
    text = "\n".join(line.removeprefix("$ ") for line in lines)
    return in_step(script.step, script.label, text, "Take the prompts away.", safe=True)


# what waits -> (the words on its line, what they become): the answer changes nothing but that nobody is asked
_ANSWERS = (
    ("docker compose exec takes a terminal", " exec ", " exec -T "),
    ("apt-get asks", "apt-get install ", "apt-get install -y "),
    ("apt asks", "apt install ", "apt install -y "),
)


def _answered(step: StepView, call: Invocation) -> Fix | None:
    """Return the mend that gives the answer on the command line, where there is one answer only."""
    for reason, old, new in _ANSWERS:
        if waits(call).startswith(reason):
            text = with_line(step.model.run, call.line, old, new)
            if text is not None:
                return in_step(step.step, "run", text, f"Write `{new.strip()}`.", safe=True)
    return None


def _drift(view: PlanView) -> Iterator[Finding]:
    """Read the blocks as one terminal: a block that ends in another folder must not be followed by one that counts on the first."""
    drifted: tuple[StepView, int, str] | None = None
    for step in view.steps:
        if not step.shell or step.model.human is not None:
            continue
        first = _moves(step)
        if drifted is not None and not view.in_order(drifted[0].step, step.step):
            drifted = None  # another page: nobody says that it is read in the same terminal
        if drifted is not None and not (first and first[0][1]):
            if _counts_on_folder(step) if not view.foreign else _lost(drifted[0], drifted[2], step):
                culprit, line, target = drifted
                yield DRIFT.at(
                    culprit,
                    f"Step {culprit.step} goes to {target} and stays there; step {step.step} counts on the folder it started in.",
                    line=line,
                    quote=f"cd {target}",
                    hint=f"Write (cd {target} && …), so that the folder is left again.",
                )
                drifted = None
        elif first and first[0][1]:
            drifted = None
        if first and not first[-1][1]:
            drifted = (step, first[-1][0], first[-1][2])


def _moves(step: StepView) -> list[tuple[int, bool, str]]:
    """Return (line, whether it leads to a fixed place, target) of each `cd` at the top of a block that no `cd -` takes back."""
    found: list[tuple[int, bool, str]] = []
    for node in step.run.root.parts:
        parts = node.parts if node.kind == "list" else (node,)
        for part in parts:
            command = part.command
            if command is None or command.name not in ("cd", "pushd", "popd"):
                continue
            target = command.args[0].template if command.args else "~"
            if command.name == "popd" or target == "-":
                found = found[:-1]
            else:
                found.append((command.line, target.startswith(("${REPO}", "${PLAN}")), target))
    return found


def _lost(culprit: StepView, target: str, step: StepView) -> bool:
    """Say whether a block of a runbook surely counts on the folder before: it goes down that path again, or builds what is not there."""
    if target.startswith(("/", "~", "$", "..")):  # a place that was chosen to stay in
        return False
    head = target.split("/")[0]
    for call in step.calls:
        texts = call.texts[1:]
        if call.where == "here" and any(t == target or t.startswith((head + "/", f"-chdir={head}")) for t in texts):
            return True
        built = call.docker is not None and call.docker.verb == "build" and any(w.template == "." for w in call.docker.names)
        if built and any(c.name in ("terraform", "tofu", "ansible-playbook") for c in culprit.calls):
            return True
    return False


def _counts_on_folder(step: StepView) -> bool:
    for call in step.calls:
        if call.where != "here":
            continue
        if call.docker is not None and (call.docker.compose or call.docker.verb == "build"):
            return True
        if call.name in ("git", "make", "terraform", "npm", "alembic"):
            return True
        if any("/" in t and not t.startswith(("/", "-", "http", "$", "~")) and "://" not in t and " " not in t for t in call.texts):
            return True
    return False


def _files(view: PlanView) -> Iterator[Finding]:
    for artifact in view.artifacts:
        names = _headers(artifact.text) if artifact.kind != "sql" else []  # comments there tell where a statement came from
        units = artifact.text.count("\n[Unit]") + artifact.text.startswith("[Unit]") if artifact.kind == "systemd" else 0
        if len(names) > 1 or units > 1:
            yield TWO_FILES.at(
                artifact,
                f"{artifact.model.path} holds more than one file ({', '.join(names) or 'two units'}).",
                hint="Make each an artifact of its own.",
            )
    for fence in view.fences:
        names = _headers(fence.text)
        if len(names) > 1:
            yield TWO_FILES.at(
                fence, f"A block holds more than one file ({', '.join(names)}).", line=fence.line, hint="Give each file its own block."
            )


def _headers(text: str) -> list[str]:
    found = []
    previous = ""
    for line in text.split("\n"):
        match = _FILE_HEADER.search(line)
        if match is not None and not previous.strip():
            found.append(str(match.group(1)))
        previous = line
    return list(dict.fromkeys(found))
