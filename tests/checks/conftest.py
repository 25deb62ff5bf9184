"""Let the tests of this folder find the plans that are made once for all of them, and the ways to break them."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
