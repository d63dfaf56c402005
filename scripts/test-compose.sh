#!/usr/bin/env bash
# scripts/test-compose.sh [json]   builds the images from one base that is made of Debian's packages, starts docker-compose.yml
# as a project of its own, and tests it as its users have it. Needs root. Where there is no Docker engine it installs Debian's
# and runs it for as long as the test takes. With json, standard output has the events of `go test -json` and nothing else.
#
#   RINGDESK_STALE_MIRROR     1: take packages from a mirror whose Release file has expired
#   RINGDESK_DOCKERD_OPTIONS  for the engine that is started, such as --storage-driver=vfs
#
# Ends with 3, and says why on its last line, where no engine can be had.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly base=debian:forky-slim
readonly services=(render asterisk edge turn postgres) # those whose images are built; ringdesk has render's
work=$(mktemp -d)
engine=
made=() # files to be removed again
finish() {
  rm -f "${made[@]}"
  if [[ -n $engine ]] && kill "$engine" 2>/dev/null; then wait "$engine" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap finish EXIT

go_test=(go test -v)
if [[ ${1:-} == json ]]; then go_test=(go test -json); fi

say() { printf '%s\n' "$*" >&2; }
not_run() { say "NOT RUN with Docker: $*"; exit 3; }

# unexpired LOG COMMAND [OPTION…] runs a command, and once more with the option behind it when all that was wrong is a mirror whose
# Release file has expired; its signature is checked all the same.
unexpired() {
  local log=$1 option=$2
  shift 2
  if [[ ${RINGDESK_STALE_MIRROR:-} != 1 ]]; then
    "$@" >"$log" 2>&1 </dev/null && return
    grep -qE 'Release file .* (is|has) expired' "$log" || return 1
  fi
  "$@" "$option" >"$log" 2>&1 </dev/null
}

# plugins puts Compose and buildx, which Debian 12 lacks, into a folder of this test's: unpacked, not installed.
plugins() {
  local lists=$work/lists
  mkdir -p "$lists/partial" "$work/debs" "$work/config/cli-plugins"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main" >"$work/sources.list"
  local apt=(apt-get -o APT::Sandbox::User=root -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$lists")
  unexpired "$work/apt.log" '-oAcquire::Check-Valid-Until=false' "${apt[@]}" update &&
    (cd "$work/debs" && "${apt[@]}" download docker-compose/trixie docker-buildx/trixie) >>"$work/apt.log" 2>&1 || return 1
  for deb in "$work"/debs/*.deb; do dpkg -x "$deb" "$work/debs/all"; done
  find "$work/debs/all" -path '*cli-plugins/*' -type f -exec cp {} "$work/config/cli-plugins/" \;
  export DOCKER_CONFIG=$work/config
}

# start_engine runs Debian's Docker engine until the test ends.
start_engine() {
  scripts/install-tools.sh docker >"$work/install.log" 2>&1 || not_run "Debian's docker.io cannot be installed: $(tail -n 1 "$work/install.log")"
  local options
  read -ra options <<<"${RINGDESK_DOCKERD_OPTIONS:-}"
  dockerd "${options[@]}" >"$work/dockerd.log" 2>&1 &
  engine=$!
  for _ in {1..120}; do
    if docker info >/dev/null 2>&1; then return; fi
    kill -0 "$engine" 2>/dev/null || not_run "dockerd ends at once: $(tail -n 1 "$work/dockerd.log")"
    sleep 0.5
  done
  not_run "the engine does not answer: $(tail -n 1 "$work/dockerd.log")"
}

[[ $(id -u) == 0 ]] || not_run "only root may start an engine and kill a container's process"
docker info >/dev/null 2>&1 || start_engine
docker compose version >/dev/null 2>&1 || plugins || not_run "there is no Compose 2.20: $(tail -n 1 "$work/apt.log")"

if ! docker image inspect "$base" >/dev/null 2>&1; then
  say "Making $base of Debian's packages …"
  scripts/install-tools.sh engine >"$work/install.log" 2>&1 || not_run "mmdebstrap cannot be installed: $(tail -n 1 "$work/install.log")"
  unexpired "$work/base.log" '--aptopt=Acquire::Check-Valid-Until "false"' mmdebstrap --variant=minbase forky "$work/base.tar" ||
    { tail -n 20 "$work/base.log" >&2; exit 1; }
  docker import "$work/base.tar" "$base" >/dev/null
  rm "$work/base.tar"
fi

# make_file FILE SOURCE copies a file for as long as this test takes, where there is none of that name.
make_file() {
  [[ ! -e $1 ]] || return 0
  cp "$2" "$1"
  made+=("$1")
}

# A network that inspects TLS: its authorities, which this machine trusts, are trusted by the build, too.
for cert in /usr/local/share/ca-certificates/*.crt; do
  if [[ -e $cert ]]; then make_file "docker/ca-certificates/$(basename "$cert")" "$cert"; fi
done
# Secrets as they lie about beside the sources; none may get into an image.
RINGDESK_PLANTED=planted-$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
export RINGDESK_PLANTED
printf 'PASSWORD=%s\nVITE_PASSWORD=%s\n' "$RINGDESK_PLANTED" "$RINGDESK_PLANTED" >"$work/planted"
for place in docker/tls/key.pem web/.env.local ringdesk.yaml planted.env; do make_file "$place" "$work/planted"; done

say "Building the images …"
export COMPOSE_PROFILES=turn,postgres
SECONDS=0
builds=()
for service in "${services[@]}"; do # at once: Compose itself would build one after the other what depends on it
  docker compose --progress plain build "$service" >"$work/build-$service.log" 2>&1 </dev/null &
  builds+=($!)
done
for i in "${!services[@]}"; do
  wait "${builds[i]}" || { tail -n 60 "$work/build-${services[i]}.log" >&2; exit 1; }
done
docker compose build >"$work/build.log" 2>&1 </dev/null || { tail -n 60 "$work/build.log" >&2; exit 1; }
say "built in $SECONDS s"

# The largest that an image may be, in MB (10^6 bytes).
bad=
while read -r image most; do
  size=$(($(docker image inspect --format '{{.Size}}' "$image") / 1000000))
  say "$image: $size MB of at most $most"
  ((size <= most)) || bad=1
done <<<"ringdesk 200
ringdesk-asterisk 400
ringdesk-edge 200
ringdesk-turn 200
ringdesk-postgres 300"
[[ -z $bad ]] || { say "an image is too large"; exit 1; }

RINGDESK_COMPOSE=docker-compose.yml CGO_ENABLED=0 "${go_test[@]}" -vet=off -count=1 -timeout 15m -run '^TestCompose_' ./e2e
