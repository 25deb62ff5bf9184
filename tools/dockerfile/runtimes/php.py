"""Build PHP services on Apache: extensions that composer.json asks for, packages from composer.lock, assets built by Node."""

from __future__ import annotations

from ....core.facts import Service
from ..generate import Doubt, Recipe
from ._bases import DEBIAN, default_line, image, line_at_least
from ._final import closing, text
from ._system import installed, system_doubts, unlocked

RUNTIMES = ("php",)
ROOT = "/var/www/html"
USER = "www-data"
"""Apache's own user in the image: its run and log folders belong to it."""
RUN_AS = "33:33"  # that user on Debian
STORES = {"postgresql": "pdo_pgsql", "mysql": "pdo_mysql", "mariadb": "pdo_mysql"}
EXTENSIONS: dict[str, tuple[str, ...]] = {
    "pdo_pgsql": ("libpq-dev",),
    "pgsql": ("libpq-dev",),
    "pdo_mysql": (),
    "mysqli": (),
    "gd": ("libpng-dev", "libjpeg62-turbo-dev", "libfreetype-dev"),
    "intl": ("libicu-dev",),
    "zip": ("libzip-dev",),
    "bcmath": (),
    "pcntl": (),
    "exif": (),
    "sockets": (),
    "calendar": (),
    "gettext": (),
    "soap": ("libxml2-dev",),
    "xsl": ("libxslt1-dev",),
    "ldap": ("libldap-dev",),
    "gmp": ("libgmp-dev",),
    "bz2": ("libbz2-dev",),
}
"""What the official image does not hold: the extension, and the Debian packages that compiling it needs (PHP's own manual)."""
PECL = {"apcu": "5.1.24", "mongodb": "1.20.1", "redis": "6.1.0"}
"""Extensions that PHP's own archive keeps apart, each at a release that builds on PHP 8."""
BEHIND_PUBLIC = ("laravel", "symfony", "slim", "lumen", "codeigniter", "cakephp", "laminas", "yii")
"""Frameworks that serve the folder `public` only."""
BUNDLERS = ("vite", "webpack", "mix", "esbuild", "gulp", "encore", "npm-run-all")
WRITES_BESIDE_CODE = True
"""Caches and process files go into folders of the application."""


def bases(service: Service) -> dict[str, str]:
    """Return the images by role: a newer patch and line of PHP 8 run what an older one did, so the oldest supported line serves."""
    line = line_at_least("php", service.runtime_version) or default_line("php")
    chosen = image("php", ".".join(line.split(".")[:2]), ("apache", DEBIAN))
    return {"build": chosen, "run": chosen, "composer": image("composer", None, ())} | (
        {"assets": image("nodejs", default_line("nodejs"), ("slim",))} if _asset_script(service) else {}
    )


def data_folders(service: Service) -> tuple[str, ...]:
    """Return where the framework keeps files of users."""
    return (f"{ROOT}/storage", f"{ROOT}/public/uploads") if service.framework == "laravel" else ()


def start(service: Service) -> tuple[str, ...]:
    """Return Apache in the foreground for a web process; another process keeps its own command."""
    return ("apache2-foreground",) if service.role == "web" else ()


def dockerfile(recipe: Recipe) -> str:
    """Return the Dockerfile text."""
    service, port = recipe.service, recipe.service.port or 80
    public = f"{ROOT}/public" if _behind_public(service) else ROOT
    return text(
        [
            f"# Image of {service.name}: PHP with its extensions; packages are installed in a stage of their own.",
            f"FROM {recipe.image} AS base",
            *_extensions(recipe),
            *_apache(port, public),
            f"WORKDIR {ROOT}",
            "",
            "FROM base AS build",
            *installed(recipe, ("git", "unzip"), ()),
            f"COPY --from={recipe.images['composer']} /usr/bin/composer /usr/local/bin/composer",
            "ENV COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_NO_INTERACTION=1",
            f"COPY composer.json {'composer.lock ' if service.lock_file else ''}symfony.lock* ./",
            "RUN --mount=type=cache,target=/root/.composer/cache composer install --no-dev --no-scripts --no-autoloader --prefer-dist",
            "COPY . .",
            f"RUN composer dump-autoload --no-dev --optimize{' --no-scripts' if service.framework == 'symfony' else ''}",
            *(["ENV APP_ENV=prod"] if service.framework == "symfony" else []),
            *(["RUN composer run-script --no-dev post-install-cmd"] if "post-install-cmd" in service.scripts else []),
            *_assets(recipe),
            "",
            "FROM base",
            f"COPY --from=build {ROOT} ./",
            *(["COPY --from=assets /app/public ./public"] if _asset_script(service) else []),
            f"RUN mkdir -p {_written(service)} && chown -R {USER}:{USER} {_written(service)}",
            *closing(recipe, USER),
        ]
    )


def doubts(recipe: Recipe) -> list[Doubt]:
    """Return what the Dockerfile takes on trust: a missing lock file, packages without a known version."""
    missing = unlocked(recipe.service, "packages", "composer.lock", "`composer update`")
    apart = [
        Doubt(name, f"`{name}` of PECL can be installed", "the catalogue does not list it", f"step `build-images` installs {name}")
        for name in _apart(recipe)
    ]
    return missing + apart + system_doubts(recipe, _headers(recipe))


def _asked(recipe: Recipe) -> set[str]:
    return {name.removeprefix("ext-").replace("-", "_") for name in recipe.service.libraries if name.startswith("ext-")}


def _wanted(recipe: Recipe) -> list[str]:
    """Return the extensions to compile: those that composer.json names and the drivers of the plan's databases."""
    return sorted((_asked(recipe) | {STORES[kind] for kind in recipe.stores if kind in STORES}) & set(EXTENSIONS))


def _apart(recipe: Recipe) -> list[str]:
    """Return the extensions that composer.json names and that PECL keeps, each with its release."""
    return [f"{name}-{PECL[name]}" for name in sorted(_asked(recipe) & set(PECL))]


def _headers(recipe: Recipe) -> list[str]:
    return sorted({package for name in _wanted(recipe) for package in EXTENSIONS[name]})


def _extensions(recipe: Recipe) -> list[str]:
    wanted, apart = _wanted(recipe), _apart(recipe)
    enabled = " ".join(name.partition("-")[0] for name in apart)
    added = [f"RUN pecl install {' '.join(apart)} && docker-php-ext-enable {enabled}"] if apart else []
    if not wanted:
        return added
    configured = "docker-php-ext-configure gd --with-freetype --with-jpeg && " if "gd" in wanted else ""
    return [*installed(recipe, _headers(recipe), ()), f'RUN {configured}docker-php-ext-install -j"$(nproc)" {" ".join(wanted)}', *added]


def _apache(port: int, public: str) -> list[str]:
    """Return the lines that give PHP its production settings and Apache the folder and the port."""
    site = "/etc/apache2/sites-available/000-default.conf"
    lines = ['RUN mv "$PHP_INI_DIR/php.ini-production" "$PHP_INI_DIR/php.ini" && a2enmod rewrite headers']
    if public != ROOT:
        lines[-1] += " \\"
        lines.append(f"    && sed -ri 's!DocumentRoot .*!DocumentRoot {public}!' {site}")
    if port != 80:
        lines[-1] += " \\"
        lines.append(f"    && sed -ri 's!^Listen 80$!Listen {port}!' /etc/apache2/ports.conf && sed -ri 's!:80>!:{port}>!' {site}")
    return lines


def _behind_public(service: Service) -> bool:
    return service.framework in BEHIND_PUBLIC


def _written(service: Service) -> str:
    """Return the folders that the framework writes to."""
    known = {"laravel": "storage bootstrap/cache public/uploads", "lumen": "storage", "symfony": "var data"}
    return known.get(service.framework or "", "var")


def _asset_script(service: Service) -> str | None:
    """Return the script that builds the front end's files for production, null where there is none."""
    for name in ("production", "build"):
        if any(b in service.scripts.get(name, "").split(" ")[0] for b in BUNDLERS) and "@" not in service.scripts.get(name, ""):
            return name
    return None


def _assets(recipe: Recipe) -> list[str]:
    script = _asset_script(recipe.service)
    if script is None:
        return []
    return [
        "",
        f"FROM {recipe.images['assets']} AS assets",
        "WORKDIR /app",
        "COPY package.json package-lock.json* ./",
        "RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund",
        "COPY . .",
        f"RUN npm run {script}",
    ]
