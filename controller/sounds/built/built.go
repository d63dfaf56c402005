// Package built holds the prompts as scripts/build-sounds.sh has spoken them,
// so that one binary brings all that callers hear.
package built

import "embed"

// Files has the prompts as files/LANGUAGE/NAME.wav, and files/manifest, which
// changes whenever one of them does. On a fresh clone it holds only the
// placeholder files/.gitkeep.
//
//go:embed all:files
var Files embed.FS
