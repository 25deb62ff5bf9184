"""Build Ruby services: gems from Gemfile.lock on the full image, code and gems on the slim one."""

from __future__ import annotations

from ....core.facts import Service
from ..generate import Doubt, Recipe
from ._bases import DEBIAN, image
from ._final import closing, text, user_lines
from ._system import installed, system_doubts, unlocked

RUNTIMES = ("ruby",)
WRITABLE = ("tmp", "log")
"""Folders that Rails writes to and that may be lost."""
LINKED = {
    "pg": "libpq5",
    "mysql2": "libmariadb3",
    "trilogy": None,
    "sqlite3": None,
    "ruby-vips": "libvips42t64",
    "image_processing": "libvips42t64",
}
"""Debian packages that compiled gems link against; null where the gem brings its own copy or needs none."""
ASSETS = (
    "sprockets-rails",
    "propshaft",
    "sass-rails",
    "sassc-rails",
    "jsbundling-rails",
    "cssbundling-rails",
    "tailwindcss-rails",
    "importmap-rails",
)
SETTINGS = "BUNDLE_DEPLOYMENT=1 BUNDLE_PATH=/usr/local/bundle BUNDLE_WITHOUT=development:test"
WRITES_BESIDE_CODE = True
"""Caches and process files go into folders of the application."""


def bases(service: Service) -> dict[str, str]:
    """Return the images by role: the full image holds compilers and headers; a Gemfile's Ruby version is exact, so it is kept."""
    line = service.runtime_version or "3.3"
    return {"build": image("ruby", line, (DEBIAN,), avoid=("alpine", "slim")), "run": image("ruby", line, ("slim", DEBIAN))}


def data_folders(service: Service) -> tuple[str, ...]:
    """Return where Rails keeps files of users, and since version 8 its SQLite files."""
    return ("/app/storage",) if service.framework == "rails" or "rails" in service.libraries else ()


def start(service: Service) -> tuple[str, ...]:
    """Return nothing: the repository's own command stands."""
    return ()


def dockerfile(recipe: Recipe) -> str:
    """Return the Dockerfile text."""
    service = recipe.service
    rails = service.framework == "rails" or "rails" in service.libraries
    environment = (
        f"{'RAILS_ENV=production RAILS_LOG_TO_STDOUT=1 RAILS_SERVE_STATIC_FILES=1' if rails else 'RACK_ENV=production'} {SETTINGS}"
    )
    locked = "Gemfile Gemfile.lock" if service.lock_file else "Gemfile"
    folders = " ".join((*WRITABLE, *(["storage"] if rails else [])))
    assets = rails and any(a in service.libraries for a in ASSETS)
    return text(
        [
            f"# Image of {service.name}: gems are compiled on the full image; code and gems run on the slim one.",
            f"FROM {recipe.images['build']} AS build",
            "WORKDIR /app",
            f"ENV {environment}",
            f"COPY {locked} .ruby-version* .tool-versions* ./",
            "RUN --mount=type=cache,target=/root/.bundle/cache bundle install --jobs 4 --retry 3",
            "COPY . .",
            *(["RUN SECRET_KEY_BASE_DUMMY=1 bundle exec rails assets:precompile"] if assets else []),
            f"RUN mkdir -p {folders}",
            "",
            f"FROM {recipe.image}",
            *installed(recipe, _linked(service), ()),
            *user_lines(),
            "WORKDIR /app",
            f"ENV {environment}",
            "COPY --from=build /usr/local/bundle /usr/local/bundle",
            "COPY --from=build /app ./",
            f"RUN chown -R 10001:10001 {folders}",
            *closing(recipe),
        ]
    )


def doubts(recipe: Recipe) -> list[Doubt]:
    """Return what the Dockerfile takes on trust: gems without a lock file, packages without a known version, Rails on a newer Ruby."""
    missing = unlocked(recipe.service, "gems", "Gemfile.lock", "`bundle lock --add-platform x86_64-linux`")
    return missing + system_doubts(recipe, _linked(recipe.service))


def _linked(service: Service) -> list[str]:
    return sorted({package for gem, package in LINKED.items() if package and gem in service.libraries})
