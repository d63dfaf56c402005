package asterisk

import (
	"context"

	"ringdesk/controller/engine"
)

// TrunkStates implements engine.Commands.
func (a *Adapter) TrunkStates(context.Context) (map[string]engine.TrunkState, error) {
	return nil, command("TrunkStates", refuse("not yet"))
}
