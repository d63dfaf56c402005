package app

import (
	"cmp"
	"context"
	"net/http"

	"ringdesk/controller/engine"
	"ringdesk/controller/metrics"
	"ringdesk/controller/metrics/scrape"
	"ringdesk/dialplan/lang"
)

// figures is the page of figures for Prometheus.
func (a *App) figures() http.Handler {
	commits := metrics.NewCommits()
	a.Store.OnBatch(commits.Committed)
	browsers := func() int { return 0 }
	if a.server != nil {
		browsers = a.server.Browsers
	}
	room := func() error { return nil }
	if a.disk != nil {
		room = a.disk.Room
	}
	return scrape.Handler(scrape.NewRegistry(scrape.Sources{
		Version: a.version, Calls: a.Exchange.Counts, Commits: commits, Store: a.Store, Live: a.Exchange.Each, EngineUp: a.Exchange.EngineUp, Browsers: browsers,
		Trunks: a.trunks, Room: room, Stores: a.bucket != nil, Flows: a.flowMistakes,
	}), a.log)
}

// flowMistakes tells where the flows' folder has mistakes that keep it from being in force.
func (a *App) flowMistakes() []scrape.Mistake {
	if a.flows == nil {
		return nil
	}
	s := a.flows.State()
	if s.Trouble != "" {
		return []scrape.Mistake{{File: s.Path}}
	}
	var all []scrape.Mistake
	for _, m := range s.Mistakes {
		if m.Severity == lang.Error {
			all = append(all, scrape.Mistake{File: m.File, Line: m.Line})
		}
	}
	return all
}

// trunks tells how the trunks stand with their carriers. While the engine cannot be
// asked, nobody knows.
func (a *App) trunks(ctx context.Context) ([]scrape.Trunk, error) {
	rows, err := a.Store.Trunks(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	ws, err := a.Store.AllWorkspaces(ctx)
	if err != nil {
		return nil, err
	}
	names := make(map[string]string, len(ws))
	for _, w := range ws {
		names[w.ID] = w.Name
	}
	states, err := a.Engine.TrunkStates(ctx)
	if err != nil {
		states = nil
	}
	all := make([]scrape.Trunk, len(rows))
	for i, r := range rows {
		all[i] = scrape.Trunk{Workspace: names[r.WorkspaceID], Name: r.Name, State: string(cmp.Or(states[engine.TrunkID(r.ID)], engine.TrunkUnknown))}
	}
	return all, nil
}
