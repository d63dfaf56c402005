#!/usr/bin/env bash
# scripts/build-sounds.sh [FOLDER [CATALOGUE]]   speaks the prompts that callers hear: WAVs of 8 kHz, mono, 16 bits
# FOLDER gets LANGUAGE/NAME.wav for every line of CATALOGUE/LANGUAGE.txt; what has not changed since the last time is
# left alone. Both are absolute or relative to the repository. Default: controller/sounds/built/files, from where they go
# into the program, of controller/sounds/catalogue.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly recipe=1 # raise it when the sound of all prompts changes: they are then made anew
folder=${1:-controller/sounds/built/files}
catalogue=${2:-controller/sounds/catalogue}

say() { printf '%s%s\n' "${STEP:+$STEP }" "$*"; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# make_one FOLDER LANGUAGE NAME TEXT makes one file, which is there whole or not at all.
make_one() {
  local out=$1/$2/$3.wav voice=en-us speed=150 pad=0.1
  local new=$1/$2/.$3.new.wav
  mkdir -p "$1/$2"
  if [[ $3 == beep ]]; then
    local hertz seconds
    read -r hertz seconds <<<"$4"
    # Its level is that of speech, far below the loudest.
    sox -D -n -r 8000 -c 1 -b 16 "$new" synth "$seconds" sine "$hertz" fade t 0.01 "$seconds" 0.01 gain -18 pad 0.1 0.1
  else
    if [[ $2 == ko ]]; then voice=ko speed=170; fi
    # A prompt without a full stop goes on in another one.
    if [[ $4 != *[.?] ]]; then pad=0.03; fi
    # Silence at both ends goes (below 0.5 %), a little stays, so that no sound is cut. The pipe's header tells no
    # length. A telephone carries 300 to 3400 Hz; what is below only costs level.
    espeak-ng -v "$voice" -s "$speed" --stdout -- "$4" |
      sox -D --ignore-length -t wav - -r 8000 -c 1 -b 16 "$new" \
        gain -6 silence 1 0.005 0.5% reverse silence 1 0.005 0.5% reverse highpass 150 rate 8000 gain -n -3 pad "$pad" "$pad"
  fi
  mv "$new" "$out"
}

if [[ ${1:-} == --one ]]; then
  shift
  make_one "$@"
  exit
fi

for tool in espeak-ng sox flock; do
  command -v "$tool" >/dev/null || fail "$tool is missing: scripts/install-tools.sh run"
done
mkdir -p "$folder"
exec 9>"$folder/.lock"
flock 9

# The manifest has a line for each file that is there: FILE RECIPE TEXT.
manifest=$folder/manifest
declare -A had=() wanted=()
if [[ -f $manifest ]]; then
  while read -r name rest; do had[$name]=$rest; done <"$manifest"
fi
todo=()
for list in "$catalogue"/*.txt; do
  language=$(basename "$list" .txt)
  while read -r name text; do
    [[ -n $name && $name != \#* ]] || continue
    [[ -n $text ]] || fail "$list: $name says nothing"
    wanted[$language/$name]="$recipe $text"
    if [[ ${had[$language/$name]:-} != "$recipe $text" || ! -f $folder/$language/$name.wav ]]; then
      todo+=("$folder" "$language" "$name" "$text")
    fi
  done <"$list"
done
((${#wanted[@]})) || fail "there is no prompt in $catalogue"

if ((${#todo[@]})); then
  say "Speaking $((${#todo[@]} / 4)) prompts …"
  rm -f "$manifest" # should we be stopped, all are made anew
  printf '%s\0' "${todo[@]}" | xargs -0 -n 4 -P "$(nproc)" scripts/build-sounds.sh --one 9>&- || fail "a prompt could not be spoken; the lines above say why"
elif ((${#wanted[@]} == ${#had[@]})); then
  say "Prompts are there"
  exit
fi
for name in "${!had[@]}"; do
  [[ -v wanted[$name] ]] || rm -f "$folder/$name.wav"
done
for name in "${!wanted[@]}"; do printf '%s %s\n' "$name" "${wanted[$name]}"; done | LC_ALL=C sort >"$manifest.new"
mv "$manifest.new" "$manifest"
