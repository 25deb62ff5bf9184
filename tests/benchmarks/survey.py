"""Measure `deploybook survey` against git alone, `@specfy/stack-analyser` and `cloc`, on trees that are made for it: `make bench-survey`.

    python tests/benchmarks/survey.py [--rounds 3] [--largest 100000] [--skip-others] [--keep FOLDER]

Two floors: `floor` is `git ls-files` plus reading the manifests that the survey names, without any process of its own: less than the
start of an empty Python. `python floor` is a fresh Python that runs `git ls-files` and reads every file that the survey opens, code too.
All commands take turns on the same tree, so that load hits all alike; the fastest of the rounds counts, after one round that only warms
the caches. Bytecode is kept, as after an installation, in a temporary folder. Memory is the peak of the process (`getrusage`). Other
tools come from the npm registry into a temporary folder; without it they are left out.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("@specfy/stack-analyser@1.27.3", "cloc@2.11.0")
TREES = (("service", 40), ("application", 5_000), ("monorepo", 100_000))
CURVE = (5_000, 10_000, 25_000, 50_000, 100_000)
LISTS = ("manifests", "containers", "ci", "iac", "api_specs")
FLOOR, READER, SURVEY, RIVAL, COUNTER = "floor", "python floor", "survey", "stack-analyser", "cloc"
READ = """
import subprocess, sys
subprocess.run(["git", "ls-files", "-z"], capture_output=True, check=True)
with open(sys.argv[1], encoding="utf-8") as listed:
    for path in listed.read().split("\\0"):
        with open(path, "rb") as file:
            file.read()
"""
OPENED = """
import os, sys
folders, opened, plain = {}, {}, os.open
def noting(path, flags, *rest, dir_fd=None, **more):
    number = plain(path, flags, *rest, dir_fd=dir_fd, **more)
    where = os.path.normpath(os.path.join(folders.get(dir_fd, "") if dir_fd is not None else "", os.fspath(path)))
    if flags & os.O_DIRECTORY:
        folders[number] = where
    elif dir_fd is not None:
        opened[where] = None
    return number
os.open = noting
from deploybook import survey
survey(sys.argv[1])
sys.stdout.write("\\0".join(opened))
"""
TIMES, MOST_MB, LINEAR = 3.0, 1024.0, 1.3  # bars: times the floor, peak memory of the monorepo, growth of time per file


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took: wall-clock and processor seconds, and the peak of memory in MB."""

    seconds: float
    processor: float
    megabytes: float


def spent(command: Sequence[str | Path], folder: Path) -> Cost:
    """Return what a command took; raise CalledProcessError when it fails."""
    began = time.perf_counter()
    child = subprocess.Popen(list(command), cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, list(command))
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / unit)


def bytecode(folder: Path) -> None:
    """Let every Python that is started from here keep its bytecode in `folder`: an installed program is not compiled at each start."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)


def reader(tree: Path, listed: Path) -> Cost:
    """Return what a fresh Python takes to list the tree with git and to read the listed files."""
    return spent([sys.executable, "-c", READ, listed], tree)


def opened_in(tree: Path) -> str:
    """Return the paths of all files that a survey of the tree opens, absolute, between NULs."""
    return subprocess.run([sys.executable, "-c", OPENED, str(tree)], check=True, capture_output=True, text=True).stdout


def floor(tree: Path, manifests: list[str]) -> Cost:
    """Return what it takes to list the tree with git and to read the manifests."""
    listed = spent(["git", "ls-files", "-z"], tree)
    began, used = time.perf_counter(), time.process_time()
    for path in manifests:
        (tree / path).read_bytes()
    return Cost(listed.seconds + time.perf_counter() - began, listed.processor + time.process_time() - used, listed.megabytes)


def manifests_of(tree: Path) -> list[str]:
    """Return the files that the survey of the tree names as manifests, lock files, containers, CI, infrastructure and API files."""
    command = [sys.executable, "-m", "deploybook", "survey", str(tree), "--format", "json"]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    paths = {entry["path"] for name in LISTS for entry in found[name]}
    paths |= {service[key] for service in found["services"] for key in ("manifest", "lock_file") if service[key]}
    return sorted(path for path in paths if (tree / path).is_file())


def others(folder: Path) -> dict[str, Callable[[Path], Cost]]:
    """Return the other tools, installed into `folder`; none, with a note, where npm or its registry is missing."""
    if shutil.which("npm") is None:
        print("note: npm is not installed: no comparison with other tools")
        return {}
    command = ["npm", "install", "--prefix", str(folder), "--no-fund", "--no-audit", "--no-save", *PACKAGES]
    try:
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300, check=False)
    except subprocess.TimeoutExpired:
        done = None
    if done is None or done.returncode:
        print("note: npm cannot install the other tools here: no comparison")
        return {}
    programs = folder / "node_modules" / ".bin"
    return {
        RIVAL: lambda tree: spent([programs / "stack-analyser", str(tree), "--output=result.json"], folder),
        COUNTER: lambda tree: spent([programs / "cloc", "--quiet", "--json", str(tree)], folder),
    }


def survey(tree: Path) -> Cost:
    """Return what the whole process of a survey takes."""
    return spent([sys.executable, "-m", "deploybook", "survey", str(tree), "--format", "json"], tree)


def measured(tree: Path, tools: dict[str, Callable[[Path], Cost]], rounds: int) -> dict[str, Cost]:
    """Return the fastest run of each tool, all taking turns; peaks of memory are the highest seen."""
    manifests = manifests_of(tree)
    listed = tree.parent / f"{tree.name}.opened"
    listed.write_text(opened_in(tree), encoding="utf-8")
    all_tools = {FLOOR: lambda tree: floor(tree, manifests), READER: lambda tree: reader(tree, listed), SURVEY: survey, **tools}
    runs: dict[str, list[Cost]] = {name: [] for name in all_tools}
    for number in range(rounds + 1):
        for name, run in all_tools.items():
            cost = run(tree)
            if number or rounds == 1:
                runs[name].append(cost)
    return {
        name: Cost(min(c.seconds for c in costs), min(c.processor for c in costs), max(c.megabytes for c in costs))
        for name, costs in runs.items()
    }


def made(home: Path, kind: str, files: int) -> Path:
    """Return the tree, made in a process of its own so that this one stays small, once."""
    tree = home / f"{kind}-{files}"
    if not tree.exists():
        script = Path(__file__).with_name("trees.py")
        subprocess.run([sys.executable, str(script), str(tree), kind, str(files)], check=True, stdout=subprocess.DEVNULL)
    return tree


def compared(home: Path, tools: dict[str, Callable[[Path], Cost]], rounds: int, largest: int) -> dict[str, dict[str, Cost]]:
    """Print the table of all tools on the three trees and return it."""
    print(f"{'tree':<22}{'tool':<16}{'wall s':>9}{'cpu s':>9}{'MB':>8}{'x floor':>9}{'x python':>9}{'x survey':>9}")
    table = {}
    for kind, files in TREES:
        files = min(files, largest)
        costs = table[kind] = measured(made(home, kind, files), tools, rounds if files <= TREES[1][1] else 1)
        for name, cost in costs.items():
            ratios = f"{cost.seconds / costs[FLOOR].seconds:>9.1f}"
            ratios += "".join(f"{cost.seconds / costs[base].seconds:>9.2f}" for base in (READER, SURVEY))
            told = f"{cost.seconds:>9.3f}{cost.processor:>9.3f}{cost.megabytes:>8.0f}"
            print(f"{f'{kind} ({files})':<22}{name:<16}{told}{ratios}", flush=True)
    return table


def grown(home: Path, largest: int) -> list[tuple[int, Cost]]:
    """Print how time and memory grow with the monorepo and return it."""
    print(f"\n{'monorepo, files':<22}{'wall s':>9}{'cpu s':>9}{'ms/file':>9}{'MB':>8}")
    curve = []
    for files in (n for n in CURVE if n <= largest):
        cost = survey(made(home, "monorepo", files))
        curve.append((files, cost))
        each = cost.processor / files * 1000
        print(f"{files:<22}{cost.seconds:>9.2f}{cost.processor:>9.2f}{each:>9.3f}{cost.megabytes:>8.0f}", flush=True)
    return curve


def judged(table: dict[str, dict[str, Cost]], curve: list[tuple[int, Cost]]) -> None:
    """Print which bars are met: ratios within this run only, since seconds mean nothing on another machine."""
    costs = table["application"]
    bars = {}
    for base in (FLOOR, READER):
        times = costs[SURVEY].seconds / costs[base].seconds
        bars[f"application within {TIMES:.0f}x of the {base}"] = (times <= TIMES, f"{times:.1f}x")
    if RIVAL in costs:
        ratio = costs[SURVEY].seconds / costs[RIVAL].seconds
        bars["application faster than stack-analyser"] = (ratio < 1, f"{ratio:.2f}x its time")
    peak = max(cost.megabytes for _, cost in curve)
    bars[f"largest monorepo below {MOST_MB:.0f} MB"] = (peak < MOST_MB, f"{peak:.0f} MB")
    first, last = (cost.processor / files for files, cost in (curve[0], curve[-1]))
    bars[f"time per file grows at most {LINEAR}x along the curve"] = (last / first <= LINEAR, f"{last / first:.2f}x")
    print()
    for name, (met, value) in bars.items():
        print(f"{'met    ' if met else 'NOT MET'}  {name}: {value}")


def main() -> None:
    """Make the trees, run everything in turn and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="rounds per tree; the monorepo takes one")
    parser.add_argument("--largest", type=int, default=100_000, help="files of the largest monorepo, 5000 or more")
    parser.add_argument("--skip-others", action="store_true", help="measure only the floor and the survey")
    parser.add_argument("--keep", type=Path, help="make the trees in this folder, keep them and use them again")
    options = parser.parse_args()
    with ExitStack() as stack:
        private = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-survey-")))
        home = (options.keep or private / "trees").resolve()
        home.mkdir(parents=True, exist_ok=True)
        bytecode(private / "bytecode")
        tools = {} if options.skip_others else others(private)
        judged(compared(home, tools, max(options.rounds, 1), options.largest), grown(home, options.largest))


if __name__ == "__main__":
    main()
