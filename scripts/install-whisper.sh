#!/usr/bin/env bash
# Installs whisper.cpp's whisper-server (Debian's whisper.cpp-tools, 1.9 or newer) below .engine/whisper, for the tests of the
# speech-to-text client: .engine/whisper/whisper-server starts it. Where the mirror cannot give it, says so and ends well: those tests
# are skipped then, which the summary tells.
#
# RINGDESK_STALE_MIRROR, RINGDESK_MIRROR and RINGDESK_SUITE: see scripts/debian-root.sh.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly recipe=1 # raise it when what is unpacked changes: it is then made anew
mkdir -p .engine
root=$PWD/.engine/whisper

say() { printf '%s%s\n' "${STEP:+$STEP }" "$*"; }

exec 9>"$root.lock"
flock 9
if [[ -x $root/whisper-server && $(cat "$root/.ringdesk-recipe" 2>/dev/null) == "$recipe" ]] && "$root/whisper-server" --help >/dev/null 2>&1; then
  say "whisper-server is there"
  exit
fi

# first PATTERN… prints the first file that there is.
first() {
  local pattern
  for pattern; do
    compgen -G "$pattern" && return
  done | head -n 1 || true
}

rm -rf "$root" "$root".new.*
new=$(mktemp -d "$root.new.XXXXXX")
trap 'rm -rf "$new"' EXIT
say "Installing whisper-server (about 250 MB, once) …"
# Left out: what only its siblings with a screen use.
if ! scripts/debian-root.sh extract whisper.cpp-tools "$new" "$root.log" --exclude='./var' --exclude='./usr/share' --exclude='libLLVM*' --exclude='libgallium*' --exclude='libz3*'; then
  say "whisper-server cannot be had here (the log is $root.log): the tests that need it are skipped"
  exit
fi
linker=$(first "$new/usr/lib*/ld-linux-*.so.*")
library=$(first "$new/usr/lib/*/libwhisper.so.*")
library=${library%/*}
# Beside the library it looks for its arithmetic where the package belongs; the one for any processor of the kind is named here.
backend=$(first "$library/ggml/backends*/libggml-cpu-x64.so" "$library/ggml/backends*/libggml-cpu-armv8.0*.so")
cat >"$new/whisper-server" <<RUN
#!/bin/sh
here=\$(cd "\$(dirname "\$0")" && pwd) # the folder may be copied
GGML_BACKEND_PATH="\$here${backend#"$new"}" exec "\$here${linker#"$new"}" --library-path "\$here${library#"$new"}" "\$here/usr/bin/whisper-server" "\$@"
RUN
chmod 755 "$new" "$new/whisper-server"
echo "$recipe" >"$new/.ringdesk-recipe"
mv -T "$new" "$root"
"$root/whisper-server" --help >/dev/null 2>&1 || { say "whisper-server does not run on this machine: the tests that need it are skipped"; exit; }
say "whisper-server installed in $root"
