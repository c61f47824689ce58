#!/bin/sh
# Lays the virtual environment and installs locked packages: setup.sh VENV run|test
# A stamp file per set keeps it from being done twice; delete the stamp or run `make clean` to do it again.
set -eu
venv=$1
set_=$2

find_python() {
  for candidate in ${PYTHON:-} python3 python3.11 python3.12 python3.13 python3.14; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
      echo "$candidate"
      return
    fi
  done
  echo "sekimori needs Python 3.11 or newer; none was found (python3 is: $(python3 --version 2>&1 || echo missing))." >&2
  echo "Install it, or name one: make setup PYTHON=/path/to/python3.11" >&2
  exit 1
}

if [ ! -x "$venv/bin/python" ]; then
  python=$(find_python)
  if ! "$python" -m venv "$venv"; then
    echo "$python could not lay a virtual environment; on Debian and Ubuntu: apt install python3-venv" >&2
    rm -rf "$venv"
    exit 1
  fi
fi

pip() {
  "$venv/bin/python" -m pip --disable-pip-version-check --quiet "$@"
}

case $set_ in
  run)
    pip install --require-hashes -r requirements/build.txt -r requirements/run.txt
    pip install --no-deps --no-build-isolation -e .
    ;;
  test) pip install --require-hashes -r requirements/test.txt ;;
  *) echo "usage: setup.sh VENV run|test" >&2; exit 2 ;;
esac
touch "$venv/.$set_"
