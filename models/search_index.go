package models

import (
	"maps"
	"slices"

	"ringdesk/models/search"

	"gorm.io/gorm"
)

// indexContact makes a contact found by what it is now, in the transaction that
// wrote that.
func indexContact(db *gorm.DB, c FullContact) error {
	if err := writeContactTokens(db, c); err != nil {
		return err
	}
	return writeSortName(db, c)
}

// indexContactAgain is indexContact for a contact that was changed.
func (t *Tx) indexContactAgain(workspace, id string) error {
	c, err := t.Contact(workspace, id)
	if err != nil {
		return err
	}
	return indexContact(t.db, c)
}

// writeSortName gives a contact its place in the order of names.
func writeSortName(db *gorm.DB, c FullContact) error {
	key, initial := sortName(c)
	_, err := exec(db, "UPDATE contacts SET sort_name = ?, initial = ? WHERE id = ?", key, initial, c.ID)
	return err
}

// sortName gives the key by which a contact is sorted, and the letter that it stands under.
func sortName(c FullContact) (key, initial string) {
	instead := c.CallerAddress
	if len(c.Numbers) > 0 {
		instead = c.Numbers[0]
	}
	return search.SortName(c.Name, instead)
}

func writeContactTokens(db *gorm.DB, c FullContact) error {
	docs, err := values[int64](db, `UPDATE contacts SET search_doc = COALESCE(search_doc, (SELECT COALESCE(MAX(search_doc), 0) + 1 FROM contacts WHERE search_doc IS NOT NULL))
		WHERE id = ? RETURNING search_doc`, c.ID)
	if err != nil || len(docs) == 0 {
		return err
	}
	return fullTextOf(db).write(db, "contact_tokens", docs[0], contactTokens(c))
}

func contactTokens(c FullContact) string {
	fields := []string{c.Name, c.CallerName, c.Email, c.CallerAddress}
	values := c.Values()
	for _, key := range slices.Sorted(maps.Keys(values)) {
		fields = append(fields, values[key])
	}
	return search.Tokens(fields, c.Numbers)
}

// textBits are the bits of a row of text_tokens that say which text of its
// conversation it is.
const textBits = 20

// writeTextTokens makes a conversation found by its tags, or with more = 1 by one
// more note.
func writeTextTokens(db *gorm.DB, conversation string, more int, texts ...string) error {
	var at struct{ SearchDoc, SearchTexts int64 }
	err := db.Raw(`UPDATE conversations SET search_texts = search_texts + ?,
		search_doc = COALESCE(search_doc, (SELECT COALESCE(MAX(search_doc), 0) + 1 FROM conversations WHERE search_doc IS NOT NULL))
		WHERE id = ? RETURNING search_doc, search_texts`, more, conversation).Scan(&at).Error
	if err != nil {
		return err
	}
	row := at.SearchDoc << textBits
	if more > 0 {
		row += at.SearchTexts
	}
	return fullTextOf(db).write(db, "text_tokens", row, search.Tokens(texts, nil))
}

// indexNote makes a conversation found by a new note.
func (t *Tx) indexNote(conversation, text string) error {
	return writeTextTokens(t.db, conversation, 1, text)
}

// indexTags makes a conversation found by the tags that it has now.
func (t *Tx) indexTags(conversation string) error {
	var tags []string
	err := t.db.Raw("SELECT tag FROM conversation_tags WHERE conversation_id = ? ORDER BY tag", conversation).Scan(&tags).Error
	if err != nil {
		return err
	}
	return writeTextTokens(t.db, conversation, 0, tags...)
}

// fillAtOnce is how many rows are read at once.
const fillAtOnce = 500

// fillSearch makes everything found that was written before there was an index.
func fillSearch(db *gorm.DB) error {
	if err := eachContact(db, writeContactTokens); err != nil {
		return err
	}
	var tagged []string
	if err := db.Raw("SELECT DISTINCT conversation_id FROM conversation_tags").Scan(&tagged).Error; err != nil {
		return err
	}
	for _, id := range tagged {
		if err := (&Tx{db: db}).indexTags(id); err != nil {
			return err
		}
	}
	for after := ""; ; {
		var notes []struct{ ID, ConversationID, Text string }
		err := db.Raw("SELECT id, conversation_id, text FROM notes WHERE id > ? ORDER BY id LIMIT ?", after, fillAtOnce).Scan(&notes).Error
		if err != nil {
			return err
		}
		for _, n := range notes {
			if err := (&Tx{db: db}).indexNote(n.ConversationID, n.Text); err != nil {
				return err
			}
			after = n.ID
		}
		if len(notes) < fillAtOnce {
			return nil
		}
	}
}

// fillSortNames puts the contacts in the order of names that were there before it.
func fillSortNames(db *gorm.DB) error { return eachContact(db, writeSortName) }

// eachContact does something for every contact.
func eachContact(db *gorm.DB, do func(*gorm.DB, FullContact) error) error {
	for after := ""; ; {
		var cs []Contact
		err := db.Raw(`SELECT id, name, email, profile, caller_address, caller_name FROM contacts WHERE id > ? ORDER BY id LIMIT ?`,
			after, fillAtOnce).Scan(&cs).Error
		if err != nil {
			return err
		}
		full, err := withNumbers(db, cs)
		if err != nil {
			return err
		}
		for _, c := range full {
			if err := do(db, c); err != nil {
				return err
			}
			after = c.ID
		}
		if len(cs) < fillAtOnce {
			return nil
		}
	}
}
