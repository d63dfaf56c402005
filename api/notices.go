package api

import (
	"context"

	"ringdesk/controller/journal"
	"ringdesk/models"
)

// ReadConversation marks as read what a conversation has for the agent who asks.
func (h *handlers) ReadConversation(ctx context.Context, req ReadConversationRequestObject) (ReadConversationResponseObject, error) {
	return ReadConversation204Response{}, h.inbox.Read(ctx, who(ctx).by(), req.Id)
}

// SendMessage is refused (INBOX-2).
func (h *handlers) SendMessage(ctx context.Context, req SendMessageRequestObject) (SendMessageResponseObject, error) {
	return SendMessage204Response{}, h.inbox.SendMessage(ctx, who(ctx).by(), req.Id)
}

func viewNotice(n models.Notice, names map[string]string) Notice {
	v := Notice{Id: n.ID, ConversationId: n.ConversationID, Kind: NoticeKind(n.Kind), NoteId: optional(n.NoteID), At: n.At.Time, Read: !n.ReadAt.IsZero()}
	if n.ByID != "" {
		v.By = &AgentRef{Id: n.ByID, Name: names[n.ByID]}
	}
	return v
}

// readNotices puts notices into data, and the account of each one's agent into
// private: nobody else is told.
func (h *hub) readNotices(ctx context.Context, workspace string, rows []models.Notice, data map[thing]any, private map[string]string) error {
	names, err := h.s.opts.Store.AgentNames(ctx, workspace)
	if err != nil {
		return err
	}
	ids := make([]string, len(rows))
	for i, n := range rows {
		ids[i] = n.AgentID
	}
	agents, err := h.s.opts.Store.AgentsByID(ctx, workspace, ids)
	if err != nil {
		return err
	}
	accounts := make(map[string]string, len(agents))
	for _, a := range agents {
		accounts[a.ID] = a.AccountID
	}
	for _, n := range rows {
		if account := accounts[n.AgentID]; account != "" {
			about := thing{workspace, journal.TopicNotice, n.ID}
			data[about], private[n.ID] = viewNotice(n, names), account
		}
	}
	return nil
}
