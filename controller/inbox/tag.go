package inbox

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
)

const (
	mostTags   = 30 // of one conversation
	longestTag = 60 // characters
)

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
