package inbox

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

const (
	mostTags   = 30 // of one conversation
	longestTag = 60 // characters
)

// ChangeTags adds tags to a conversation and takes others away, inside a transaction that does more.
func ChangeTags(tx *models.Tx, by verb.By, id string, add, remove []string, now models.Time) error {
	add, err := cleanTags(add)
	if err != nil {
		return err
	}
	if remove, err = cleanTags(remove); err != nil {
		return err
	}
	tags, err := tx.Tags(id)
	if err != nil {
		return err
	}
	left := slices.DeleteFunc(slices.Concat(tags, add), func(tag string) bool { return slices.Contains(remove, tag) })
	return Change(tx, by, id, ConversationChange{Tags: &left}, now)
}

// cleanTags gives tags without the spaces around them, each once.
func cleanTags(tags []string) ([]string, error) {
	clean := make([]string, 0, len(tags))
	for _, tag := range tags {
		tag = strings.TrimSpace(tag)
		switch {
		case tag == "":
			return nil, verb.Refuse(verb.Invalid, "tags", "A tag must not be empty.").Because(reason.Required)
		case utf8.RuneCountInString(tag) > longestTag:
			return nil, verb.Refuse(verb.Invalid, "tags", "A tag has at most %d characters.", longestTag).Because(reason.TooLong, "max", strconv.Itoa(longestTag))
		}
		if !slices.Contains(clean, tag) {
			clean = append(clean, tag)
		}
	}
	if len(clean) > mostTags {
		return nil, verb.Refuse(verb.Invalid, "tags", "A conversation has at most %d tags.", mostTags).Because(reason.TooMany, "max", strconv.Itoa(mostTags))
	}
	return clean, nil
}
