package freeswitch

import (
	"context"
	"strconv"
	"time"

	"ringdesk/controller/engine"
)

// Examine asks FreeSWITCH how it is; modules are those that it should run. It may be
// used without Run, and beside a controller. The adapter is not used afterwards.
func (a *Adapter) Examine(ctx context.Context, modules []string) (engine.Facts, error) {
	defer a.commands.Close()
	var facts engine.Facts
	version, err := a.commands.API(ctx, "version")
	if err != nil {
		return facts, err
	}
	if facts.Version, err = checkVersion(version); err != nil {
		facts.Version, facts.Unfit = version, err.Error()
	}
	clock, err := a.commands.API(ctx, "strepoch")
	if err != nil {
		return facts, err
	}
	if seconds, err := strconv.ParseInt(clock, 10, 64); err == nil {
		facts.Clock = time.Unix(seconds, 0)
	}
	for _, name := range modules {
		there, err := a.commands.API(ctx, "module_exists "+name)
		if err != nil {
			return facts, err
		}
		if there != "true" {
			facts.Missing = append(facts.Missing, name)
		}
	}
	return facts, nil
}
