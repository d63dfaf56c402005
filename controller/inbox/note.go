package inbox

import (
	"context"
	"slices"
	"strings"

	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// AddNote writes an internal note of a conversation, which may mention agents of
// the workspace by their ids (INBOX-3). Only an agent can be its author.
func (b *Inbox) AddNote(ctx context.Context, by verb.By, conversation, text string, mentions []string) (models.Note, error) {
	n := models.Note{ID: models.NewID(), WorkspaceID: by.Workspace, ConversationID: conversation, AuthorID: by.Agent,
		Text: strings.TrimSpace(text), CreatedAt: b.now()}
	if err := by.NeedAgent("write notes"); err != nil {
		return n, err
	}
	if n.Text == "" {
		return n, verb.Refuse(verb.Invalid, "text", "text must not be empty.").Because(reason.Required)
	}
	mentions = slices.Compact(slices.Sorted(slices.Values(mentions)))
	names, err := b.Store.AgentNames(ctx, by.Workspace)
	if err != nil {
		return n, err
	}
	for _, m := range mentions {
		if names[m] == "" {
			return n, verb.Refuse(verb.Invalid, "mentions", "There is no agent with the id %s in your workspace.", verb.Short(m)).Because(reason.NoAgent)
		}
	}
	err = b.Store.Tx(ctx, func(tx *models.Tx) error {
		if _, err := tx.Conversation(by.Workspace, conversation); err != nil {
			return verb.Missing(err, UnknownConversation, reason.NoConversation)
		}
		return WriteNote(tx, n, mentions)
	})
	if err != nil {
		return n, err
	}
	return b.Store.Note(ctx, by.Workspace, n.ID)
}

// WorkflowNote writes an internal note that a workflow makes, inside a transaction that does more: it
// has no author, and mentions nobody.
func WorkflowNote(tx *models.Tx, by verb.By, conversation, text string, now models.Time) (models.Note, error) {
	n := models.Note{ID: models.NewID(), WorkspaceID: by.Workspace, ConversationID: conversation, Text: strings.TrimSpace(text), CreatedAt: now}
	if n.Text == "" {
		return n, verb.Refuse(verb.Invalid, "text", "text must not be empty.").Because(reason.Required)
	}
	if _, err := tx.Conversation(by.Workspace, conversation); err != nil {
		return n, verb.Missing(err, UnknownConversation, reason.NoConversation)
	}
	return n, WriteNote(tx, n, []string{})
}

// WriteNote writes a note inside a transaction that does more, and tells those
// whom it mentions.
func WriteNote(tx *models.Tx, n models.Note, mentions []string) error {
	if err := tx.AddNote(n, mentions); err != nil {
		return err
	}
	return mention(tx, n, mentions)
}
