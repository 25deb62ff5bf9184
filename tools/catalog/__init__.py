"""Know versions: which exact release, image tag, commit or package to write, how sure that is, and when its support ends."""

from .catalog import Catalog, load
from .images import ImageReference, Level, Tag, parse_image, parse_tag, tag_level
from .model import (
    AptPin,
    Cycle,
    EolState,
    Pin,
    Product,
    Resolution,
    Shift,
    UnknownCycle,
    UnknownProduct,
)
from .versions import Requirement, numbers, satisfies

__all__ = [
    "AptPin",
    "Catalog",
    "Cycle",
    "EolState",
    "ImageReference",
    "Level",
    "Pin",
    "Product",
    "Requirement",
    "Resolution",
    "Shift",
    "Tag",
    "UnknownCycle",
    "UnknownProduct",
    "load",
    "numbers",
    "parse_image",
    "parse_tag",
    "satisfies",
    "tag_level",
]
