package freeswitch

import (
	"context"
	"encoding/xml"
	"io"
	"maps"
	"strings"

	"ringdesk/controller/engine"
)

// gatewayStatus is what "sofia xmlstatus gateway" says.
type gatewayStatus struct {
	State    string  `xml:"state"`    // of the registration
	Status   string  `xml:"status"`   // UP or DOWN, by OPTIONS
	PingTime float64 `xml:"pingtime"` // in ms; 0 before the first answer
	Failed   int     `xml:"failures"` // of the registration
}

// TrunkStates implements engine.Commands. It tells of the trunks that this
// adapter put.
func (a *Adapter) TrunkStates(ctx context.Context) (map[string]engine.TrunkState, error) {
	a.accounts.mu.Lock()
	trunks := maps.Clone(a.accounts.trunks)
	a.accounts.mu.Unlock()
	states := make(map[string]engine.TrunkState, len(trunks))
	for id, t := range trunks {
		if !t.put {
			continue
		}
		states[id] = engine.TrunkUnknown
		if t.Remote == "" {
			continue
		}
		text, err := a.commands.API(ctx, "sofia xmlstatus gateway "+gatewayName(t.Trunk))
		if isGone(err) || err == nil && !strings.HasPrefix(text, "<") {
			continue // it is being made
		}
		if err != nil {
			return nil, command("TrunkStates", err)
		}
		var s gatewayStatus
		d := xml.NewDecoder(strings.NewReader(text))
		// It says ISO-8859-1; all that is read here is ASCII.
		d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
		if err := d.Decode(&s); err != nil {
			return nil, command("TrunkStates", err)
		}
		states[id] = s.of(t.Trunk)
	}
	return states, nil
}

// of puts together what is known. A carrier that answers nothing is unreachable,
// whatever it said before.
func (s gatewayStatus) of(t engine.Trunk) engine.TrunkState {
	switch {
	case s.Status == "DOWN":
		return engine.TrunkUnreachable
	case t.Register && s.State == "REGED":
		return engine.TrunkRegistered
	case t.Register && (s.State == "FAILED" || s.State == "FAIL_WAIT"):
		return engine.TrunkRejected
	case t.Register:
		return engine.TrunkUnregistered
	case s.PingTime > 0:
		return engine.TrunkReachable
	default:
		return engine.TrunkUnknown
	}
}
