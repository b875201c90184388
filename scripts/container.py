"""Try the steps of the Containerfile without a container engine: ``python scripts/container.py``.

Copies what it copies into an empty folder, installs what it installs into an empty environment, starts what
it starts (on this computer alone), and waits for the answer that its health check waits for.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
ANSWER_SECONDS = 120.0


def steps(text: str) -> list[tuple[str, list[str]]]:
    r"""Return the instructions of a Containerfile, each with its words.

    Examples
    --------
    >>> steps("FROM x\nCMD [\"python\", \"app.py\"]")
    [('FROM', ['x']), ('CMD', ['python', 'app.py'])]
    """
    found = []
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip() and not line.startswith("#"):
            name, _, rest = line.partition(" ")
            rest = rest.removeprefix("CMD ") if name == "HEALTHCHECK" else rest
            found.append((name, json.loads(rest) if rest.startswith("[") else shlex.split(rest)))
    return found


def copied(instructions: list[tuple[str, list[str]]]) -> dict[str, str]:
    """Return what is copied to where, both relative to the working folder."""
    pairs: dict[str, str] = {}
    for name, words in instructions:
        if name == "COPY":
            *sources, target = words
            pairs |= {source: (source if target == "./" else target) for source in sources}
    return pairs


def assemble(instructions: list[tuple[str, list[str]]], folder: Path) -> None:
    """Copy what the Containerfile copies."""
    for source, target in copied(instructions).items():
        path = ROOT / source
        if path.is_dir():
            shutil.copytree(path, folder / target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, folder / target)


def run(instructions: list[tuple[str, list[str]]], folder: Path) -> None:
    """Install and start as the Containerfile does, and wait until the page answers."""
    environment = folder / ".environment"
    venv.create(environment, with_pip=True)
    programs = environment / ("Scripts" if os.name == "nt" else "bin")
    port = _free_port()
    for name, words in instructions:
        if name == "RUN":
            program, *arguments = words
            subprocess.run([str(programs / program), *arguments], cwd=folder, check=True)
        elif name == "CMD":
            program, *arguments = [word for word in words if not word.startswith("--server.address")]
            here = ["--server.address=127.0.0.1", f"--server.port={port}"]
            server = subprocess.Popen([str(programs / program), *arguments, *here], cwd=folder)
            try:
                _wait(f"http://127.0.0.1:{port}/_stcore/health", server)
            finally:
                server.terminate()
                server.wait()


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=3):
                print(f"{address} answers")
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
    sys.exit(f"{address} does not answer")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main() -> None:
    """Try everything in a temporary folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="an empty folder to work in, kept afterwards")
    keep = parser.parse_args().keep
    instructions = steps((ROOT / "Containerfile").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as temporary:
        folder = keep or Path(temporary) / "nnlab"
        folder.mkdir(parents=True, exist_ok=True)
        assemble(instructions, folder)
        run(instructions, folder)


if __name__ == "__main__":
    main()
