#!/usr/bin/env bash
# Installs the Debian packages that a purpose needs and the machine lacks: scripts/install-tools.sh run|engine|guard|test|docker …
# Does nothing, and needs neither root nor a network, when all are there.
set -euo pipefail

# One line per package: what must exist (a program, or a file by its full path, * for any letters), and the package that brings it.
need() {
  case $1 in
    run) need guard
      echo "lame lame
espeak-ng espeak-ng
sox sox
/usr/lib/*/sox/libsox_fmt_mp3.so libsox-fmt-mp3
/etc/ssl/certs/ca-certificates.crt ca-certificates" ;;
    engine) echo "mmdebstrap mmdebstrap
/usr/share/keyrings/debian-archive-keyring.gpg debian-archive-keyring" ;;
    guard) echo "gcc gcc
/usr/include/stdlib.h libc6-dev" ;;
    test) need run
      echo "ffmpeg ffmpeg
sipp sip-tester
chromium chromium
/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc fonts-noto-cjk
ip iproute2
turnserver coturn
soffice libreoffice-calc-nogui
/usr/lib/postgresql/*/bin/initdb postgresql
shellcheck shellcheck" ;;
    docker) need engine
      echo "dockerd docker.io
iptables iptables" ;;
    *) echo "unknown purpose '$1': run, engine, guard, test or docker" >&2; return 2 ;;
  esac
}

say() { printf '%s%s\n' "${STEP:+$STEP }" "$*"; }

list=$(for purpose; do need "$purpose"; done)
missing=()
while read -r thing package; do
  if [[ $thing == /* ]]; then
    compgen -G "$thing" >/dev/null || missing+=("$package")
  else
    command -v "$thing" >/dev/null || missing+=("$package")
  fi
done <<<"$list"

if ((${#missing[@]} == 0)); then
  say "Tools are there"
  exit
fi
command=(apt-get install -y --no-install-recommends "${missing[@]}")
if ! command -v apt-get >/dev/null; then
  echo "error: missing on this machine: ${missing[*]} (names of Debian's packages); install them with your package manager" >&2
  exit 1
fi
if [[ $(id -u) != 0 ]]; then
  echo "error: ${missing[*]} missing; install with: sudo apt-get update && sudo ${command[*]}" >&2
  exit 1
fi

say "Installing ${missing[*]} …"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive LC_ALL=C # the words of its errors are looked for

# Seconds to wait for another program that holds apt's locks, such as a machine's first upgrades. DPkg::Lock::Timeout is
# for dpkg's locks only: the one of the package lists makes `apt-get update` fail at once.
readonly patience=${RINGDESK_APT_PATIENCE:-600}
waited=
until { apt-get update && apt-get -o DPkg::Lock::Timeout=5 "${command[@]:1}"; } >"$log" 2>&1 </dev/null; do
  if ! grep -qE '^E: (Could not get lock|Unable to (acquire|lock) )' "$log"; then
    tail -n 20 "$log" >&2
    echo "error: apt-get could not install ${missing[*]}" >&2
    exit 1
  fi
  holder=$(sed -nE 's/.*It is held by process ([0-9]+ \(.*\)).*/, process \1,/p' "$log" | head -n 1)
  if ((SECONDS >= patience)); then
    echo "error: another program$holder has held the lock of apt for $patience s: wait for its end, then try again" >&2
    exit 1
  fi
  [[ -n $waited ]] || say "Another program$holder is installing packages: waiting for up to $((patience / 60)) minutes …"
  waited=1
  sleep 2
done
