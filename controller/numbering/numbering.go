// Package numbering holds what may be done to what calls come in and go out by:
// trunks, business numbers, how calls are handled, what may be called and what
// it costs, and what callers hear. The API, the command line and the demo call
// the same verbs.
//
// A verb is one transaction, which also writes that a trunk is different; package
// provision then tells the engine (ADM-3).
package numbering

import (
	"log/slog"
	"time"

	"ringdesk/models"
)

// Numbering carries the verbs out.
type Numbering struct {
	Store *models.Store
	Now   func() time.Time
	Log   *slog.Logger
	Files SoundFiles // nil where no sounds are changed

	// SIPTLS says that the engine has SIP over TLS; without it no trunk may use it.
	SIPTLS bool
}
