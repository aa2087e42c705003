#!/usr/bin/env bash
# usage: docker/try-image.sh
#
# Builds the image and runs it as a user would, on a Debian system without a container daemon or an image registry.
# Against `./tagweir local`: a query is answered, the health check passes, the collector, heap and thread priorities are
# those of jvm.options, and SIGTERM ends the container with exit code 0. The image has no broker: `demo` says so.
#
# Needs root and the Debian packages named below. The Dockerfile's base images are replaced by one made of this system's
# own packages (JDK, Maven, shell), so this tries the Dockerfile, not those images. Leaves nothing behind.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
memory_mib=1024

fail() {
  echo "try-image: $*" >&2
  exit 1
}
# Exit code 77: the image can't be tried on this system.
skip() {
  echo "try-image: skipped: $*" >&2
  exit 77
}

[ "$(id -u)" = 0 ] || skip "building without a daemon needs root"
command -v dpkg-query >/dev/null || skip "the base image is made of Debian packages, and this is not a Debian system"
missing=()
for package in buildah podman runc openjdk-17-jdk-headless maven; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} = 0 ] || skip "these are missing: apt-get install --no-install-recommends ${missing[*]}"

work=$(mktemp -d)
store=(--root "$work/storage" --runroot "$work/run" --storage-driver vfs)
container=
cluster=
clean_up() {
  [ -z "$container" ] || podman "${store[@]}" rm -f -t 0 "$container" >/dev/null 2>&1 || true
  [ -z "$cluster" ] || { kill "$cluster" && wait "$cluster"; } 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT

# Build first: the waits below are too short for a build.
"$home/tagweir" --version >/dev/null

# One base for both stages: the packages and their dependencies, without manuals, and the files their installation made.
echo "try-image: base images from this system's packages" >&2
apt-cache depends --recurse --installed --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces \
  --no-enhances base-files base-passwd bash coreutils dash findutils grep libc-bin login maven openjdk-17-jdk-headless passwd sed |
  grep '^[a-z]' | sort -u | { xargs dpkg-query -W -f '${db:Status-Status} ${binary:Package}\n' 2>/dev/null || true; } |
  sed -n 's/^installed //p' | xargs dpkg -L |
  grep -vE '^/(\.|usr/share/(doc|man|locale|lintian)(/.*)?)$|/jmods/' >"$work/files"
printf '%s\n' /bin /sbin /lib /lib64 /etc/passwd /etc/group /etc/shadow /etc/gshadow /etc/ld.so.cache \
  /etc/nsswitch.conf /etc/alternatives /etc/ssl/certs /bin/sh /usr/bin/java /usr/bin/mvn >>"$work/files"
base=$(buildah "${store[@]}" from scratch)
root=$(buildah "${store[@]}" mount "$base")
mkdir -p "$root"/usr/{bin,sbin,lib,lib64,lib32,libx32} "$root"/{tmp,root,proc,sys,dev}
chmod 1777 "$root/tmp"
# A file that a package lists may have been removed since.
sort -u "$work/files" | while read -r file; do [ ! -e "$file" ] && [ ! -L "$file" ] || echo "$file"; done |
  tar -C / --no-recursion -cf - -T - 2>/dev/null | tar -C "$root" -xf -
tar -C / -cf - etc/alternatives etc/ssl/certs 2>/dev/null | tar -C "$root" -xf -
buildah "${store[@]}" config --env PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin "$base"
for image in $(sed -n 's/^FROM \([^ ]*\).*/\1/p' "$home/docker/Dockerfile"); do
  buildah "${store[@]}" commit --quiet "$base" "$image" >/dev/null
done
said=$(buildah "${store[@]}" run --isolation chroot "$base" true 2>&1) || skip "buildah cannot run a command: $said"
buildah "${store[@]}" rm "$base" >/dev/null

# No ulimits, which this root may not be allowed to set, and no health-check timers, which need systemd.
printf '[containers]\ndefault_ulimits = []\n' >"$work/containers.conf"
export CONTAINERS_CONF="$work/containers.conf"
run=(podman "${store[@]}" --runtime runc --cgroup-manager cgroupfs run --network host --pull never --ulimit host
  --no-healthcheck --memory "${memory_mib}m")
said=$("${run[@]}" --rm "$image" true 2>&1) || skip "podman cannot run a container: $said"

# Maven reuses this user's local repository.
echo "try-image: building the image" >&2
mkdir -p "$HOME/.m2"
(cd "$home" && buildah "${store[@]}" bud --quiet --isolation chroot --network host --pull-never --format docker \
  --volume "$HOME/.m2:/root/.m2" --ignorefile docker/Dockerfile.dockerignore -f docker/Dockerfile -t tagweir .) >/dev/null

said=$("${run[@]}" --rm tagweir demo --once 2>&1) && fail "demo runs in the image"
[[ $said == "tagweir: demo starts a Kafka broker, and this installation has none"* ]] || fail "demo is not refused: $said"
[ -z "$("${run[@]}" --rm --entrypoint find tagweir / -name 'scala-*.jar' -o -name 'kafka-server*.jar')" ] ||
  fail "the image has jars of the broker"
flags=$("${run[@]}" --rm -e TAGWEIR_JAVA_OPTS=-XX:+PrintFlagsFinal tagweir --version)
grep -qE ' UseG1GC += true ' <<<"$flags" || fail "the collector in the container is not G1"
grep -qE " MaxHeapSize += $((memory_mib * 1024 * 1024 / 2)) " <<<"$flags" ||
  fail "the heap is not half of the container's $memory_mib MiB: $(grep ' MaxHeapSize ' <<<"$flags")"

echo "try-image: running it against ./tagweir local" >&2
"$home/tagweir" local >"$work/local" 2>"$work/local.err" &
cluster=$!
await() {
  local what=$1 seconds=$2
  shift 2
  for ((i = 0; i < seconds * 4; i++)); do
    "$@" && return
    sleep 0.25
  done
  cat "$work/local.err" >&2
  [ -z "$container" ] || podman "${store[@]}" logs "$container" >&2
  fail "$what did not happen within $seconds s"
}
await "the start of the broker and the registry" 120 grep -q '^ready' "$work/local"
bootstrap=$(sed -n 's/^ready: broker \([^,]*\), .*/\1/p' "$work/local")
registry=$(sed -n 's/^ready: .*schema registry \(http[^ ]*\).*/\1/p' "$work/local")
container=$("${run[@]}" --detach -e TAGWEIR_BOOTSTRAP_SERVERS="$bootstrap" \
  -e TAGWEIR_SCHEMA_REGISTRY_URL="$registry" tagweir run --create-topics)
ready() { podman "${store[@]}" logs "$container" 2>/dev/null | grep -q '^ready'; }
await "the start of the container" 180 ready

answer=$("$home/tagweir" query --bootstrap-server "$bootstrap" --registry "$registry" --timeout-ms 60000 \
  "red waterproof running shoes")
grep -q '"source":"STUDENT"' <<<"$answer" || fail "the answer is not from the student: $answer"
readarray -t check < <(podman "${store[@]}" image inspect --format '{{range .HealthCheck.Test}}{{println .}}{{end}}' tagweir)
[ "${check[0]}" = CMD ] || fail "the image has no health check"
podman "${store[@]}" exec "$container" "${check[@]:1:3}" || fail "the health check fails"
pid=$(podman "${store[@]}" inspect --format '{{.State.Pid}}' "$container")
nice=$(cut -d ' ' -f 19 <<<"$(sed 's/([^)]*)/()/' /proc/"$pid"/task/*/stat)" | sort -n | uniq)
[ "$(tr '\n' ' ' <<<"$nice")" = "0 10 " ] || fail "the threads' nice values are not 0 and 10 but: $(tr '\n' ' ' <<<"$nice")"
peak=$(awk '$1 == "VmHWM:" { print int($2 / 1024) }' "/proc/$pid/status")

podman "${store[@]}" stop -t 45 "$container" >/dev/null
code=$(podman "${store[@]}" inspect --format '{{.State.ExitCode}}' "$container")
if [ "$code" != 0 ]; then
  podman "${store[@]}" logs "$container" >&2
  fail "exit code $code after SIGTERM, not 0"
fi
echo "try-image: built, ran, answered, stopped with exit code 0; at most $peak MiB resident of $memory_mib"
