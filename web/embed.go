// Package web holds the built browser app, so that one binary serves everything.
package web

import "embed"

// Dist is the output of `npm run build` under the folder "dist". On a fresh clone it holds only the placeholder
// dist/.gitkeep: Go compiles, and whoever serves it must tell that the web app has not been built when
// dist/index.html is absent.
//
//go:embed all:dist
var Dist embed.FS
