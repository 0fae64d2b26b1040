#!/bin/sh
# Saddlepoint from a bundle: the Node beside this file runs it, and nothing asks for a network.
set -eu

refuse() {
  printf 'saddlepoint: %s\n' "$1" >&2
  exit 4
}

machine="$(uname -s) on $(uname -m)"
[ "$machine" = 'Linux on x86_64' ] ||
  refuse "this bundle is for Linux on x86_64, and this machine is $machine; use a clone of the project there."

bundle=$(dirname -- "$(readlink -f -- "$0")")
node=$bundle/node/node
export PATH="$bundle/node:$PATH"

# The data sets of the bundle are unpacked here; whoever has his own folder names it.
[ ! -d "$bundle/data" ] || export SADDLEPOINT_DATA="${SADDLEPOINT_DATA:-$bundle/data}"

set_up() {
  trouble=$("$node" --version 2>&1) ||
    refuse "the Node of this bundle does not start here: $trouble. It needs glibc 2.28 and a libstdc++, and a file system that lets programs run."
  "$node" "$bundle/scripts/setup.mjs" "$@"
}

case ${1-} in
setup)
  shift
  set_up "$@"
  ;;
test-device)
  shift
  set_up
  exec "$node" "$bundle/scripts/test.mjs" test/device "$@"
  ;;
with-node)
  shift
  [ $# -gt 0 ] || refuse 'with-node needs a command, e.g. ./saddlepoint with-node benchmarks/gpu/run.sh rates'
  exec "$@"
  ;;
'' | help | --help | -h)
  cat <<'TEXT'
In a bundle, beside Saddlepoint's own commands below:
  saddlepoint setup [--libtorch <folder>]   find the LibTorch of python3's torch and build for it; once
  saddlepoint test-device                   what must hold on a GPU; SADDLEPOINT_TEST_DEVICE=cpu where there is none
  saddlepoint with-node <command>           a command that finds the bundle's Node as `node`

TEXT
  exec "$node" "$bundle/bin/saddlepoint.mjs" --help
  ;;
*)
  exec "$node" "$bundle/bin/saddlepoint.mjs" "$@"
  ;;
esac
