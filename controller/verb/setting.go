package verb

import (
	"strings"

	"ringdesk/controller/reason"
)

// Setting is the refusal of a mistake that a check of settings has found. The
// check's sentence begins with the setting that is at fault; at is the field of
// the request that the settings stand in, "" when they are all of it.
func Setting(at string, err error) error {
	first, _, _ := strings.Cut(err.Error(), "\n") // of several mistakes
	field, _, _ := strings.Cut(first, " ")
	field = strings.TrimSuffix(field, ":")
	if at != "" {
		field = at + "." + field
	}
	return Refuse(Invalid, field, "%s.", first).Because(reason.BadSetting, "text", first+".")
}
