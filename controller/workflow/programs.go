package workflow

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"ringdesk/dialplan/flow"
	"ringdesk/models"
)

// load reads which workflows are in force, when that may have changed.
func (r *Runner) load(ctx context.Context) (err error) {
	if !r.stale.Swap(false) {
		return nil
	}
	defer func() {
		if err != nil {
			r.stale.Store(true)
		}
	}()
	versions, err := r.Store.WorkspacesWithFlows(ctx)
	if err != nil {
		return err
	}
	programs := map[string]*flow.Program{}
	for workspace, version := range versions {
		p, err := Program(ctx, r.Store, workspace, version)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(p.Workflows, func(w flow.Workflow) bool { return !w.Off }) {
			programs[workspace] = p
		}
	}
	err = r.Store.Tx(ctx, func(tx *models.Tx) (err error) {
		if r.since, err = tx.FollowWorkflows(slices.Sorted(maps.Keys(programs)), r.Now()); err != nil || len(programs) > 0 {
			return err
		}
		return tx.DropCursor(models.CursorWorkflows)
	})
	if err != nil {
		return err
	}
	r.programs = programs
	r.on.Store(len(programs) > 0)
	return nil
}

// Program reads a version of a workspace's flows; 0 is an empty one.
func Program(ctx context.Context, store *models.Store, workspace string, version int) (*flow.Program, error) {
	p := &flow.Program{}
	if version == 0 {
		return p, nil
	}
	text, err := store.FlowProgram(ctx, workspace, version)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(text), p); err != nil {
		return nil, fmt.Errorf("version %d of the flows of %s: %w", version, workspace, err)
	}
	return p, nil
}

// answers says whether a program has a workflow for a trigger.
func answers(p *flow.Program, on flow.Trigger) bool {
	return slices.ContainsFunc(p.Workflows, func(w flow.Workflow) bool { return !w.Off && w.On == on })
}

// afters are the times of waiting, in seconds, that a program has workflows for.
func afters(p *flow.Program) []int {
	var all []int
	for _, w := range p.Workflows {
		if !w.Off && w.On == flow.CallQueued && !slices.Contains(all, w.After) {
			all = append(all, w.After)
		}
	}
	return all
}
