"""Kill `deploybook plan` and `resume` at random moments, through the real command line, and report what was lost or done twice.

    python tests/benchmarks/kill9.py --kills 50 [--repo examples/notes-api] [--seed 1] [--most 4]

Each run is killed one to `--most` times and then resumed to its end. A run counts as right when it ends with the exit code and the files
of an undisturbed run (its own id aside). A planner is redone when it ended twice in one round. Planners are slowed down, so that kills hit
the fan-out; everything else is the installed program as it is.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
LAUNCHER = """
import dataclasses, os, random, sys, time
import deploybook.graph.crew as crew
real, log, most = crew.real_crew, os.environ["KILL9_LOG"], float(os.environ["KILL9_DELAY"])
def note(*words):
    handle = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(handle, (" ".join(map(str, words)) + "\\n").encode())
    os.close(handle)
def slowed(settings):
    made = real(settings)
    def analyse(*given):
        note("start", "analyst", 0)
        found = made.analyse(*given)
        note("end", "analyst", 0)
        return found
    def plan(section, *given):
        number = next(g for g in given if isinstance(g, int))
        note("start", section, number)
        time.sleep(random.Random(section).uniform(0.05, most))
        draft = made.plan(section, *given)
        note("end", section, number)
        return draft
    return dataclasses.replace(made, analyse=analyse, plan=plan)
crew.real_crew = slowed
from deploybook.faces.cli import main
sys.argv[0] = "deploybook"
sys.exit(main())
"""


@dataclass
class Tally:
    """Count what came of the kills."""

    runs: int = 0
    kills: int = 0
    missed: int = 0  # the process had ended before the signal
    before_ledger: int = 0  # killed before the run was known: planned anew
    redone: int = 0
    redone_analyses: int = 0
    restarted: int = 0  # was under way when killed, so started again
    wrong: list[str] = field(default_factory=list)


@dataclass
class Bench:
    """Hold one folder of the benchmark."""

    folder: Path
    repo: Path
    delay: float

    def command(self, *words: str) -> subprocess.Popen[bytes]:
        env = os.environ | {
            "DEPLOYBOOK_HOME": str(self.folder / "home"),
            "KILL9_LOG": str(self.log),
            "KILL9_DELAY": str(self.delay),
            "SOURCE_DATE_EPOCH": "1700000000",
            "NO_COLOR": "1",
        }
        with (self.folder / "talk").open("ab") as talk:
            return subprocess.Popen([sys.executable, "-P", "-c", LAUNCHER, *words], env=env, stdout=talk, stderr=talk, cwd=self.folder)

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def plan(self) -> subprocess.Popen[bytes]:
        return self.command("plan", str(self.repo), "--no-input", "--out", str(self.out))

    def resume(self, run: str) -> subprocess.Popen[bytes]:
        return self.command("resume", run, "--no-input")

    def run_id(self) -> str | None:
        """Return the id of the folder's only run, read from its ledger as `deploybook runs` reads it."""
        from deploybook.graph.listing import runs

        found = runs(self.folder / "home")
        return found[0].id if found else None

    def files(self, run_id: str) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.out)): path.read_bytes().replace(run_id.encode(), b"RUN")
            for path in sorted(self.out.rglob("*"))
            if path.is_file()
        }

    def counts(self, word: str) -> Counter[str]:
        lines = self.log.read_text("utf-8").splitlines() if self.log.exists() else []
        return Counter(line.split(" ", 1)[1] for line in lines if line.startswith(f"{word} "))


def undisturbed(bench: Bench) -> tuple[int, dict[str, bytes], float]:
    """Return exit code, files and seconds of a run that nobody kills."""
    began = time.monotonic()
    code = bench.plan().wait()
    run_id = bench.run_id()
    assert run_id is not None, (bench.folder / "talk").read_text("utf-8")
    return code, bench.files(run_id), time.monotonic() - began


def disturbed(bench: Bench, kills: int, span: float, chance: random.Random, tally: Tally) -> tuple[int, dict[str, bytes]]:
    """Kill a run so many times at random moments within `span` seconds, then let it end; return exit code and files."""
    child = bench.plan()
    for _ in range(kills):
        time.sleep(chance.uniform(0.3, span))
        if child.poll() is None:
            tally.kills += 1
        else:
            tally.missed += 1
        child.send_signal(signal.SIGKILL)
        child.wait()
        child = _again(bench, tally)
    code = child.wait()
    run_id = bench.run_id()
    return code, bench.files(run_id or "")


def _again(bench: Bench, tally: Tally) -> subprocess.Popen[bytes]:
    run_id = bench.run_id()
    if run_id is None:
        tally.before_ledger += 1
        return bench.plan()
    return bench.resume(run_id)


def judge(bench: Bench, got: tuple[int, dict[str, bytes]], want: tuple[int, dict[str, bytes]], tally: Tally) -> None:
    """Add what one run came to."""
    ends, starts = bench.counts("end"), bench.counts("start")
    tally.runs += 1
    tally.redone += sum(count - 1 for name, count in ends.items() if not name.startswith("analyst"))
    tally.redone_analyses += max(0, ends["analyst 0"] - 1)
    tally.restarted += sum(starts[name] - ends[name] for name in starts)
    if got[0] != want[0]:
        tally.wrong.append(f"{bench.folder.name}: exit code {got[0]} instead of {want[0]}")
    elif got[1] != want[1]:
        odd = sorted({name for name in got[1].keys() | want[1].keys() if got[1].get(name) != want[1].get(name)})
        tally.wrong.append(f"{bench.folder.name}: other files: {', '.join(odd)}")


def main() -> int:
    """Run the benchmark and print its figures as JSON."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kills", type=int, default=50)
    options.add_argument("--repo", type=Path, default=ROOT / "examples" / "notes-api")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--most", type=int, default=4, help="kills per run at most")
    options.add_argument("--delay", type=float, default=1.5, help="seconds that a planner is slowed down at most")
    given = options.parse_args()
    chance, tally = random.Random(given.seed), Tally()
    with tempfile.TemporaryDirectory(prefix="kill9-") as place:
        first = Bench(Path(place) / "undisturbed", given.repo.resolve(), given.delay)
        first.folder.mkdir()
        code, files, span = undisturbed(first)
        if code:
            talk = (first.folder / "talk").read_text("utf-8")
            sys.exit(f"the undisturbed run ends with {code}: there is nothing to compare with\n{talk}")
        while tally.kills < given.kills:
            bench = Bench(Path(place) / f"run-{tally.runs}", given.repo.resolve(), given.delay)
            bench.folder.mkdir()
            got = disturbed(bench, min(chance.randint(1, given.most), given.kills - tally.kills), span, chance, tally)
            judge(bench, got, (code, files), tally)
            print(f"{tally.kills} kills, {tally.runs} runs, {len(tally.wrong)} wrong, {tally.redone} redone", file=sys.stderr, flush=True)
    print(json.dumps({"undisturbed_exit": code, "undisturbed_seconds": round(span, 1), "files": len(files)} | vars(tally), indent=2))
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
