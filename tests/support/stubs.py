"""Put small programs in the place of real ones for the scripts of a plan: each stub is a bash script in a folder at the head of PATH."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


class Bench:
    """Be a scratch host: `deploy/` with the scripts of a plan, `bin/` with stubs that stand in for programs."""

    def __init__(self, place: Path, files: dict[str, bytes], case: str = "") -> None:
        self.place, self.deploy, self.bin = place, place / "deploy", place / "bin"
        self.bin.mkdir(parents=True)
        for path, content in files.items():
            if path.startswith("artifacts/"):
                target = self.deploy / path.removeprefix("artifacts/")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
        for folder in ("tls", "state", "acme"):
            (self.deploy / folder).mkdir(exist_ok=True)

    def stub(self, name: str, body: str) -> None:
        """Let `name` run this bash text."""
        path = self.bin / name
        path.write_text(f"#!/usr/bin/env bash\n{body}\n")
        path.chmod(0o755)

    def run(self, script: str, *arguments: str, timeout: float = 60, **env: str) -> subprocess.CompletedProcess[str]:
        """Run one of the plan's scripts from the repository's root with nothing of the caller's environment but PATH."""
        return subprocess.run(
            ["bash", str(self.deploy / script), *arguments],
            cwd=self.place,
            env=self.environment(**env),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def environment(self, **env: str) -> dict[str, str]:
        return {"PATH": f"{self.bin}:{os.environ['PATH']}", "HOME": str(self.place), "LC_ALL": "C.UTF-8", **env}
