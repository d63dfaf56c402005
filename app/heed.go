package app

import (
	"ringdesk/controller/journal"
	"ringdesk/models"
)

// heed passes changes of the store on: trunks to the engine (ADM-3), tasks that shall
// be tried again to their workers, calls to statistics and webhooks, and agents to the calls, as they may be free now.
// Of agents it heeds changes of other programs only, such as the command line: every
// call changes agents, and our own API tells of those that became free.
func (a *App) heed(changes []models.Change) {
	for _, c := range changes {
		a.heedWorkflows(c)
		switch {
		case c.Topic == journal.TopicTrunk:
			a.provisioner.Changed(c.EntityID)
		case c.Topic == journal.TopicWebhook && a.webhooks != nil:
			a.webhooks.Wake(c.EntityID)
		case c.Topic == journal.TopicCall && a.webhooks != nil:
			a.statistics.Kick()
			if a.webhooks.On() {
				a.webhooks.Kick()
			}
		case (c.Topic == journal.TopicConversation || c.Topic == journal.TopicWorkspace) && a.statistics != nil:
			a.statistics.Kick()
		case c.Topic == journal.TopicTask && a.tasks != nil:
			a.tasks.KickAll()
		case c.Elsewhere && (c.Topic == journal.TopicAgent || c.Topic == journal.TopicTeam):
			a.Exchange.AgentsChanged(c.WorkspaceID)
		}
	}
}

// heedWorkflows tells who carries workflows out of what they may answer to.
func (a *App) heedWorkflows(c models.Change) {
	switch {
	case a.workflows == nil:
	case c.Topic == journal.TopicFlow:
		a.workflows.FlowsChanged()
	case a.workflows.On() && (c.Topic == journal.TopicCall || c.Topic == journal.TopicConversation || c.Topic == journal.TopicNote):
		a.workflows.Kick()
	}
}
