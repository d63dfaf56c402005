package inbox

import (
	"context"

	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
)

// SendMessage refuses to send the customer of a conversation a message: phone
// conversations allow internal notes only, and text with customers is no part of
// ringdesk (INBOX-2).
func (b *Inbox) SendMessage(ctx context.Context, by verb.By, conversation string) error {
	c, err := b.Store.Conversation(ctx, by.Workspace, conversation)
	if err != nil {
		return verb.Missing(err, UnknownConversation, reason.NoConversation)
	}
	what := map[string]string{"phone": "Phone", "voice": "Voice", "video": "Video"}[c.Kind]
	return verb.Refuse(verb.Conflict, "", "%s conversations cannot message the customer: write an internal note, or call them.", what).Because(reason.NoMessages)
}
