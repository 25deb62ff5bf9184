"""Build .NET services: published with the SDK in one stage, run on the ASP.NET runtime in the next."""

from __future__ import annotations

from pathlib import PurePosixPath

from ....core.facts import Service
from ..generate import Doubt, Recipe
from ._bases import default_line, image, line_at_least
from ._final import closing, text, user_lines

RUNTIMES = ("dotnet",)
CONTEXT = "repository"
"""Projects refer to each other across folders, and shared build files stand at the top."""


def bases(service: Service) -> dict[str, str]:
    """Return the images by role: the runtime of the line that the project targets, the SDK of that line or the newest supported one.

    A newer SDK publishes what targets an older line, so the line of an SDK without a known image is never needed.
    """
    line = (service.runtime_version or default_line("aspnet")).removeprefix("netcoreapp").removeprefix("net").split(".")[0]
    known = line_at_least("dotnet-sdk", line) == line
    build = image("dotnet-sdk", line if known else default_line("dotnet-sdk"), ())
    return {"build": build, "run": image("aspnet", line, (), avoid=("alpine", "distroless", "chiseled"))}


def start(service: Service) -> tuple[str, ...]:
    """Return the command: the runtime and the assembly."""
    return ("dotnet", service.entrypoint or f"{PurePosixPath(service.manifest or service.name).stem}.dll")


def dockerfile(recipe: Recipe) -> str:
    """Return the Dockerfile text."""
    service = recipe.service
    project = service.manifest or f"{service.path}/{service.name}.csproj"
    locked = " --property:RestoreLockedMode=true" if (service.lock_file or "").endswith("packages.lock.json") else ""
    one_sdk = any(d.source.startswith("global.json") for d in service.runtime_version_declared)
    return text(
        [
            f"# Image of {service.name}: published with the SDK in one stage; the assemblies on the runtime in the next.",
            f"FROM {recipe.images['build']} AS build",
            "WORKDIR /src",
            "COPY . .",
            *(
                [
                    "# global.json holds the build to one feature band of the SDK; this image holds the newest of the same line",
                    "RUN rm -f global.json",
                ]
                if one_sdk
                else []
            ),
            "RUN --mount=type=cache,target=/root/.nuget/packages \\",
            f"    dotnet publish {project} --configuration Release --output /out --property:UseAppHost=false{locked}",
            "",
            f"FROM {recipe.image}",
            *user_lines(),
            "WORKDIR /app",
            "COPY --from=build /out ./",
            "ENV " + (f"ASPNETCORE_URLS=http://+:{service.port} " if service.port else "") + "DOTNET_EnableDiagnostics=0",
            *closing(recipe),
        ]
    )


def doubts(recipe: Recipe) -> list[Doubt]:
    """Return nothing: project files give versions, and what floats in them is a finding of its own."""
    return []
