"""Write Dockerfiles: a generated one per runtime, or the repository's own with reviewed changes and the patch that shows them."""

from .generate import (
    Doubt,
    Recipe,
    bases,
    better_base,
    context,
    data_folders,
    doubts,
    generate,
    runtimes,
    serves,
    start,
    user_of,
    workdir_of,
    writes_beside_code,
)
from .home import lives_with_root
from .patch import Patched, foreign_sources, patched
from .tidy import tidied
from .volumes import declared_volumes

__all__ = [
    "Doubt",
    "Patched",
    "Recipe",
    "bases",
    "better_base",
    "context",
    "data_folders",
    "declared_volumes",
    "doubts",
    "foreign_sources",
    "generate",
    "lives_with_root",
    "patched",
    "runtimes",
    "serves",
    "start",
    "tidied",
    "user_of",
    "workdir_of",
    "writes_beside_code",
]
