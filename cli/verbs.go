package cli

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"ringdesk/configs"
	"ringdesk/controller/numbering"
	"ringdesk/controller/people"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// verbs are what may be done to an installation, the same as over the API. They
// work on the database: a ringdesk that runs notices at once.
type verbs struct {
	people    *people.People
	numbering *numbering.Numbering
}

func verbsOn(store *models.Store) verbs {
	return verbs{people: &people.People{Store: store, Now: time.Now}, numbering: &numbering.Numbering{Store: store, Now: time.Now, Log: slog.Default()}}
}

// withVerbs opens the database for verbs. Their refusals are for the operator
// to mend.
func withVerbs(s configs.Settings, do func(context.Context, verbs) error) error {
	store, err := models.Open(s.Database())
	if err != nil {
		return usageError{Err: err}
	}
	if s.SIP.LocalTrunks {
		store.AllowLocalTrunks()
	}
	err = do(context.Background(), verbsOn(store))
	if errors.As(err, new(*verb.Refusal)) {
		err = usageError{Err: err}
	}
	return errors.Join(err, store.Close())
}
