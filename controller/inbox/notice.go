package inbox

import (
	"context"

	"ringdesk/controller/journal"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// Read marks as read what a conversation has for the agent who asks, such as a
// mention (INBOX-3).
func (b *Inbox) Read(ctx context.Context, by verb.By, conversation string) error {
	if err := by.NeedAgent("read what is for them"); err != nil {
		return err
	}
	return b.Store.Tx(ctx, func(tx *models.Tx) error {
		if _, err := tx.Conversation(by.Workspace, conversation); err != nil {
			return verb.Missing(err, UnknownConversation)
		}
		return tx.ReadNotices(by.Workspace, by.Agent, conversation, b.now())
	})
}

// mention adds the colleagues whom a note mentions to its conversation, and tells
// them (INBOX-3). Who mentions themselves needs no telling.
func mention(tx *models.Tx, n models.Note, agents []string) error {
	for _, id := range agents {
		if id == n.AuthorID {
			continue
		}
		joined, err := tx.AddMember(models.ConversationMember{ConversationID: n.ConversationID, AgentID: id, WorkspaceID: n.WorkspaceID, AddedBy: n.AuthorID, AddedAt: n.CreatedAt})
		if err != nil {
			return err
		}
		if joined {
			if err := tx.AddConversationEntry(n.WorkspaceID, n.ConversationID, n.AuthorID, n.CreatedAt, journal.ConversationJoined{AgentID: id}); err != nil {
				return err
			}
		}
		err = tx.Notify(models.Notice{WorkspaceID: n.WorkspaceID, AgentID: id, ConversationID: n.ConversationID, Kind: models.NoticeMention,
			ByID: n.AuthorID, NoteID: n.ID, At: n.CreatedAt})
		if err != nil {
			return err
		}
	}
	return nil
}

// tellAssigned tells an agent that somebody else gave them a conversation.
func tellAssigned(tx *models.Tx, by verb.By, conversation, agent string, now models.Time) error {
	if agent == "" || agent == by.Agent {
		return nil
	}
	return tx.Notify(models.Notice{WorkspaceID: by.Workspace, AgentID: agent, ConversationID: conversation, Kind: models.NoticeAssigned, ByID: by.Agent, At: now})
}
