package asterisk

import (
	"context"

	"ringdesk/controller/engine"
)

// Monitor implements engine.Commands.
func (a *Adapter) Monitor(context.Context, engine.MonitorRequest) error {
	return command("Monitor", refuse("not yet"))
}

// TrunkStates implements engine.Commands.
func (a *Adapter) TrunkStates(context.Context) (map[string]engine.TrunkState, error) {
	return nil, command("TrunkStates", refuse("not yet"))
}
