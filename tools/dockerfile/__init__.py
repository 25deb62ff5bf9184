"""Write Dockerfiles: a generated one per runtime, or the repository's own with reviewed changes and the patch that shows them."""

from .generate import Doubt, Recipe, better_base, doubts, generate, runtimes
from .patch import Patched, patched

__all__ = ["Doubt", "Patched", "Recipe", "better_base", "doubts", "generate", "patched", "runtimes"]
