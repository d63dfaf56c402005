package cli

import (
	"context"
	"log/slog"
	"time"

	"ringdesk/configs"
	"ringdesk/controller/people"
	"ringdesk/models"
)

// joinPath is where a link leads, below the desk's address.
const joinPath = "/join/"

// welcome tells in the log how the owner begins an installation that has no
// workspace yet: by a link that works once. A restart keeps a link that still
// works; only its hash is stored, so it is not told a second time.
func welcome(ctx context.Context, s configs.Settings, store *models.Store, log *slog.Logger) error {
	l, err := (&people.People{Store: store, Now: time.Now}).FirstStart(ctx)
	switch {
	case err != nil:
		return err
	case l.Token != "":
		log.Warn("ringdesk has no owner yet: open this link once, within 24 hours, to choose your name, e-mail address and password",
			"link", s.DeskURL()+joinPath+l.Token, "works until", l.ExpiresAt.Format(time.RFC3339))
	case !l.ExpiresAt.IsZero():
		log.Warn("ringdesk has no owner yet: the link that an earlier start has told still works; `ringdesk admin owner-link` makes a new one",
			"works until", l.ExpiresAt.Format(time.RFC3339))
	}
	return nil
}

type ownerLinkCmd struct{}

// Run is for whoever has lost the link that stood in the log.
func (ownerLinkCmd) Run(s configs.Settings) error {
	return withVerbs(s, func(ctx context.Context, v verbs) error {
		l, err := v.people.OwnerLink(ctx)
		if err == nil {
			say("%s%s%s\nIt works once, until %s.", s.DeskURL(), joinPath, l.Token, l.ExpiresAt.Local().Format(time.DateTime))
		}
		return err
	})
}
