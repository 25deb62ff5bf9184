"""Build Rust services: one program compiled from Cargo.lock in one stage, that program on Debian's slim image in the next."""

from __future__ import annotations

from ....core.facts import Service
from ..generate import Doubt, Recipe
from ._bases import DEBIAN, debian_slim, image
from ._final import closing, program_words, text, user_lines
from ._system import installed, unlocked

RUNTIMES = ("rust",)
DRIVERS = {"postgresql": "postgres", "mysql": "mysql", "mariadb": "mysql"}
"""Features of sqlx's command by kind of database."""
POSTGRES_CLIENTS = ("diesel", "pq-sys")
"""Crates that link PostgreSQL's C client; sqlx and tokio-postgres speak the protocol themselves."""


def bases(service: Service) -> dict[str, str]:
    """Return the images by role: the full Rust image holds the headers that crates link against, at the versions of its release."""
    return {"build": image("rust", service.runtime_version or "1.98", (DEBIAN,), avoid=("alpine", "slim")), "run": debian_slim()}


def start(service: Service) -> tuple[str, ...]:
    """Return the command: the program under its own name, with the arguments that the repository gives it."""
    words = program_words(service.start_command or "")
    return (_name(service), *(words[1:] if words and words[0] != "cargo" else ()))


def dockerfile(recipe: Recipe) -> str:
    """Return the Dockerfile text."""
    service, name = recipe.service, _name(recipe.service)
    locked = " --locked" if service.lock_file else ""
    linked = ["ca-certificates", "openssl"] + (["libpq5"] if any(c in service.libraries for c in POSTGRES_CLIENTS) else [])
    return text(
        [
            f"# Image of {service.name}: compiled in one stage; the program and the files that it reads at run time in the next.",
            f"FROM {recipe.images['build']} AS build",
            "WORKDIR /src",
            *(
                ["# queries are checked against the data in the repository: no database answers during a build", "ENV SQLX_OFFLINE=true"]
                if "sqlx" in service.libraries
                else []
            ),
            *_tools(recipe),
            "COPY . .",
            "RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \\",
            f"    cargo build --release{locked} --bin {name} \\",
            f"    && mkdir /out && cp target/release/{name} /out/ && find . -path ./target -prune -o -name '*.rs' -exec rm {{}} +",
            "",
            f"FROM {recipe.image}",
            *installed(recipe, linked, linked),
            *user_lines(),
            "WORKDIR /app",
            "COPY --from=build /src ./",
            f"COPY --from=build /out/{name} /usr/local/bin/{name}",
            *(["COPY --from=build /tools/bin/sqlx /usr/local/bin/sqlx"] if _tools(recipe) else []),
            *closing(recipe),
        ]
    )


def doubts(recipe: Recipe) -> list[Doubt]:
    """Return what the Dockerfile takes on trust: crates without a lock file, queries without their data."""
    service = recipe.service
    found = unlocked(service, "crates", "Cargo.lock", "`cargo generate-lockfile`")
    if "sqlx" in service.libraries:
        found.append(
            Doubt(
                f"sqlx of {service.name}",
                "the queries that sqlx checks during the build have their data in the repository",
                "a build reaches no database, and only the repository's owner knows whether the data is up to date",
                "`cargo sqlx prepare --check` must succeed against a migrated database",
            )
        )
    return found


def _tools(recipe: Recipe) -> list[str]:
    """Return the lines that compile sqlx's command at the library's own version, so that both read the same migrations."""
    drivers = sorted({DRIVERS[kind] for kind in recipe.stores if kind in DRIVERS})
    if recipe.migration_tool != "sqlx" or not drivers:
        return []
    stated = [p for p in recipe.service.libraries.get("sqlx", "").lstrip("^=~v ").split(".") if p.isdigit()]
    if len(stated) < 2:
        return []
    version = ".".join([*stated, "0"][:3])
    features = ",".join(["rustls", *drivers])
    return [
        "RUN --mount=type=cache,target=/usr/local/cargo/registry \\",
        f"    cargo install sqlx-cli --version {version} --locked --no-default-features --features {features} --root /tools",
    ]


def _name(service: Service) -> str:
    words = program_words(service.start_command or "")
    if words[:1] == ["cargo"] and "--bin" in words[:-1]:
        return words[words.index("--bin") + 1]
    name = words[0].rpartition("/")[2] if words else ""
    return name if name and name not in ("cargo", "sh", "bash") else service.name
