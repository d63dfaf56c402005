// Package coturn holds the configuration of a coturn that relays browsers' sound to
// the engine and nowhere else.
package coturn

import (
	"bytes"
	_ "embed"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"text/template"
)

//go:embed turnserver.conf.tmpl
var text string

// Settings fill the template.
type Settings struct {
	Secret string // shared with ringdesk, which makes credentials of it
	Engine string // address of the media engine, the only one that is relayed to
	From   int    // UDP ports of the relay, both included; the engine alone sends to them
	To     int
}

// File is the name of the configuration.
const File = "turnserver.conf"

// Render writes the configuration into a folder, readable by its owner only.
func Render(dir string, s Settings) error {
	if _, err := netip.ParseAddr(s.Engine); err != nil {
		return fmt.Errorf("TURN: the engine's address %q: %w", s.Engine, err)
	}
	var out bytes.Buffer
	if err := template.Must(template.New(File).Parse(text)).Execute(&out, s); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, File), out.Bytes(), 0o600)
}
