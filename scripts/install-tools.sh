#!/usr/bin/env bash
# Installs the Debian packages that a purpose needs and the machine lacks: scripts/install-tools.sh run|engine|test …
# Does nothing, and needs neither root nor a network, when all are there.
set -euo pipefail

# One line per package: what must exist (a program, or a file by its full path), and the package that brings it.
need() {
  case $1 in
    run) echo "ffmpeg ffmpeg
espeak-ng espeak-ng
sox sox
/etc/ssl/certs/ca-certificates.crt ca-certificates" ;;
    engine) echo "mmdebstrap mmdebstrap
/usr/share/keyrings/debian-archive-keyring.gpg debian-archive-keyring" ;;
    test) need run
      echo "sipp sip-tester
chromium chromium
/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc fonts-noto-cjk
ip iproute2
gcc gcc
/usr/include/stdlib.h libc6-dev
shellcheck shellcheck" ;;
    *) echo "unknown purpose '$1': run, engine or test" >&2; return 2 ;;
  esac
}

say() { printf '%s%s\n' "${STEP:+$STEP }" "$*"; }

list=$(for purpose; do need "$purpose"; done)
missing=()
while read -r thing package; do
  if [[ $thing == /* ]]; then
    [[ -e $thing ]] || missing+=("$package")
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
if ((EUID != 0)); then
  echo "error: ${missing[*]} missing; install with: sudo apt-get update && sudo ${command[*]}" >&2
  exit 1
fi

say "Installing ${missing[*]} …"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update && "${command[@]}"; } >"$log" 2>&1 </dev/null; then
  tail -n 20 "$log" >&2
  echo "error: apt-get could not install ${missing[*]}" >&2
  exit 1
fi
