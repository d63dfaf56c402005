package api

import (
	"context"

	"ringdesk/controller/flows"
	"ringdesk/dialplan/flow"
	"ringdesk/dialplan/lang"
	"ringdesk/models"
)

// viewFlowVersions shows versions with their authors' names.
func (h *handlers) viewFlowVersions(ctx context.Context, workspace string, rows ...models.FlowVersion) ([]FlowVersion, error) {
	names, err := h.opts.Store.AgentNames(ctx, workspace)
	all := make([]FlowVersion, len(rows))
	for i, v := range rows {
		all[i] = FlowVersion{Version: v.Version, At: v.At.Time, By: AuditBy{Kind: AuditByKind(v.ByKind), Id: optional(v.ByID), Name: v.ByName},
			Source: FlowSource(v.Source), Message: v.Message, Restores: optional(v.Restores), Checksum: v.Checksum}
		if all[i].By.Kind == AuditByKindAgent {
			all[i].By.Name = names[v.ByID]
		}
	}
	return all, err
}

func flowFiles(files []models.FlowFile) []FlowFile {
	all := make([]FlowFile, len(files))
	for i, f := range files {
		all[i] = FlowFile{Name: f.Name, Text: f.Text}
	}
	return all
}

func filesOf(files []FlowFile) []models.FlowFile {
	all := make([]models.FlowFile, len(files))
	for i, f := range files {
		all[i] = models.FlowFile{Name: f.Name, Text: f.Text}
	}
	return all
}

func flowDiagnostics(found []lang.Diagnostic) []FlowDiagnostic {
	all := make([]FlowDiagnostic, len(found))
	for i, d := range found {
		all[i] = FlowDiagnostic{File: d.File, Line: d.Line, Column: d.Column, EndLine: d.EndLine, EndColumn: d.End, Severity: FlowDiagnosticSeverity(d.Severity), Text: d.Text}
	}
	return all
}

func viewPosition(p flow.Pos) FlowPosition {
	return FlowPosition{File: p.File, Line: p.Line, Column: p.Column}
}

func viewSimulation(s flows.Simulation) FlowSimulation {
	v := FlowSimulation{Flow: s.Flow, Version: optional(s.Version), FromSettings: optional(s.FromSettings), Hours: []FlowHoursNow{}, Steps: []FlowStep{},
		Answered: s.End.Answered, MissedReason: optional(MissedReason(s.End.Reason)), How: FlowSimulationHow(s.End.How)}
	if c := s.Chosen; c != nil {
		v.ChosenBy = &FlowChosenBy{Workflow: c.Workflow, At: viewPosition(c.At)}
	}
	for _, h := range s.Open {
		v.Hours = append(v.Hours, FlowHoursNow{Name: h.Hours, Open: h.Open, At: viewPosition(h.At)})
	}
	for i := range s.Steps {
		v.Steps = append(v.Steps, viewFlowStep(s, i))
	}
	return v
}

func viewFlowStep(s flows.Simulation, i int) FlowStep {
	st := s.Steps[i]
	v := FlowStep{Flow: st.Flow, Step: st.Step, Kind: string(st.Kind), By: optional(st.By), KeysUsed: st.KeysUsed, Times: st.Times, Does: []FlowDoing{}}
	if st.At.Line > 0 {
		v.At = new(viewPosition(st.At))
	}
	if keys := keysOf(s.Step(i)); keys != nil {
		v.Keys = &keys
	}
	for _, d := range st.Does {
		doing := FlowDoing{What: d.What, Says: d.Says}
		if d.Values != nil {
			doing.Values = &d.Values
		}
		v.Does = append(v.Does, doing)
	}
	if levels := s.Levels(i); levels != nil {
		v.Candidates = new(viewLevels(levels))
	}
	return v
}

// keysOf are the keys that lead on from a step.
func keysOf(st *flow.Step) (keys []string) {
	if st == nil {
		return nil
	}
	var all []flow.Key
	switch {
	case st.Menu != nil:
		all = st.Menu.Keys
	case st.Queue != nil:
		all = st.Queue.Keys
	}
	for _, k := range all {
		keys = append(keys, k.Key)
	}
	return keys
}

func viewLevels(levels []flows.Level) []FlowCandidates {
	all := make([]FlowCandidates, len(levels))
	for i, l := range levels {
		all[i] = FlowCandidates{Team: l.Team, Agents: []FlowCandidate{}}
		for _, a := range l.Agents {
			c := FlowCandidate{Id: a.ID, Name: a.Name, Why: []RingCheckName{}}
			for _, word := range a.Why {
				c.Why = append(c.Why, RingCheckName(word))
				if word == "status" {
					c.Status = new(AgentStatus(a.Status))
				}
			}
			all[i].Agents = append(all[i].Agents, c)
		}
	}
	return all
}
