package models

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"ringdesk/controller/journal"
)

// Tag is one that a workspace has. Conversations name it.
type Tag struct {
	ID          string `gorm:"primaryKey"`
	WorkspaceID string
	Name        string
	Colour      string
	CreatedAt   Time
}

// CountedTag is a tag with how many conversations have it.
type CountedTag struct {
	Tag
	Conversations int
}

// plainTag is the colour of a tag that nobody has given one.
const plainTag = "gray"

// AddTag makes a tag; a name that is taken gives ErrConflict.
func (t *Tx) AddTag(tag Tag) error {
	if tag.Colour == "" {
		tag.Colour = plainTag
	}
	if err := create(t.db, &tag); err != nil {
		return err
	}
	return t.Changed(tag.WorkspaceID, journal.TopicTag, tag.ID)
}

// TagUpdate is what changes of a tag; what is nil stays as it is.
type TagUpdate struct{ Name, Colour *string }

// UpdateTag changes a tag. Conversations that have it are for MoveTag.
func (t *Tx) UpdateTag(workspace, id string, u TagUpdate) error {
	if err := update(t.db.Model(&Tag{}).Where("workspace_id = ? AND id = ?", workspace, id), u); err != nil {
		return err
	}
	return t.Changed(workspace, journal.TopicTag, id)
}

// DeleteTag removes a tag, which no conversation has any more.
func (t *Tx) DeleteTag(workspace, id string) error {
	if err := gone(t.db.Where("workspace_id = ? AND id = ?", workspace, id).Delete(&Tag{})); err != nil {
		return err
	}
	return t.Changed(workspace, journal.TopicTag, id)
}

// Tag finds a tag of a workspace inside the transaction.
func (t *Tx) Tag(workspace, id string) (Tag, error) {
	return one[Tag](t.db, "workspace_id = ? AND id = ?", workspace, id)
}

// TagNamed finds a tag by its name inside the transaction.
func (t *Tx) TagNamed(workspace, name string) (Tag, error) {
	return one[Tag](t.db, "workspace_id = ? AND name = ?", workspace, name)
}

// Tags lists a workspace's tags by name, or the one with an id ("" means all).
func (s *Store) Tags(ctx context.Context, workspace, id string) ([]CountedTag, error) {
	var tags []CountedTag
	err := s.read.WithContext(ctx).Raw(`SELECT g.*, (SELECT COUNT(*) FROM conversation_tags t JOIN conversations c ON c.id = t.conversation_id
		WHERE t.tag = g.name AND c.workspace_id = g.workspace_id) AS conversations
		FROM tags g WHERE g.workspace_id = ? AND (? = '' OR g.id = ?) ORDER BY g.name`, workspace, id, id).Scan(&tags).Error
	return tags, err
}

// MoveTag takes a tag off at most limit conversations of a workspace and gives them
// another one, or none ("" as to). It says how many there were.
func (t *Tx) MoveTag(workspace, from, to string, limit int) (int, error) {
	var ids []string
	err := t.db.Raw(`SELECT t.conversation_id FROM conversation_tags t JOIN conversations c ON c.id = t.conversation_id
		WHERE t.tag = ? AND c.workspace_id = ? ORDER BY t.conversation_id LIMIT ?`, from, workspace, limit).Scan(&ids).Error
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		if err := t.db.Exec("DELETE FROM conversation_tags WHERE conversation_id = ? AND tag = ?", id, from).Error; err != nil {
			return 0, err
		}
		if to != "" {
			if err := addConversationTag(t.db, id, to); err != nil {
				return 0, err
			}
		}
		if err := errors.Join(t.indexTags(id), t.Changed(workspace, journal.TopicConversation, id)); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}

func addConversationTag(db *gorm.DB, conversation, tag string) error {
	return db.Exec("INSERT INTO conversation_tags (conversation_id, tag) VALUES (?, ?) ON CONFLICT DO NOTHING", conversation, tag).Error
}

// TagConversation gives a conversation a tag; one that it has already stays. A tag
// that the workspace does not have yet is made.
func (t *Tx) TagConversation(workspace, conversation, tag string) error {
	if err := t.db.Exec(`INSERT INTO tags (id, workspace_id, name, colour, created_at) SELECT ?, workspace_id, ?, ?, updated_at FROM conversations
		WHERE id = ? ON CONFLICT DO NOTHING`, NewID(), tag, plainTag, conversation).Error; err != nil {
		return err
	}
	if err := addConversationTag(t.db, conversation, tag); err != nil {
		return err
	}
	if err := t.indexTags(conversation); err != nil {
		return err
	}
	return t.Changed(workspace, journal.TopicConversation, conversation)
}

// TagsOf gives the tags of several conversations, in alphabetical order.
func (s *Store) TagsOf(ctx context.Context, conversations []string) (map[string][]string, error) {
	var rows []struct{ ConversationID, Tag string }
	err := s.read.WithContext(ctx).Table("conversation_tags").Where("conversation_id IN ?", conversations).
		Order("tag").Find(&rows).Error
	tags := map[string][]string{}
	for _, r := range rows {
		tags[r.ConversationID] = append(tags[r.ConversationID], r.Tag)
	}
	return tags, err
}
