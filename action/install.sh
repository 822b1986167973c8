#!/usr/bin/env bash
# Installs the pinned package into a folder of the job's own, wheels only: no code of a package runs to install it.
# Dependencies are held to the hashes in requirements.txt.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
target="$RUNNER_TEMP/fp-action"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "::error title=fp::this action needs Python 3.11 or newer: put actions/setup-python before it"
  exit 2
}
if command -v uv >/dev/null 2>&1; then
  uv venv --quiet --allow-existing "$target"
  uv pip install --quiet --python "$target/bin/python" --only-binary :all: --require-hashes -r "$here/requirements.txt"
  uv pip install --quiet --python "$target/bin/python" --only-binary :all: --no-deps -- "$FP_PACKAGE"
else
  python3 -m venv "$target"
  pip=("$target/bin/python" -I -m pip install --quiet --disable-pip-version-check --only-binary :all:)
  "${pip[@]}" --require-hashes -r "$here/requirements.txt"
  "${pip[@]}" --no-deps -- "$FP_PACKAGE"
fi
