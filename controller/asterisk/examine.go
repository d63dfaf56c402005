package asterisk

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"ringdesk/controller/engine"
)

// Examine asks Asterisk how it is; modules are those that it should run, with their
// ending .so. It may be used without Run, and beside a controller.
func (a *Adapter) Examine(ctx context.Context, modules []string) (engine.Facts, error) {
	ctx, cancel := context.WithTimeout(ctx, a.opt.CommandTimeout)
	defer cancel()
	var facts engine.Facts
	var info struct {
		System struct{ Version string } `json:"system"`
	}
	header, err := a.ask(ctx, "/asterisk/info?only=system", &info)
	if err != nil {
		return facts, err
	}
	facts.Version = info.System.Version
	if err := checkVersion(facts.Version); err != nil {
		facts.Unfit = err.Error()
	}
	// Asterisk's own clock stands in each answer (RFC 9110, section 6.6.1).
	if at, err := http.ParseTime(header.Get("Date")); err == nil {
		facts.Clock = at
	}
	var running []struct{ Name, Status string }
	if _, err := a.ask(ctx, "/asterisk/modules", &running); err != nil {
		return facts, err
	}
	for _, name := range modules {
		if !slices.ContainsFunc(running, func(m struct{ Name, Status string }) bool { return m.Name == name && m.Status == "Running" }) {
			facts.Missing = append(facts.Missing, name)
		}
	}
	return facts, nil
}

// ask reads something, with the answer's headers.
func (a *Adapter) ask(ctx context.Context, path string, into any) (http.Header, error) {
	res, err := a.get(ctx, a.opt.URL+path)
	if err != nil {
		return nil, err
	}
	return res.Header, errors.Join(json.NewDecoder(res.Body).Decode(into), res.Body.Close())
}
