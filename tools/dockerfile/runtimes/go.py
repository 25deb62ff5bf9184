"""Build Go services: modules from go.sum, one program compiled in one stage, that program on Debian's slim image in the next."""

from __future__ import annotations

from ....core.facts import Service
from ..generate import Doubt, Recipe
from ._bases import debian_slim, default_line, image, line_at_least
from ._final import closing, inside, program_words, text, user_lines
from ._system import installed

RUNTIMES = ("go",)
NEED_C = ("mattn/go-sqlite3", "gorm.io/driver/sqlite", "jinzhu/gorm/dialects/sqlite", "confluent-kafka-go", "h2non/bimg", "go-systemd")
"""Parts of module paths that compile C code, so that cgo must be on."""
DRIVERS = {"postgresql": "postgres", "mysql": "mysql", "mariadb": "mysql", "mongodb": "mongodb"}
"""Build tags of golang-migrate by kind of database."""


def bases(service: Service) -> dict[str, str]:
    """Return the images by role: the Go that the repository builds with, else the oldest supported one (Go 1 keeps its promise)."""
    built_with = next((d.value for d in service.runtime_version_declared if d.source.endswith("#FROM")), None)
    line = built_with or line_at_least("go", service.runtime_version) or default_line("go")
    return {"build": image("go", line, ("bookworm",)), "run": debian_slim()}


def start(service: Service) -> tuple[str, ...]:
    """Return the command: the program under its own name, with the arguments that the repository gives it."""
    words = program_words(service.start_command or "")
    arguments = words[3:] if words[:2] == ["go", "run"] else words[1:]  # after the package that is run
    return (_name(service), *arguments)


def dockerfile(recipe: Recipe) -> str:
    """Return the Dockerfile text."""
    service = recipe.service
    caches = "--mount=type=cache,target=/go/pkg/mod"
    sums = "go.mod go.sum" if service.lock_file else "go.mod"
    package = inside(service.entrypoint or ".", service.path)
    package = package if package.startswith(".") else f"./{package}"
    return text(
        [
            f"# Image of {service.name}: compiled in one stage; the program and the files that it reads at run time in the next.",
            f"FROM {recipe.images['build']} AS build",
            "WORKDIR /src",
            f"ENV GOTOOLCHAIN=local CGO_ENABLED={int(_needs_c(service))}",
            f"COPY {sums} ./",
            f"RUN {caches} go mod download",
            *_tools(recipe),
            "COPY . .",
            f"RUN {caches} --mount=type=cache,target=/root/.cache/go-build \\",
            f"    go build -trimpath -tags timetzdata -ldflags '-s -w' -o /out/{_name(service)} {package} \\",
            "    && find . -name '*.go' -delete && rm -rf vendor",
            "",
            f"FROM {recipe.image}",
            *installed(recipe, ("ca-certificates",), ("ca-certificates",)),
            *user_lines(),
            "WORKDIR /app",
            "COPY --from=build /src ./",
            f"COPY --from=build /out/{_name(service)} /usr/local/bin/{_name(service)}",
            *(["COPY --from=build /tools/migrate /usr/local/bin/migrate"] if _tools(recipe) else []),
            *closing(recipe),
        ]
    )


def doubts(recipe: Recipe) -> list[Doubt]:
    """Return what the Dockerfile takes on trust: modules without recorded sums."""
    if recipe.service.lock_file:
        return []
    name = recipe.service.name
    return [
        Doubt(
            f"lock of {name}",
            f"the modules of `{name}` are the same at each build",
            "the repository has no `go.sum`",
            "run `go mod tidy` and commit `go.sum`",
        )
    ]


def _name(service: Service) -> str:
    words = program_words(service.start_command or "")
    name = words[0].rpartition("/")[2] if words else ""
    return name if name and name not in ("go", "sh", "bash", "air") else service.name.replace("/", "-")


def _tools(recipe: Recipe) -> list[str]:
    """Return the line that compiles golang-migrate with the drivers of the plan's databases; it may need a newer Go than the code."""
    drivers = sorted({DRIVERS[kind] for kind in recipe.stores if kind in DRIVERS})
    if recipe.migration_tool != "golang-migrate" or not drivers:
        return []
    tool = f"github.com/golang-migrate/migrate/v4/cmd/migrate@v{recipe.tools['golang-migrate']}"
    return [f"RUN --mount=type=cache,target=/go/pkg/mod GOBIN=/tools GOTOOLCHAIN=auto go install -tags={','.join(drivers)} {tool}"]


def _needs_c(service: Service) -> bool:
    return any(part in library for part in NEED_C for library in service.libraries)
