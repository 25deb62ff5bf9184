"""Write Dockerfiles: a generated one per runtime, or the repository's own with reviewed changes and the patch that shows them."""

from .generate import Recipe, generate, runtimes
from .patch import Patched, patched

__all__ = ["Patched", "Recipe", "generate", "patched", "runtimes"]
