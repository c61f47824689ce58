#!/bin/sh
# Renews requirements/*.txt and benchmarks/peers/*.txt: versions and hashes, no download addresses, all platforms.
# uv comes into an environment of its own; nothing else of the project needs it.
set -eu
tool=build/lock
[ -x "$tool/bin/uv" ] || { "${PYTHON:-python3}" -m venv "$tool" && "$tool/bin/python" -m pip install --quiet uv; }
compile() {
  output=$1; shift
  "$tool/bin/uv" pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 \
    --no-header --no-emit-index-url --output-file "$output" "$@"
}
compile requirements/build.txt requirements/build.in
compile requirements/test.txt pyproject.toml --extra test
# What runs is what was tested: the test set's versions constrain the run set.
compile requirements/run.txt pyproject.toml --constraint requirements/test.txt
for source in benchmarks/peers/*.in; do
  compile "${source%.in}.txt" "$source"
done
