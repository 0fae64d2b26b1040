#!/usr/bin/env bash
# Proves a bundle as on a machine of its own: unpacks it into a new folder and, in a network namespace without any
# network and with neither node nor npm on PATH, sets it up for the torch of a virtual environment, asks the doctor, runs
# the device tests and a short training. Every step says how long it took.
#
#   scripts/development/prove-bundle.sh <archive> <virtual environment with torch> [<folder of the pieces>]
#
# PROVE_DEVICE (default cpu) is where tests and training run; PROVE_TRAINING says what is trained (a recipe and options).
set -euo pipefail

if [[ ${1-} != --inside ]]; then
  [[ $# -ge 2 ]] || { sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2; }
  place=$(mktemp -d)
  trap 'rm -rf "$place"' EXIT
  mkdir "$place/programs"
  for program in /usr/bin/* /bin/*; do
    case ${program##*/} in node | nodejs | npm | npx | corepack) ;; *) ln -sf "$program" "$place/programs/" ;; esac
  done
  tar -xf "$1" -C "$place"
  bundle=$(echo "$place"/saddlepoint-*)
  [[ -z ${3-} ]] || cp -r "$3/." "$bundle/data/pieces/"
  ls -l "$1"
  # Of the environment nothing comes along: HOME is empty, so is every cache.
  unshare -n env -i HOME="$place" PATH="$(realpath "$2")/bin:$place/programs" OMP_WAIT_POLICY=PASSIVE \
    PROVE_DEVICE="${PROVE_DEVICE:-cpu}" PROVE_TRAINING="${PROVE_TRAINING:-recipes/cifar10/cpu.yaml --steps 100}" \
    bash "$bundle/scripts/development/prove-bundle.sh" --inside "$bundle"
  exit
fi

step() {
  local start=$SECONDS
  echo "=== $*"
  "$@" || { echo "=== FAILED ($((SECONDS - start)) s): $*"; exit 1; }
  echo "=== ok ($((SECONDS - start)) s): $*"
}
cd "$2"
command -v node npm && { echo 'node or npm is on PATH'; exit 1; }
[[ $(grep -c : /proc/net/dev) == 1 ]] || { echo 'there is a network beside the loopback device'; exit 1; }
step ./saddlepoint setup
step ./saddlepoint setup
# The doctor complains, with 1, about a machine that is slow today: what counts here is that it measures.
step sh -c './saddlepoint doctor || [ $? = 1 ]'
step env SADDLEPOINT_TEST_DEVICE="$PROVE_DEVICE" ./saddlepoint test-device
read -r -a training <<<"$PROVE_TRAINING"
step ./saddlepoint train "${training[@]}" --device "$PROVE_DEVICE"
