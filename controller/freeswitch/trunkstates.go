package freeswitch

import (
	"context"
	"encoding/xml"
	"io"
	"maps"
	"strconv"
	"strings"

	"github.com/percipia/eslgo"

	"ringdesk/controller/engine"
)

// gatewayStatus is what "sofia xmlstatus gateway" says.
type gatewayStatus struct {
	State    string  `xml:"state"`    // of the registration
	Status   string  `xml:"status"`   // UP or DOWN, by OPTIONS
	PingTime float64 `xml:"pingtime"` // in ms; 0 before the first answer
}

// TrunkStates implements engine.Commands. It tells of the trunks that this
// adapter put.
func (a *Adapter) TrunkStates(ctx context.Context) (map[string]engine.TrunkState, error) {
	a.endpoints.mu.Lock()
	trunks := maps.Clone(a.endpoints.trunks)
	a.endpoints.mu.Unlock()
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
		states[id] = a.opt.Carriers.Explain(t.Trunk, s.of(t.Trunk, a.answerOf(gatewayName(t.Trunk))))
	}
	return states, nil
}

// of puts together what is known; answer is the last SIP status from the
// carrier. FreeSWITCH itself calls a gateway DOWN for a refused registration, too,
// and does not ask it for life meanwhile.
func (s gatewayStatus) of(t engine.Trunk, answer int) engine.TrunkState {
	switch {
	case t.Register && s.State == "REGED":
		return engine.TrunkRegistered
	case t.Register && (answer == sipTimeout || answer >= 500):
		return engine.TrunkUnreachable
	case t.Register && answer >= 400:
		return engine.TrunkRejected
	case t.Register:
		return engine.TrunkUnregistered
	case s.Status == "DOWN":
		return engine.TrunkUnreachable
	case s.PingTime > 0:
		return engine.TrunkReachable
	default:
		return engine.TrunkUnknown
	}
}

// sipTimeout is the SIP status that stands for no answer (RFC 3261, section
// 8.1.3.1).
const sipTimeout = 408

// gatewayAnswered notes what a carrier said to REGISTER or OPTIONS.
func (a *Adapter) gatewayAnswered(e *eslgo.Event) {
	status, _ := strconv.Atoi(e.GetHeader("Status")) // absent when the state changes by itself
	if e.GetHeader("State") == "TIMEOUT" {
		status = sipTimeout
	}
	if status != 0 {
		a.answers[e.GetHeader("Gateway")] = status
	}
}

func (a *Adapter) answerOf(gateway string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.answers[gateway]
}

func (a *Adapter) forgetAnswer(gateway string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.answers, gateway)
}
