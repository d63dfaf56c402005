#!/usr/bin/env bash
# Installs Asterisk as a root file system of its own (default .engine/asterisk), for machines whose distribution has
# no Asterisk 22. Nothing of it touches the system: it runs from there through its own dynamic linker.
#
#   RINGDESK_ENGINE        folder of the root file system, or "system" for the machine's own Asterisk
#   RINGDESK_STALE_MIRROR  1: accept a mirror whose Release file has expired (its signature is still checked)
#   RINGDESK_MIRROR        address of a Debian mirror; default: the distribution's
#   RINGDESK_SUITE         Debian suite that has Asterisk 22; default forky
set -euo pipefail
cd "$(dirname "$0")/.."

readonly recipe=1          # raise it when the list of packages changes: installed roots are then made anew
readonly minimum=22.10.1   # first version with the ARI security fixes and the WebRTC deadlock fixes
readonly packages=asterisk,asterisk-modules,asterisk-config,asterisk-core-sounds-en-wav,asterisk-moh-opsound-wav
engine=${RINGDESK_ENGINE:-.engine/asterisk}

say() { printf '%s%s\n' "${STEP:+$STEP }" "$*"; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# version_in ROOT prints the version of the Asterisk below ROOT, "" when there is none that runs.
version_in() {
  local root=$1 linker library out
  linker=$(compgen -G "$root/lib*/ld-linux-*.so.*" | head -n 1) || return 0
  library=$(compgen -G "$root/usr/lib/*/asterisk" | head -n 1) || return 0
  library=${library%/asterisk}
  out=$("$linker" --library-path "$library:$root/lib/${library##*/}" "$root/usr/sbin/asterisk" -V 2>/dev/null) || return 0
  version_of "$out"
}

# version_of "Asterisk 22.10.1~dfsg+~cs6.15…-1" prints 22.10.1; a release candidate keeps its suffix.
version_of() { sed -nE 's/^Asterisk (certified\/)?([0-9]+(\.[0-9]+)*(-rc[0-9]+)?).*/\2/p' <<<"$1"; }

# guard builds what keeps from Asterisk what it cannot take, and proves that this Asterisk's loader takes it.
guard() {
  local file=$1 said
  shift
  scripts/build-guard.sh "$file"
  said=$(LD_PRELOAD=$file "$@" -V 2>&1 >/dev/null) || fail "Asterisk does not start with $file: ${said:-no reason given}"
  [[ $said != *"$file"* ]] || fail "the guard cannot be loaded into Asterisk: $said"
}

# guard_root is guard for the Asterisk below $engine.
guard_root() {
  local linker library
  linker=$(compgen -G "$engine/lib*/ld-linux-*.so.*" | head -n 1)
  library=$(compgen -G "$engine/usr/lib/*/asterisk" | head -n 1)
  library=${library%/asterisk}
  guard "$engine/usr/lib/ringdesk/libringdesk-guard.so" "$linker" --library-path "$library:$engine/lib/${library##*/}" "$engine/usr/sbin/asterisk"
}

good() { [[ -n $1 && $1 != *-rc* ]] && printf '%s\n%s\n' "$minimum" "$1" | sort -CV; }

if [[ $engine == system ]]; then
  PATH=$PATH:/usr/sbin:/usr/local/sbin # not everybody's PATH has them
  command -v asterisk >/dev/null || fail "RINGDESK_ENGINE=system, but there is no 'asterisk' program: install Asterisk $minimum or newer, or unset RINGDESK_ENGINE"
  have=$(version_of "$(asterisk -V)")
  good "$have" || fail "the machine's Asterisk is ${have:-of unknown version}, $minimum or newer is needed: upgrade it, or unset RINGDESK_ENGINE"
  guard "$PWD/bin/libringdesk-guard.so" "$(command -v asterisk)"
  say "Asterisk $have of this machine"
  exit
fi

mkdir -p "$(dirname "$engine")"
engine=$(realpath -s "$engine")
exec 9>"$engine.lock"
flock -n 9 || { say "Waiting for another installation of Asterisk …"; flock 9; }

stamp=$engine/.ringdesk-recipe
if [[ -d $engine ]]; then
  have=$(version_in "$engine")
  if good "$have" && [[ ! -f $stamp || $(<"$stamp") == "$recipe" ]]; then # without a stamp it is somebody's own: never replaced
    guard_root
    say "Asterisk $have"
    exit
  fi
  [[ -f $stamp || -z $(ls -A "$engine") ]] || fail "$engine holds ${have:+Asterisk }${have:-no Asterisk that runs}; $minimum or newer is needed: move that folder away, or choose another one (RINGDESK_ENGINE)"
fi

rm -rf "$engine".new.*
new=$(mktemp -d "$engine.new.XXXXXX")
log=$engine.log
trap 'rm -rf "$new"' EXIT

say "Installing Asterisk 22 (about 400 MB, once) …"
scripts/debian-root.sh minbase "$packages" "$new" "$log" || fail "Asterisk could not be installed; the whole log is $log"

have=$(version_in "$new")
good "$have" || fail "the mirror gave ${have:+Asterisk }${have:-no Asterisk that runs}; $minimum or newer is needed: choose another mirror (RINGDESK_MIRROR) or suite (RINGDESK_SUITE=sid)"
echo "$recipe" >"$new/.ringdesk-recipe"
chmod 755 "$new"
if [[ -e $engine ]]; then
  mv -T "$engine" "$new.old"
fi
mv -T "$new" "$engine"
rm -rf "$new.old"
guard_root
say "Asterisk $have installed in $engine"
