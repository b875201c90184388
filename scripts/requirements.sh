#!/bin/sh
# Write requirements.txt (what the app needs) and requirements-test.txt (with what the tests need)
# from pyproject.toml: one set of versions for Python 3.11 to 3.13 on Linux, macOS and Windows.
# Versions already in the files are kept; `scripts/requirements.sh --upgrade` takes newer ones.
set -eu
cd "$(dirname "$0")/.."

compile() {
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 \
        --custom-compile-command "make requirements" "$@" pyproject.toml
}

compile --output-file requirements.txt "$@"
compile --output-file requirements-test.txt --extra test --constraints requirements.txt "$@"

# Streamlit finds a component's files only in an installed distribution. No hashes: pip refuses them beside -e.
echo "-e ." >> requirements.txt
echo "-e ." >> requirements-test.txt
