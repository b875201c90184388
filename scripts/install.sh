#!/bin/sh
# Install pinned requirements into .venv, which is made where it is missing, spoilt or of the wrong Python.
# Usage: scripts/install.sh requirements.txt
set -eu
cd "$(dirname "$0")/.."
unfinished=.venv/.unfinished

fits() {
    "$1" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

find_python() {
    for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3 python}; do
        if fits "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    echo "nnlab needs Python 3.11, 3.12 or 3.13 with its venv module; install one (Debian, Ubuntu:" \
        "python3 python3-venv) or name it: make run PYTHON=/path/to/python3" >&2
    return 1
}

# pip takes a half-copied package for an installed one, so what was interrupted starts anew.
if [ -e "$unfinished" ] || ! fits .venv/bin/python; then
    python=$(find_python)
    rm -rf .venv
    mkdir .venv
    touch "$unfinished"
    "$python" -m venv .venv
fi
touch "$unfinished"
echo "Installing $1 into .venv (the first time takes some minutes)" >&2
.venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement "$1"
rm "$unfinished"
