#!/bin/sh
# Builds what PyG's own sampler needs, to measure against it: tests/benchmarks/sampling_peer.sh FOLDER
# The environment in FOLDER sees all of .venv and adds torch-scatter and torch-sparse, compiled
# from source, which takes 20 minutes or more of one core. Then, from the checkout:
#     FOLDER/bin/python -m tests.benchmarks.sampling
set -eu
: "${1:?give the folder to build the environment in}"
packages=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
.venv/bin/python -m venv "$1"
echo "$packages" > "$("$1/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/shared.pth"
# torch-sparse's setup.py is older than what setuptools and pip do today
"$1/bin/python" -m pip install wheel 'setuptools<81'
MAX_JOBS="${MAX_JOBS:-1}" nice -n 15 "$1/bin/python" -m pip install \
	--no-build-isolation --no-deps torch-scatter torch-sparse
