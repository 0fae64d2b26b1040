#!/usr/bin/env bash
# Everything that is to be measured on a GPU, in stages that can be run alone, each with its own time limit and log. Results
# are written as they come; a stage that fails or runs out of time does not stop the next.
#
#   benchmarks/gpu/run.sh [options] [build] [rates] [bench] [record] [profile]      default: all of them, in this order
#
#   --device <device>  cuda (default) or cpu: a rehearsal
#   --out <folder>     where results go (default: gpu-results)
#   --tiny             sizes for a rehearsal on a CPU
#   --recipe <file>    of the record (default: recipes/cifar10/gpu-resnet18.yaml)
#   --within <time>    for the record's training (default: 8m)
#   --python <path>    a Python with PyTorch, for bench (default: python3)
#
# The data set is found as everywhere (SADDLEPOINT_DATA).
set -uo pipefail
cd "$(dirname "$0")/../.."

device=cuda out=gpu-results tiny=() recipe=recipes/cifar10/gpu-resnet18.yaml within=8m python=python3 stages=()
need() { [[ $# -ge 2 ]] || { echo "expected a value after $1" >&2; exit 2; }; }
while [[ $# -gt 0 ]]; do
  case $1 in
    --device) need "$@"; device=$2; shift 2 ;;
    --out) need "$@"; out=$2; shift 2 ;;
    --tiny) tiny=(--tiny); shift ;;
    --recipe) need "$@"; recipe=$2; shift 2 ;;
    --within) need "$@"; within=$2; shift 2 ;;
    --python) need "$@"; python=$2; shift 2 ;;
    build | rates | bench | record | profile) stages+=("$1"); shift ;;
    *) echo "expected a stage (build, rates, bench, record, profile) or an option, received $1" >&2; exit 2 ;;
  esac
done
[[ ${#stages[@]} -gt 0 ]] || stages=(build rates bench record profile)
mkdir -p "$out"
failed=()

# stage NAME SECONDS COMMAND...: its output goes to the log and, in its last lines, to the screen
stage() {
  local name=$1 limit=$2 start=$SECONDS status
  shift 2
  timeout --signal=TERM --kill-after=10 "$limit" "$@" >"$out/$name.log" 2>&1
  status=$?
  [[ $status == 0 ]] || failed+=("$name")
  case $status in
    0) echo "=== $name: done, $((SECONDS - start)) s" ;;
    124 | 137) echo "=== $name: stopped after its $limit s; what it had is in $out" ;;
    *) echo "=== $name: failed with exit code $status, $((SECONDS - start)) s; the end of $out/$name.log:"; tail -n 15 "$out/$name.log" ;;
  esac
}

# The addon, or the prebuilt one where it loads; then what must hold on a GPU.
build() {
  stage build 180 node scripts/setup.mjs
  SADDLEPOINT_TEST_DEVICE=$device stage device-tests 90 node scripts/test.mjs test/device
}

rates() {
  stage rates 100 node benchmarks/gpu/rates.mjs "$out/rates.jsonl" --device "$device" --seconds 90 "${tiny[@]}"
}

# The same step in PyTorch, on the same machine.
bench() {
  local small=()
  [[ ${#tiny[@]} == 0 ]] || small=(--batch 4 --steps 2 --width 4)
  stage bench 190 "$python" benchmarks/gpu/pytorch_step.py "$out/pytorch.jsonl" --device "$device" --seconds 170 "${small[@]}"
}

# A training by the clock and the evaluation in its recipe: everything needed to go on is in the run folder.
record() {
  local small=()
  [[ ${#tiny[@]} == 0 ]] || small=(
    --set model.options.width=4 --set training.batchSize=8 --set evaluation.examples=4 --set dataset.validation=8
    --set evaluation.autoAttack.examples=2 --set training.attackBackend=plain --set training.backend=contiguous
  )
  local seconds
  seconds=$(node -e 'import("./dist/monitoring/index.js").then((m) => console.log(Math.ceil(m.parseDuration(process.argv[1]) ?? 0)))' "$within")
  [[ $seconds -gt 0 ]] || { echo "expected a time such as 8m after --within, received $within" >&2; exit 2; }
  stage record $((seconds + 300)) node bin/saddlepoint.mjs train "$recipe" --within "$within" --device "$device" --runs "$out/runs" "${small[@]}"
}

profile() {
  stage profile 60 node benchmarks/gpu/profile.mjs "$out/profile.jsonl" --device "$device" "${tiny[@]}"
}

for name in "${stages[@]}"; do "$name"; done
echo
node benchmarks/gpu/summary.mjs "$out"
[[ ${#failed[@]} == 0 ]] || { echo "not done: ${failed[*]}"; exit 1; }
