"""Build Elixir services: dependencies from mix.lock and the compiled application for the same Erlang that runs it."""

from __future__ import annotations

from ....core.facts import Service
from ..generate import Doubt, Recipe
from ._bases import default_line, image
from ._final import closing, text, user_lines
from ._system import unlocked

RUNTIMES = ("elixir",)
HOMES = "MIX_ENV=prod MIX_HOME=/opt/mix HEX_HOME=/opt/hex"


def bases(service: Service) -> dict[str, str]:
    """Return the images by role: the full image holds git and a compiler, its slim form the same Erlang on the same Debian."""
    declared = (service.runtime_version or default_line("elixir")).split("-otp-")
    words = (f"otp-{declared[1]}", "slim") if len(declared) > 1 and _has_otp_tags(declared[0]) else ("slim",)
    run = image("elixir", declared[0], words)
    return {"build": run.removesuffix("-slim"), "run": run}


def start(service: Service) -> tuple[str, ...]:
    """Return the command: Phoenix's server, or the application kept running, without compiling anything at start."""
    return ("mix", "phx.server", "--no-compile") if service.framework == "phoenix" else ("mix", "run", "--no-halt", "--no-compile")


def dockerfile(recipe: Recipe) -> str:
    """Return the Dockerfile text."""
    service = recipe.service
    files = "mix.exs mix.lock" if service.lock_file else "mix.exs"
    assets = service.framework == "phoenix" and ("esbuild" in service.libraries or "tailwind" in service.libraries)
    return text(
        [
            f"# Image of {service.name}: compiled in one stage; the compiled application on the same Erlang in the next.",
            f"FROM {recipe.images['build']} AS build",
            "WORKDIR /app",
            f"ENV {HOMES}",
            "RUN mix local.hex --force && mix local.rebar --force",
            f"COPY {files} ./",
            "COPY config ./config",
            "RUN --mount=type=cache,target=/opt/hex/cache mix deps.get --only prod && mix deps.compile",
            "COPY . .",
            *(["RUN mix assets.deploy"] if assets else []),
            "RUN mix compile",
            "",
            f"FROM {recipe.image}",
            *user_lines(),
            "WORKDIR /app",
            f"ENV {HOMES}",
            "COPY --from=build /opt/mix /opt/mix",
            "COPY --from=build /app ./",
            *closing(recipe),
        ]
    )


def doubts(recipe: Recipe) -> list[Doubt]:
    """Return what the Dockerfile takes on trust: the newest Hex and Rebar, a missing lock file."""
    service = recipe.service
    found = [
        Doubt(
            f"hex of {service.name}",
            "Hex and Rebar of the build are the ones that this code needs",
            "`mix local.hex` and `mix local.rebar` install the newest that fits the image's Elixir; the lock file fixes every package",
            "`mix hex.info` inside the build stage shows the version",
        )
    ]
    return [*found, *unlocked(service, "packages", "mix.lock", "`mix deps.get`")]


def _has_otp_tags(version: str) -> bool:
    """Tell whether Docker's images of this Elixir name the Erlang line in their tags: those since 1.15 do."""
    parts = version.split(".")
    return len(parts) > 1 and parts[0].isdigit() and parts[1].isdigit() and (int(parts[0]), int(parts[1])) >= (1, 15)
