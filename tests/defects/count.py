"""Print how many of the 63 defects their rule sees, and how many mended twins pass it: `python tests/defects/count.py`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))


def main() -> int:
    """Print each defect that is missed and each twin that is refused, then n/63; end with 1 when there is one."""
    from test_defects import CASES, IDS, _mended, _written, found

    seen = passed = 0
    for name in IDS:
        case = CASES[name]
        wanted = {case["rule"], *([case["also"]] if "also" in case else [])}
        with tempfile.TemporaryDirectory() as folder:
            lacking = wanted - found(_written(Path(folder) / "defect", case["files"]))
            left = wanted & found(_written(Path(folder) / "mended", _mended(case)))
        seen += not lacking
        passed += not left
        for word, codes in (("not seen", lacking), ("seen in the mended twin", left)):
            if codes:
                print(f"{name} {case['title']}: {', '.join(sorted(codes))} {word}")
    print(f"{seen}/{len(IDS)} defects are seen by their rule; {passed}/{len(IDS)} mended twins pass it")
    return 0 if seen == passed == len(IDS) else 1


if __name__ == "__main__":
    sys.exit(main())
