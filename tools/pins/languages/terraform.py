"""Read Terraform, OpenTofu, Terragrunt and Packer files: core and provider versions, modules, charts, engines, machine images."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from ..exact import has_variable, judged, unreadable, version_level
from ..hcltree import Block, File, every_pair, line_of, pairs, read
from ..imagerefs import image, looks_like_image
from ..links import git_ref, is_archive, ref_level, url_level
from ..model import Context, Reference

LANGUAGES = ("terraform", "hcl", "tf", "tofu", "opentofu", "terragrunt", "packer", "tfvars")

MAX_TEXT, MAX_LINE = 300_000, 50_000
"""Characters of a file and of a line beyond which HCL counts as unreadable: recovery from errors takes quadratic time."""

_IMAGE_NAMES = frozenset(
    ("image", "image_uri", "container_image", "docker_image", "image_name", "image_url", "docker_image_name", "image_identifier")
)
_ENGINE_TYPES = (
    "aws_db_",
    "aws_rds_",
    "aws_elasticache_",
    "aws_docdb_",
    "aws_neptune_",
    "aws_opensearch_",
    "aws_elasticsearch_",
    "aws_mq_",
    "aws_memorydb_",
    "aws_msk_",
)
_TWO_NUMBERS = frozenset(("postgres", "aurora-postgresql", "redis", "valkey", "opensearch", "aurora-mysql", "aurora"))
_SCRIPTS = frozenset(("user_data", "command", "inline", "startup_script", "custom_data", "metadata_startup_script", "user_data_base64"))
_GIT = ("git::", "git@", "github.com/", "bitbucket.org/", "gitlab.com/", "ssh://", "hg::")


def references(text: str, context: Context) -> Iterator[Reference]:
    """Yield everything versioned in an HCL file; a lock file counts as exact."""
    if len(text) > MAX_TEXT or max(map(len, text.split("\n"))) > MAX_LINE:
        yield unreadable(1)
        return
    file = read(text)
    file.values.update({f"var.{name}": value for name, value in context.variables.items() if f"var.{name}" not in file.values})
    for block in file.blocks:
        yield from _block(block, file)
    for name, node in every_pair(file):
        yield from _pair(name, node, file, context)


def _shown(name: str, node: Node, file: File) -> str:
    return f"{name} = {file.text(node)}"


def _block(block: Block, file: File) -> Iterator[Reference]:
    match block.type:
        case "terraform":
            yield from _terraform(block, file)
        case "packer":
            for plugins in block.inner("required_plugins"):
                yield from _providers(plugins, file)
            yield from _core(block, file, "packer")
        case "module":
            yield from _module(block, file)
        case "provider" if "version" in block.attributes:
            node = block.attributes["version"]
            yield from _constraint(
                "provider", node, file, block.labels[0] if block.labels else "", locked="constraints" in block.attributes
            )
        case "resource":
            yield from _resource(block, file)
        case "data":
            yield from _data(block, file)
        case "source" | "inputs":
            for inner in block.inner("source_ami_filter"):
                yield from _most_recent(inner, file)


def _constraint(
    kind: str, node: Node, file: File, name: str, *, locked: bool = False, numbers: int = 3, shown: str = ""
) -> Iterator[Reference]:
    value = file.value(node)
    text = (value if value is not None else file.text(node)).strip()
    level = "L2" if locked else version_level(text, numbers) if value is not None else "L0"
    why = "" if value is not None else "the version is a variable that nothing here sets"
    yield judged(kind, shown or text, text.lstrip("= "), line_of(node), name=name, level=level, why=why)


def _core(block: Block, file: File, name: str) -> Iterator[Reference]:
    node = block.attributes.get("required_version")
    if node is not None:
        yield from _constraint("tool", node, file, name)


def _terraform(block: Block, file: File) -> Iterator[Reference]:
    yield from _core(block, file, "terraform")
    source = block.attributes.get("source")
    if source is not None:
        yield from _git_module(file.value(source) or file.text(source), source, file, "")
    for providers in block.inner("required_providers"):
        yield from _providers(providers, file)


def _providers(block: Block, file: File) -> Iterator[Reference]:
    for name, node in block.attributes.items():
        entries = dict(pairs(node, file))
        source = file.value(entries.get("source")) or name
        version = entries.get("version") or (node if not entries and file.value(node) is not None else None)
        if version is not None:
            yield from _constraint("provider", version, file, source)
        elif not source.startswith("terraform.io/builtin"):
            yield judged("provider", source, None, line_of(node), name=source)


def _module(block: Block, file: File) -> Iterator[Reference]:
    node, version = block.attributes.get("source"), block.attributes.get("version")
    source = file.value(node)
    if node is None or source is None or source.startswith((".", "/")):
        return
    if source.startswith(_GIT) or ".git" in source:
        yield from _git_module(source, node, file, "")
    elif source.startswith(("http:", "https:", "s3::", "gcs::", "tfr://")):
        ref = git_ref(source)
        level = ref_level(ref) if ref else url_level(source) if is_archive(source.partition("?")[0]) else "L1"
        yield judged("module", source, ref, line_of(node), name=source, level=level)
    elif version is not None:
        yield from _constraint("module", version, file, source)
    elif source.count("/") > 1:  # the address of a registry has three parts; a shorter one is a folder
        yield judged("module", source, None, line_of(node), name=source)


def _git_module(source: str, node: Node, file: File, name: str) -> Iterator[Reference]:
    if source.startswith((".", "/")):
        return
    ref = git_ref(source)
    level = "L0" if ref and has_variable(ref) else ref_level(ref)
    yield judged("module", source, ref, line_of(node), name=name or source, level=level)


def _resource(block: Block, file: File) -> Iterator[Reference]:
    kind = block.labels[0] if block.labels else ""
    if kind == "helm_release":
        yield from _helm_release(block, file)
    if kind.startswith(_ENGINE_TYPES):
        yield from _engine(block, file)
    for inner in (
        block,
        *block.inner(
            "launch_template", "instances_distribution", "source_image_reference", "storage_image_reference", "mixed_instances_policy"
        ),
    ):
        yield from _machine(inner, kind, file)
    for inner in block.inner("set"):
        yield from _set(file.value(inner.attributes.get("name")), inner.attributes.get("value"), file)


def _helm_release(block: Block, file: File) -> Iterator[Reference]:
    chart, version = block.attributes.get("chart"), block.attributes.get("version")
    name = file.value(chart) or ""
    if chart is None or name.startswith((".", "/", "${path.")) or name.endswith(".tgz"):
        return
    if version is not None:
        yield from _constraint("chart", version, file, name)
    else:
        yield judged("chart", name or file.text(chart), None, line_of(chart), name=name)


def _set(name: str | None, node: Node | None, file: File) -> Iterator[Reference]:
    value = file.value(node)
    if name and node is not None and value and name.lower().endswith(("image.tag", "imagetag", ".tag")):
        found = image(f"image:{value}", line_of(node), Context(_nothing), shown=_shown("value", node, file))
        if found is not None:
            yield found


def _nothing(text: str, language: str, context: Context) -> Iterator[Reference]:
    return iter(())


def _engine(block: Block, file: File) -> Iterator[Reference]:
    node = block.attributes.get("engine_version")
    engine = file.value(block.attributes.get("engine")) or ""
    if node is None:
        if engine and block.labels[0] in (
            "aws_db_instance",
            "aws_rds_cluster",
            "aws_elasticache_replication_group",
            "aws_elasticache_cluster",
            "aws_docdb_cluster",
        ):
            shown = _shown("engine", block.attributes["engine"], file)
            yield judged("engine", shown, None, line_of(block.attributes["engine"]), name=engine)
        return
    if file.value(node) is None and "." in file.text(node) and not file.text(node).startswith(("var.", "local.", "data.")):
        return
    numbers = (
        2
        if engine in _TWO_NUMBERS or block.labels[0].startswith(("aws_opensearch", "aws_elasticache", "aws_memorydb", "aws_elasticsearch"))
        else 3
    )
    yield from _constraint("engine", node, file, engine, numbers=numbers, shown=_shown("engine_version", node, file))


def _machine(block: Block, kind: str, file: File) -> Iterator[Reference]:
    """Judge launch template versions and image references that follow the newest one."""
    node = block.attributes.get("version")
    if node is None or not (block.type.endswith(("template", "reference", "distribution", "policy")) or kind.endswith("launch_template")):
        return
    text = file.value(node)
    if (
        (text or "").lower() in ("latest", "$latest", "$default")
        or "latest_version" in file.text(node)
        or "default_version" in file.text(node)
    ):
        yield judged("machine", _shown("version", node, file), text or "latest", line_of(node), level="L0")


def _data(block: Block, file: File) -> Iterator[Reference]:
    yield from _most_recent(block, file)
    kind = block.labels[0] if block.labels else ""
    for name in ("name", "family", "image_family", "latest", "filter_latest"):
        node = block.attributes.get(name)
        value = file.value(node)
        if node is None or not value:
            continue
        if name == "latest" and value == "true":
            yield judged("machine", _shown(name, node, file), "latest", line_of(node))
        elif kind == "aws_ssm_parameter" and name == "name" and ("latest" in value or "recommended" in value):
            yield judged("machine", value, "latest", line_of(node), level="L0", why="the parameter always holds the newest image")
        elif kind == "google_compute_image" and name == "family":
            yield judged("machine", _shown(name, node, file), None, line_of(node), why="an image family moves")


def _most_recent(block: Block, file: File) -> Iterator[Reference]:
    node = block.attributes.get("most_recent")
    if node is not None and file.value(node) == "true":
        yield judged(
            "machine", _shown("most_recent", node, file), "latest", line_of(node), level="L0", why="the newest image on the day of the run"
        )


def _pair(name: str, node: Node, file: File, context: Context) -> Iterator[Reference]:
    value = file.value(node)
    if name in _IMAGE_NAMES and value and not value.startswith(("ami-", "projects/", "/")):
        yield from _image(name, value, node, file, context)
    elif name in _IMAGE_NAMES and value is None and file.text(node).startswith(("var.", "local.")):
        yield judged("image", _shown(name, node, file), None, line_of(node), why="the image is a variable that nothing here sets")
    elif name in ("cluster_version", "kubernetes_version", "min_master_version") and value:
        yield judged("runtime", _shown(name, node, file), value, line_of(node), name="kubernetes", level=version_level(value, 2))
    elif name in _SCRIPTS and value and ("\n" in value or " " in value):
        start = line_of(node) + (1 if "<<" in file.text(node)[:12] else 0)
        yield from context.nested(value.lstrip("\n"), "bash", start)


def _image(name: str, value: str, node: Node, file: File, context: Context) -> Iterator[Reference]:
    """Judge container images; a disk image such as `debian-cloud/debian-12` is a family unless it carries a build date."""
    if "-cloud/" in value:
        yield judged("machine", value, value, line_of(node), level=version_level(value, 9))
        return
    if looks_like_image(value) or has_variable(value) or name == "image":
        found = image(value, line_of(node), context)
        if found is not None:
            yield found
