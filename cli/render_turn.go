package cli

import (
	"cmp"
	"crypto/rand"
	"path/filepath"

	"ringdesk/configs"
	"ringdesk/configs/coturn"
)

// turnFlags say where the configuration of a coturn beside the engine goes.
type turnFlags struct {
	TURNDir string `name:"turn-dir" help:"Folder of a coturn's configuration; without it none is written."`
}

// The ports of the relay, which the engine alone sends to.
const (
	relayFrom = 49152
	relayTo   = 50151
)

// render writes the configuration of a coturn that relays to the engine, with the
// secret of the last time or a new one, and gives the settings that hold it.
func (f turnFlags) render(s *configs.Settings, dir, engine string) ([]string, error) {
	if f.TURNDir == "" {
		return nil, nil
	}
	const name = "media.turn_secret"
	kept, err := configs.Kept(filepath.Join(dir, "ringdesk.yaml"), name)
	if err != nil {
		return nil, err
	}
	s.Media.TURNSecret = cmp.Or(kept, rand.Text())
	return []string{name}, coturn.Render(f.TURNDir, coturn.Settings{Secret: s.Media.TURNSecret, Engine: engine, From: relayFrom, To: relayTo})
}
