"""Link Terraform modules and roots of the plan: arguments and outputs exist, required ones are given.

What:
    A module whose source lies in the plan is called with variables that it declares, and with all that have no default; what is read of
    it is an output that it declares. An output that a command asks for is declared in the root it is asked of. A root that is applied
    without anybody to ask (`-input=false`, `-auto-approve`) is given every variable that has no default.

Why it matters in production:
    `terraform validate` says it at once, and nobody ran it before the runbook was printed. `terraform output -raw db_endpoint` of an
    undeclared output ends the release after the database was made; a variable that nobody gives makes the pipeline wait or fail.

Example:
    module "db" {
      source = "./db"
      sizee  = "db.t4g.small"          # db/variables.tf declares size
    }

Instead:
    module "db" {
      source = "./db"
      size   = "db.t4g.small"
    }

When to ignore:
    LNK086 when the value comes from a variable set of the platform that runs Terraform: name it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from ...core.findings import Finding
from ._collect import SKIPPED
from ._link.hclrefs import Reference, references, whole
from ._rule import Rule
from ._view import PLAN, Folder, PlanView, ScriptView
from ._view.invocations import Invocation
from ._view.terraform import Block

ARGUMENT = Rule("LNK083", "module-argument-wrong", "error", "A Terraform module of the plan is called otherwise than it declares.")
OUTPUT = Rule("LNK084", "output-undeclared", "error", "A Terraform output is read that nothing declares.")
GIVEN = Rule(
    "LNK086", "terraform-variable-not-given", "error", "A Terraform root is applied without a variable that it needs.", confidence="medium"
)
TWICE = Rule("LNK087", "terraform-declared-twice", "error", "A Terraform folder declares one name more than once.")
RULES = (ARGUMENT, OUTPUT, GIVEN, TWICE)

_META = frozenset({"source", "version", "count", "for_each", "providers", "depends_on"})
_PROGRAMS = ("terraform", "tofu")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield calls, outputs and variables that do not fit."""
    known = {folder.path: folder for folder in view.terraform if whole(view, folder)}
    for folder in view.terraform:
        calls = [(b, known[place]) for b in folder.of("module") if (place := _folder_of(folder, b)) in known]
        read = [(b, r) for b in folder.blocks for r in sorted(references(b), key=lambda r: (r.line, r.parts))] if calls else []
        yield from _absent(view, folder)
        yield from _twice(view, folder)
        for block, inner in calls:
            yield from _arguments(block, inner)
            yield from _read_of(read, block, inner)
    for script in view.scripts:
        for call in script.calls:
            if call.name in _PROGRAMS:
                yield from _asked(script, call, known)
                yield from _given(view, script, call, known)


def _absent(view: PlanView, folder: Folder) -> Iterator[Finding]:
    """Yield calls of modules in folders that are not there: init stops at the first of them."""
    for block in folder.of("module") if view.files is not None else ():
        if block.artifact.artifact in view.origins:
            continue  # a page shows a part
        place = _folder_of(folder, block)
        if (
            place is None
            or place.startswith((PLAN, ".."))
            or "$" in place
            or SKIPPED & set(place.split("/"))
            or place in (view.files or ())
        ):
            continue
        if not any(f.startswith(f"{place}/") or (not place and "/" not in f) for f in view.files or ()):
            yield ARGUMENT.at(
                block.artifact,
                f"Module {'.'.join(block.labels)} lies in {place}, and there is no such folder.",
                line=block.line_of("source"),
                quote=block.value("source"),
                hint="Name the folder that holds it.",
            )


def _twice(view: PlanView, folder: Folder) -> Iterator[Finding]:
    """Yield what a folder declares more than once: Terraform reads none of it then."""
    seen: dict[str, Block] = {}
    for block in folder.of("variable", "output", "resource", "data", "module") if whole(view, folder) else ():
        name = block.artifact.installed.rpartition("/")[2]
        if name == "override.tf" or name.endswith("_override.tf"):
            continue
        first = seen.setdefault(block.address, block)
        if first is not block and block.labels:
            yield TWICE.at(
                block.artifact,
                f"{block.address} is declared here and in {first.artifact.model.path}:{first.line}.",
                line=block.line,
                quote=block.address,
                hint="Keep one of the two.",
            )


def _folder_of(folder: Folder, block: Block) -> str | None:
    """Return the folder that a module call names, null for one outside of the plan."""
    source = block.value("source") or ""
    if not source.startswith(("./", "../")):
        return None
    prefix = PLAN if folder.path.startswith(PLAN) else ""
    path = posixpath.normpath(posixpath.join(folder.path[len(prefix) :], source))
    return prefix + ("" if path == "." else path)


def _arguments(block: Block, inner: Folder) -> Iterator[Finding]:
    name = ".".join(block.labels)
    variables = {b.labels[0]: b for b in inner.of("variable") if b.labels}
    for given in block.names():
        if given not in variables and given not in _META:
            yield ARGUMENT.at(
                block.artifact,
                f"Module {name} is given {given}, which {inner.path} does not declare.",
                line=block.line_of(given),
                quote=given,
                hint=f"It declares {', '.join(sorted(variables)) or 'no variable'}.",
            )
    for wanted, declared in sorted(variables.items()):
        if "default" not in declared.names() and wanted not in block.names():
            yield ARGUMENT.at(
                block.artifact,
                f"Module {name} is not given {wanted}, which {inner.path} declares without a default.",
                line=block.line,
                quote=f"module.{name}",
                hint=f"Give {wanted}, or give it a default.",
            )


def _read_of(read: list[tuple[Block, Reference]], block: Block, inner: Folder) -> Iterator[Finding]:
    outputs = {b.labels[0] for b in inner.of("output") if b.labels}
    reported: set[str] = set()
    for reader, reference in read:
        if reference.attribute == "depends_on" or len(reference.parts) < 3:
            continue  # names what to wait for, or the module as a whole
        head, module, output = reference.parts[:3]
        if head == "module" and module == ".".join(block.labels) and output not in outputs and output not in reported:
            reported.add(output)
            yield OUTPUT.at(
                reader.artifact,
                f"module.{module}.{output} is read, and {inner.path} declares no such output.",
                line=reference.line,
                quote=f"module.{module}.{output}",
                hint=f"It declares {', '.join(sorted(outputs)) or 'none'}.",
            )


def _root(script: ScriptView, call: Invocation, known: dict[str, Folder]) -> tuple[str, Folder] | None:
    """Return the verb of a command and the root it works on, where its folder is known."""
    words = [t for t in call.texts[1:] if not t.startswith("-")]
    chosen = next((t.partition("=")[2] for t in call.texts if t.startswith("-chdir=")), None)
    if not words or call.where != "here" or chosen is None or "$" in chosen or script.base is None:
        return None
    prefix = PLAN if script.base.startswith(PLAN) else ""
    path = prefix + posixpath.normpath(posixpath.join(script.base[len(prefix) :], chosen))
    return (words[0], known[path]) if path in known else None


def _asked(script: ScriptView, call: Invocation, known: dict[str, Folder]) -> Iterator[Finding]:
    found = _root(script, call, known)
    if found is None or found[0] != "output":
        return
    outputs = {b.labels[0] for b in found[1].of("output") if b.labels}
    for name in [t for t in call.texts[1:] if not t.startswith("-")][1:2]:
        if name not in outputs and "$" not in name:
            yield OUTPUT.at(
                script,
                f"{call.name} is asked for the output {name}, which {found[1].path} does not declare.",
                line=call.line,
                quote=" ".join(call.texts),
                hint=f"It declares {', '.join(sorted(outputs)) or 'none'}.",
            )


def _given(view: PlanView, script: ScriptView, call: Invocation, known: dict[str, Folder]) -> Iterator[Finding]:
    found = _root(script, call, known)
    if found is None or found[0] not in ("plan", "apply", "destroy") or not _alone(call):
        return
    verb, root = found
    if [t for t in call.texts[1:] if not t.startswith("-")][1:]:
        return  # a saved plan holds its variables
    texts = [s.text for s in view.scripts] + [a.text for a in view.of_kind("workflow", "env")]
    inside = [
        a for a in view.artifacts if posixpath.dirname(a.installed) == root.path and a.installed.endswith((".tfvars", ".tfvars.json"))
    ]
    listed = [
        f for f in view.files or () if posixpath.dirname(f) == root.path and f.endswith((".tfvars", ".tfvars.json", ".tfvars.example"))
    ]
    if "-var-file" in " ".join(call.texts) or listed or any("tfvars" in text for text in texts):
        return
    for block in root.of("variable"):
        name = ".".join(block.labels)
        said = any(f"{name} " in a.text or f"{name}=" in a.text for a in inside)
        if "default" not in block.names() and not said and not _set(name, call, texts):
            yield GIVEN.at(
                script,
                f"{call.name} {verb} asks nobody, and {root.path} needs {name}, which no -var, tfvars file or TF_VAR_{name} gives.",
                line=call.line,
                quote=" ".join(call.texts),
                hint=f"Export TF_VAR_{name}, or give the variable a default.",
            )


def _alone(call: Invocation) -> bool:
    return any(t.lstrip("-") in ("input=false", "auto-approve") for t in call.texts)


def _set(name: str, call: Invocation, texts: list[str]) -> bool:
    words = call.texts
    here = any(t.lstrip("-").startswith((f"var={name}=", f"{name}=")) for t in words)
    return here or any(f"TF_VAR_{name}" in text for text in texts)
