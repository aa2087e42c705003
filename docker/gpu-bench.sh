#!/usr/bin/env bash
# usage: docker/gpu-bench.sh MODEL_DIR [REPORT_DIR]
#
# Measures a student on a GPU in one command: builds with the Maven profile gpu, runs `bench student` with several batch
# sizes and `bench mixed` with the best of them, and writes REPORT_DIR/report.md (model, batch, latency, throughput) and
# the benchmark's JSON files. Fails if the GPU is not used, so figures of a CPU are never reported as a GPU's.
#
# MODEL_DIR holds a student in fp16 with the inputs and logits of the packaged one (int64 in, float32 out). Set
# TAGWEIR_BENCH=--quick for quick figures. Nobody has run this on a GPU yet.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

fail() {
  echo "gpu-bench: $*" >&2
  exit 1
}

[ $# -ge 1 ] || fail "MODEL_DIR is missing; usage: docker/gpu-bench.sh MODEL_DIR [REPORT_DIR]"
model=$(cd "$1" 2>/dev/null && pwd) || fail "there is no directory $1"
for file in model.onnx tokenizer.json config.json; do
  [ -f "$model/$file" ] || fail "$model has no $file; see \"A student for the GPU\" in topology-docs/gpu.md"
done
command -v nvidia-smi >/dev/null || fail "no GPU can be used here: nvidia-smi is not installed"
gpu=$(nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2>&1 | head -1) || true
nvidia-smi -L 2>/dev/null | grep -q '^GPU' || fail "no GPU can be used here; nvidia-smi says: $gpu"
reports=${2:-$home/target/gpu-bench}

# Forces a build for the GPU now, and one for the CPU at the next ./tagweir after this script.
forget_build() { rm -f "$home/target/.built"; }
trap forget_build EXIT
forget_build
export TAGWEIR_MVN_OPTS="-P gpu ${TAGWEIR_MVN_OPTS:-}"
"$home/tagweir" --version >/dev/null
[ -n "$(find "$home/target/lib" -name 'onnxruntime_gpu-*.jar')" ] || fail "the build has no ONNX Runtime for GPUs"
[ -z "$(find "$home/target/lib" -name 'onnxruntime-[0-9]*.jar')" ] ||
  fail "the build has ONNX Runtime for CPUs too, and with both the CPU is used"
mkdir -p "$reports"

# bench BATCH REPORT SCENARIO...: batches of up to BATCH queries, one thread for the one session. The benchmark itself
# refuses to run on a CPU.
# shellcheck disable=SC2086
bench() {
  local batch=$1 report=$2
  shift 2
  "$home/tagweir" bench "$@" ${TAGWEIR_BENCH:-} --report "$report" \
    --set student.dir="$model" \
    --set student.device=gpu \
    --set tail.threads="${TAGWEIR_GPU_THREADS:-1}" \
    --set tail.sub.batch.queries="$batch" \
    --set tail.sub.batch.tokens=$((batch * 32)) >&2
  grep -q '"device" : "gpu"' "$report" || fail "$report has figures of a CPU"
}

# figure REPORT SCENARIO MEASURE
figure() {
  awk -F ' : ' -v scenario="\"$2\"" -v measure="\"$3\"" '
    { key = $1; sub(/^ +/, "", key) }
    key == scenario { inside = 1 }
    inside && key == measure { sub(/,$/, "", $2); printf ($2 >= 100 ? "%.0f\n" : "%.2f\n"), $2; exit }' "$1"
}

{
  echo "# A student on a GPU"
  echo
  echo "GPU: $gpu. Model: $model, $(sha256sum "$model/model.onnx" | cut -c1-12)."
  echo
  echo "| queries in a run | alone, queries/s | a run, p50 ms | p99 ms | in the application, queries/s | of it |"
  echo "|---|---|---|---|---|---|"
} >"$reports/report.md"
best=0
best_rate=0
for batch in ${TAGWEIR_GPU_BATCHES:-8 16 32 64 128 256}; do
  json="$reports/student-$batch.json"
  bench "$batch" "$json" student
  rate=$(figure "$json" student-topology records_per_s)
  echo "| $batch | $(figure "$json" student-direct records_per_s) | $(figure "$json" student-direct batch_p50_ms)" \
    "| $(figure "$json" student-direct batch_p99_ms) | $rate" \
    "| $(figure "$json" ratios 'student-topology / student-direct') |" >>"$reports/report.md"
  if awk -v a="$rate" -v b="$best_rate" 'BEGIN { exit !(a > b) }'; then
    best=$batch
    best_rate=$rate
  fi
done
bench "$best" "$reports/mixed.json" mixed
{
  echo
  echo "98 % hits, 2 % misses, runs of up to $best: $(figure "$reports/mixed.json" mixed records_per_s) queries/s;" \
    "head p99 under an overloaded tail $(figure "$reports/mixed.json" isolation-overloaded head_p99_ms) ms," \
    "idle $(figure "$reports/mixed.json" isolation-idle head_p99_ms) ms."
} >>"$reports/report.md"
echo "$reports/report.md"
