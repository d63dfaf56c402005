package cli

import (
	"context"
	"os"
	"path/filepath"

	"ringdesk/configs"
	asteriskconf "ringdesk/configs/asterisk"
	freeswitchconf "ringdesk/configs/freeswitch"
)

// asteriskInContainer is where the installation's own extensions are for an Asterisk
// of another container (docker-compose.yml).
const asteriskInContainer = "/etc/ringdesk-extensions"

// ownDialplan gives the folder of the installation's own extensions (DP-3), and what is
// wrong in them.
func ownDialplan(s configs.Settings) (folder string, mistakes []asteriskconf.Mistake, err error) {
	check := asteriskconf.CheckOwn
	switch {
	case s.Engine.Use == configs.FreeSWITCH:
		folder, check = filepath.Join(filepath.Dir(s.FreeSWITCH.Endpoints), "custom"), freeswitchconf.CheckOwn
	case s.Asterisk.ARIURL != "":
		folder = asteriskInContainer
	default:
		folder = filepath.Join(s.Storage.Data, "asterisk", "custom")
	}
	mistakes, err = check(folder)
	return folder, mistakes, err
}

// tellOwnDialplan says what is wrong in own extensions when an engine is about to read
// them. It keeps nothing from starting: the engine uses what it can.
func tellOwnDialplan(s configs.Settings) {
	folder, mistakes, err := ownDialplan(s)
	if err != nil {
		say("The own dialplan in %s cannot be read: %v", folder, err)
	}
	for _, m := range mistakes {
		say("Own dialplan: %s", m)
	}
}

// lookAtOwnDialplan tells of own extensions that the engine does not use.
func lookAtOwnDialplan(_ context.Context, s configs.Settings) []finding {
	const part = "dialplan"
	folder, mistakes, err := ownDialplan(s)
	if err != nil {
		return found(part, wrong, "%s cannot be read: %v; let the user that ringdesk runs as read it", folder, err)
	}
	var all []finding
	for _, m := range mistakes {
		state := note
		if m.Stops {
			state = wrong
		}
		all = append(all, found(part, state, "%s", m)...)
	}
	if _, err := os.Stat(folder); err == nil && len(all) == 0 {
		all = found(part, well, "nothing is wrong with the extensions in %s", folder)
	}
	return all
}
