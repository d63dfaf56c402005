package models

import "time"

// StartWrapUp gives an agent time to finish the conversation of the call that
// ended (END-5). It takes the place of an earlier wrap-up.
func (t *Tx) StartWrapUp(workspace, agent, conversation string, until time.Time) error {
	return t.UpdateAgent(workspace, agent, map[string]any{"wrap_up_until": At(until), "wrap_up_conversation": conversation})
}

const endWrapUp = "UPDATE agents SET wrap_up_until = NULL, wrap_up_conversation = '' WHERE wrap_up_until IS NOT NULL AND workspace_id = ? "

// EndWrapUp ends an agent's wrap-up, if there is one.
func (t *Tx) EndWrapUp(workspace, agent string) error {
	return t.changeAgents(endWrapUp+"AND id = ?", workspace, agent)
}

// EndWrapUpOf ends the wrap-up of all who wrap a conversation up: it was
// closed or snoozed (END-5).
func (t *Tx) EndWrapUpOf(workspace, conversation string) error {
	return t.changeAgents(endWrapUp+"AND wrap_up_conversation = ?", workspace, conversation)
}
