"""Read the catalogue's data files, which ship inside the package."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from pydantic import TypeAdapter

from .images import parse_image
from .model import Product, Shift
from .names import canonical


@dataclass(frozen=True)
class Store:
    """Hold the parsed data and its indexes; nothing here changes after loading."""

    as_of: str
    note: str
    sources: tuple[str, ...]
    products: dict[str, Product]
    by_repository: dict[str, str]
    by_provided: dict[str, str]
    by_package: dict[tuple[str, str], str]
    shifts: tuple[Shift, ...]


def _read(name: str) -> dict[str, object]:
    text = resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8")
    data: dict[str, object] = json.loads(text)
    return data


def _repositories(products: dict[str, Product]) -> dict[str, str]:
    """Map each image repository to the product that publishes it; a client tool never takes a server's image."""
    found: dict[str, str] = {}
    for product in sorted(products.values(), key=lambda p: (p.kind == "database_tool", p.id)):
        for cycle in product.cycles:
            for text in (cycle.image, *cycle.image_variants, *cycle.verified_images()):
                parsed = parse_image(text) if text else None
                if parsed:
                    found.setdefault(canonical(parsed), product.id)
    return found


def _packages(products: dict[str, Product]) -> dict[tuple[str, str], str]:
    """Map (ecosystem, package) to a product; Debian packages have the ecosystem "apt"."""
    found: dict[tuple[str, str], str] = {}
    for product in products.values():
        ecosystem = product.ecosystem or ("apt" if product.kind == "os_package" else "")
        if product.package and ecosystem:
            found.setdefault((ecosystem, product.package.lower()), product.id)
    return found


@lru_cache(maxsize=1)
def read() -> Store:
    """Return the data, parsed once per process; raise pydantic.ValidationError when a data file has an unknown shape."""
    versions, changes = _read("versions.json"), _read("shifts.json")
    entries = TypeAdapter(tuple[Product, ...]).validate_python(versions["entries"])
    products = {p.id: p for p in entries}
    sources = versions["sources"]
    assert isinstance(sources, list)
    return Store(
        as_of=str(versions["built"]),
        note=str(versions["note"]),
        sources=tuple(f"{s['id']} ({s['date']})" for s in sources),
        products=products,
        by_repository=_repositories(products),
        by_provided={name: key for key in sorted(products, reverse=True) for name in products[key].provides},
        by_package=_packages(products),
        shifts=TypeAdapter(tuple[Shift, ...]).validate_python(changes["shifts"]),
    )
