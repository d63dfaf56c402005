package models

import (
	"slices"

	"ringdesk/controller/journal"
)

// SetTags gives a conversation these tags and no others, and says which came and
// which went.
func (t *Tx) SetTags(workspace, conversation string, tags []string) (added, removed []string, err error) {
	had, err := t.Tags(conversation)
	if err != nil {
		return nil, nil, err
	}
	for _, tag := range tags {
		if !slices.Contains(had, tag) && !slices.Contains(added, tag) {
			added = append(added, tag)
		}
	}
	for _, tag := range had {
		if !slices.Contains(tags, tag) {
			removed = append(removed, tag)
		}
	}
	for _, tag := range added {
		if err := t.TagConversation(workspace, conversation, tag); err != nil {
			return nil, nil, err
		}
	}
	if len(removed) > 0 {
		if err := t.db.Exec("DELETE FROM conversation_tags WHERE conversation_id = ? AND tag IN ?", conversation, removed).Error; err != nil {
			return nil, nil, err
		}
		if err := t.indexTags(conversation); err != nil {
			return nil, nil, err
		}
		err = t.Changed(workspace, journal.TopicConversation, conversation)
	}
	return added, removed, err
}

// Tags gives a conversation's tags, in alphabetical order.
func (t *Tx) Tags(conversation string) (tags []string, err error) {
	return tags, t.db.Table("conversation_tags").Where("conversation_id = ?", conversation).Order("tag").Pluck("tag", &tags).Error
}
