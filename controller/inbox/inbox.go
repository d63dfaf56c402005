// Package inbox holds what may be done to conversations and to those whom a
// workspace talks with: notes, contacts, missed conversations, blocked callers.
// The API calls these verbs, and so will everything else that changes the inbox.
//
// A verb is one transaction in the workspace that verb.By names. It checks what it
// is given against what is there, and refuses with a *verb.Refusal.
package inbox

import (
	"time"

	"ringdesk/models"
)

// What is said of an id that the workspace does not have.
const (
	UnknownConversation = "There is no conversation with this id in your workspace."
	UnknownContact      = "There is no contact with this id in your workspace."
	unknownBlock        = "There is no block with this id in your workspace."
	unknownNumber       = "There is no number with this id in your workspace."
)

// Inbox carries the verbs out.
type Inbox struct {
	Store *models.Store
	Calls Calls
	Now   func() time.Time
	// AgentsChanged tells the live calls of a workspace in which an agent may have
	// become free. nil tells nobody.
	AgentsChanged func(workspace string)
}

func (b *Inbox) now() models.Time { return models.At(b.Now()) }

func (b *Inbox) agentsChanged(workspace string) {
	if b.AgentsChanged != nil {
		b.AgentsChanged(workspace)
	}
}
