"""Start nnlab for a class: ``python -m nnlab.classroom``.

The page listens to the whole local network, and is told every name under which the class may open it.
"""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from nnlab.classroom.addresses import Host, hosts
from nnlab.classroom.invitation import ADDRESS, KEY, qr_text

APP = Path(__file__).parents[2] / "app.py"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print address, QR code and key, and serve until interrupted; return the exit code."""
    options = _options(arguments)
    found = hosts()
    if not found:
        print("This computer has no network. Join the network of the class, then start again.", file=sys.stderr)
        return 1
    address = f"http://{found[0].name}:{options.port}"
    key = os.environ.get(KEY) or secrets.token_urlsafe(9)
    print(announcement(found, options.port, key), flush=True)
    environment = {**os.environ, ADDRESS: address, KEY: key}
    try:
        return subprocess.run(command(found, options.port), env=environment, check=False).returncode
    except KeyboardInterrupt:
        return 0


def announcement(found: Sequence[Host], port: int, key: str) -> str:
    """Return what the teacher reads in the terminal, in both languages."""
    address, *others = (f"http://{host.name}:{port}" for host in found)
    lines = [
        "",
        f"  The class opens · 학생들이 여는 주소:  {address}",
        *(f"  or · 또는                            {other}" for other in others),
        "",
        qr_text(address),
        f"  For the projector · 프로젝터 화면:      {address}/class",
        f"  For you alone · 교사용:                http://localhost:{port}/status?key={key}",
        "",
        "  Everyone in this network can open the page. Ctrl+C ends it.",
        "  이 네트워크의 누구나 열 수 있습니다. Ctrl+C로 끝냅니다.",
        "",
    ]
    return "\n".join(lines)


def command(found: Sequence[Host], port: int) -> list[str]:
    """Return the command that serves the page under all these names."""
    origins = [f"--server.corsAllowedOrigins=http://{host.name}:{port}" for host in found]
    # No page elsewhere can pass itself off as this one by a name of its own for this address.
    named = [f"--server.allowedHosts={name}" for name in ("localhost", "127.0.0.1", *(host.name for host in found))]
    return [
        *(sys.executable, "-m", "streamlit", "run", str(APP)),
        *("--server.address=0.0.0.0", f"--server.port={port}", f"--browser.serverAddress={found[0].name}"),
        *("--server.headless=true", *origins, *named),
    ]


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m nnlab.classroom", description=__doc__)
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8501")), help="default: %(default)s")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
