package asterisk

import (
	"bufio"
	"context"
	"io"
	"maps"
	"net/http"
	"regexp"
	"strings"

	"ringdesk/controller/engine"
)

// TrunkStates implements engine.Commands. It tells of the trunks that this
// adapter put. Whether a carrier answers is the state of its endpoint; how a
// registration stands is to be read in the metrics only.
func (a *Adapter) TrunkStates(ctx context.Context) (map[string]engine.TrunkState, error) {
	ctx, cancel := context.WithTimeout(ctx, a.opt.CommandTimeout)
	defer cancel()
	a.mu.Lock()
	trunks := maps.Clone(a.trunks)
	a.mu.Unlock()
	var registered map[string]string
	for _, t := range trunks {
		if t.Register {
			var err error
			if registered, err = a.registrations(ctx); err != nil {
				return nil, command("TrunkStates", err)
			}
			break
		}
	}
	states := make(map[string]engine.TrunkState, len(trunks))
	for id, t := range trunks {
		var endpoint struct{ State string }
		if err := a.raw(ctx, http.MethodGet, "/endpoints/PJSIP/"+probeID(id), nil, &endpoint); err != nil && !isGone(err) {
			return nil, command("TrunkStates", err)
		}
		states[id] = a.opt.Carriers.Explain(t.Trunk, trunkState(t, endpoint.State, registered[clientURI(t.Trunk)]))
	}
	return states, nil
}

// trunkState puts together what is known. A carrier that answers nothing is
// unreachable, whatever it said before.
func trunkState(t trunk, endpoint, registration string) engine.TrunkState {
	switch {
	case t.Remote == "":
		return engine.TrunkUnknown
	case registration == "2":
		return engine.TrunkRejected
	case endpoint == "offline" && t.asked():
		return engine.TrunkUnreachable
	case t.Register && registration == "1":
		return engine.TrunkRegistered
	case t.Register:
		return engine.TrunkUnregistered
	case endpoint == "online":
		return engine.TrunkReachable
	default:
		return engine.TrunkUnknown
	}
}

// registrationPattern matches a line of the metrics: 0 is unregistered, 1 is
// registered, 2 is rejected.
var registrationPattern = regexp.MustCompile(`^asterisk_pjsip_outbound_registration_status\{.*username="([^"]*)".*\} ([0-9])`)

// get asks Asterisk's web server; an answer that is an error is one here. The caller
// closes the body.
func (a *Adapter) get(ctx context.Context, address string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.SetBasicAuth(a.opt.Username, a.opt.Password)
	res, err := transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if err := statusError(res); err != nil {
		return nil, err
	}
	return res, nil
}

// registrations gives the states of registrations by client URI.
func (a *Adapter) registrations(ctx context.Context) (map[string]string, error) {
	res, err := a.get(ctx, strings.TrimSuffix(a.opt.URL, "/ari")+"/metrics")
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	states := make(map[string]string)
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		if m := registrationPattern.FindStringSubmatch(lines.Text()); m != nil {
			states[m[1]] = m[2]
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	_, err = io.Copy(io.Discard, res.Body)
	return states, err
}
