"""Check that everything a text mentions is pinned: images, packages, actions, charts, modules, downloads, tools.

Every language is read with a parser of its own; a new language is one module in `languages/`, a new command one in `shell/programs/`.
"""

from .engine import find, languages, verdict
from .guess import guess_language
from .model import Reference, Verdict

__all__ = ["Reference", "Verdict", "find", "guess_language", "languages", "verdict"]
