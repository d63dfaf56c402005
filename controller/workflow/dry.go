package workflow

import (
	"context"
	"time"

	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/dialplan/flow"
	"ringdesk/models"
)

// DryRun says what a workflow would do for a conversation of the past, as if what it answers to
// had happened then: nothing is done. answers says whether its condition holds.
func DryRun(ctx context.Context, store *models.Store, workspace string, p *flow.Program, name, conversation string, now time.Time) (answers bool, results []Result, err error) {
	for _, w := range p.Workflows {
		if w.Name != name {
			continue
		}
		c, err := store.Conversation(ctx, workspace, conversation)
		if err != nil {
			return false, nil, verb.Missing(err, "There is no conversation with this id in your workspace.", reason.NoConversation)
		}
		e := models.WorkflowEvent{WorkspaceID: workspace, ConversationID: c.ID, Type: string(w.On), At: models.At(now), Data: "{}"}
		s, err := look(ctx, store, e, now)
		if err != nil {
			return false, nil, err
		}
		s.happening.Waited = w.After
		if tags := s.happening.Facts.Contact.Tags; len(tags) > 0 {
			s.happening.Tag = tags[len(tags)-1]
		}
		alone := *p
		w.Off = false // what it would do once it is on
		alone.Workflows = []flow.Workflow{w}
		for _, response := range alone.Respond(s.happening, now) {
			answers = true
			for _, a := range response.Acts {
				results = append(results, would(a, c))
			}
		}
		return answers, results, nil
	}
	return false, nil, verb.Missing(models.ErrNotFound, "There is no workflow of this name in the version in force.", reason.NotThere)
}

// would says what became of an action.
func would(a flow.Act, c models.Conversation) Result {
	r := Result{Kind: a.Kind, Line: a.At.Line, State: Would, Says: a.Text}
	switch {
	case a.Refused != "":
		r.State, r.Says = Refused, a.Refused
	case a.Kind == "snooze" && c.MissedReason != "":
		r.State, r.Says = Refused, "A missed conversation can only be closed: call the customer back, which makes a new one."
	case a.Kind == "sms":
		r.Says = a.To + ": " + a.Text
	case a.Kind == "webhook":
		r.Says = a.URL
	}
	return r
}
