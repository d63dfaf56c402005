package freeswitch

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"ringdesk/controller/engine"
	"ringdesk/controller/freeswitch/esl"
)

// guard is what FreeSWITCH's configuration lets be called over trunks (OUT-9):
// numbers that one pattern matches, and the other does not.
type guard struct{ allowed, denied *regexp.Regexp }

// Global variables with the patterns; vars.xml sets them.
const (
	allowedVariable = "ringdesk_outbound"
	deniedVariable  = "ringdesk_outbound_denied"
)

// readGuard reads the patterns from FreeSWITCH.
func (a *Adapter) readGuard(ctx context.Context) error {
	var g guard
	for _, p := range []struct {
		name string
		into **regexp.Regexp
	}{{allowedVariable, &g.allowed}, {deniedVariable, &g.denied}} {
		text, err := a.commands.API(ctx, "global_getvar "+p.name)
		var failure *esl.Failure
		if err != nil && !errors.As(err, &failure) {
			return err
		}
		if text == "" || err != nil {
			continue
		}
		if *p.into, err = regexp.Compile(text); err != nil {
			return fmt.Errorf("FreeSWITCH's variable %s: %w", p.name, err)
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.guard = g
	return nil
}

// mayCall says whether a number may be called over a trunk. Without a pattern
// none may.
func (g guard) mayCall(number string) error {
	if g.allowed == nil || !g.allowed.MatchString(number) || g.denied != nil && g.denied.MatchString(number) {
		return engine.Refuse("FreeSWITCH's configuration does not let %s be called (vars.xml, %s)", number, allowedVariable)
	}
	return nil
}
