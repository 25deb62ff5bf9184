"""Write Dockerfiles: a generated one per runtime, or the repository's own with reviewed changes and the patch that shows them."""

from .generate import Doubt, Recipe, bases, better_base, context, doubts, generate, runtimes, start
from .patch import Patched, patched
from .tidy import tidied

__all__ = ["Doubt", "Patched", "Recipe", "bases", "better_base", "context", "doubts", "generate", "patched", "runtimes", "start", "tidied"]
