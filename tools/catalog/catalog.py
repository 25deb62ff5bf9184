"""Answer questions about versions from the catalogue's data."""

from __future__ import annotations

import datetime as dt
import difflib
from functools import lru_cache

from . import pinning, resolving, store
from .images import parse_image
from .life import line_of, state_of
from .model import (
    AptPin,
    EolState,
    Pin,
    Product,
    Resolution,
    Shift,
    UnknownCycle,
    UnknownProduct,
)
from .names import ALIASES, CYCLE_WORDS, SAME_TAGS, canonical, packaged_otherwise


class Catalog:
    """Hold the catalogue; every answer is a pure function of its data and the arguments."""

    def __init__(self, data: store.Store) -> None:
        self._data = data

    @property
    def as_of(self) -> str:
        """Return the day the data was built, as an ISO date."""
        return self._data.as_of

    @property
    def note(self) -> str:
        """Return how the data is to be read."""
        return self._data.note

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the sources with the date of each."""
        return self._data.sources

    @property
    def products(self) -> tuple[Product, ...]:
        """Return every product, sorted by id."""
        return tuple(self._data.products[key] for key in sorted(self._data.products))

    def product(self, name: str) -> Product:
        """Return the product of that id or known alias; raise UnknownProduct otherwise, with close names as the hint."""
        found = self.find(name)
        if found is None:
            close = difflib.get_close_matches(name.lower(), sorted(self._data.products), n=3)
            raise UnknownProduct(
                f"{name!r} is not in the version catalogue", f"it knows {len(self._data.products)} products", f"close: {', '.join(close)}"
            )
        return found

    def find(self, name: str) -> Product | None:
        """Return the product of that id, alias or provided name, or None."""
        key = name.strip().lower()
        products = self._data.products
        key = key if key in products else ALIASES.get(key, key)
        return products.get(key) or products.get(self._data.by_provided.get(key, ""))

    def for_image(self, repository: str) -> Product | None:
        """Return the product that an image repository holds (tag and digest are ignored), or None."""
        parsed = parse_image(repository)
        if parsed is None:
            return None
        name = canonical(parsed)
        name = SAME_TAGS.get(name, name)
        found = self._data.by_repository.get(name) or packaged_otherwise(name)
        return self._data.products.get(found) if found else None

    def for_package(self, ecosystem: str, package: str) -> Product | None:
        """Return the product of a package ("pypi", "npm", "rubygems", "maven", "composer", "hex", "go", "apt"), or None."""
        found = self._data.by_package.get((ecosystem, package.lower()))
        return self._data.products[found] if found else None

    def for_action(self, name: str) -> Product | None:
        """Return the product of a GitHub action ("actions/checkout", ref and sub-path ignored), or None."""
        path = "/".join(name.split("@")[0].lower().split("/")[:2])
        return next((p for p in self.products if p.kind == "action" and p.name.lower() == path), None)

    def pin(self, name: str, cycle: str | None = None) -> Pin:
        """Return the exact version to write for a product: the default line, or what `cycle` asks for.

        An exact version is kept as it is; a line, tag or range becomes the newest verified version of its line.
        Raises UnknownProduct, and UnknownCycle when no line fits or the product must not be used.
        """
        return pinning.pin(self.product(name), cycle)

    def resolve_image(self, image: str, today: dt.date | None = None) -> Resolution:
        """Return the exact form of an image reference; `today` (default: the day of the data) decides support and LTS."""
        return resolving.resolve(self.for_image(image), image, today or dt.date.fromisoformat(self.as_of))

    def eol_state(self, product: str | Product, version: str, on: dt.date) -> EolState:
        """Return whether a version is supported on a day; unknown products and versions are "unknown"."""
        found = self.find(product) if isinstance(product, str) else product
        return state_of(line_of(found, version), on) if found else EolState(state="unknown")

    def shifts(self) -> tuple[Shift, ...]:
        """Return every change of the ecosystem that the data knows."""
        return self._data.shifts

    def shifts_for(self, product: str) -> tuple[Shift, ...]:
        """Return the changes that concern a product (id or alias)."""
        found = self.find(product)
        name = found.id if found else product
        return tuple(s for s in self._data.shifts if name in s.applies_to)

    def tool(self, name: str) -> Pin:
        """Return the pin of a command-line tool; raise UnknownProduct when the name is another kind of product."""
        product = self.product(name)
        if product.kind not in {"cli", "iac", "database_tool", "kubernetes", "secrets"}:
            raise UnknownProduct(f"{name!r} is a {product.kind}, not a command-line tool")
        return pinning.pin(product, None)

    def apt(self, package: str, suite: str = "trixie") -> AptPin:
        """Return the exact Debian package for a suite (codename, number or `debian-12`).

        Raises UnknownProduct for a package, and UnknownCycle for a suite, that the catalogue has not.
        """
        product = self.for_package("apt", package) or self._data.products.get(f"deb-{package}")
        if product is None or product.kind != "os_package":
            raise UnknownProduct(f"the Debian package {package!r} is not in the version catalogue")
        number = CYCLE_WORDS["debian"].get(suite, suite.removeprefix("debian-"))
        cycle = product.cycle(f"debian-{number}")
        if not cycle.latest or not cycle.install:
            raise UnknownCycle(f"{package} has no version for {suite}")
        note = "mirrors drop superseded versions after security updates: pin by snapshot date or refresh"
        return AptPin(
            package=cycle.package or package, version=cycle.latest, install=cycle.install, suite=suite, as_of=product.as_of, note=note
        )


@lru_cache(maxsize=1)
def load() -> Catalog:
    """Return the catalogue, read once per process."""
    return Catalog(store.read())
