package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ringdesk/app"
	"ringdesk/configs"
	"ringdesk/models"
)

type migrateStoreCmd struct {
	From string `required:"" help:"'sqlite', the file in the data folder, or the URL of a PostgreSQL."`
	To   string `required:"" help:"The same; it must be empty. A PostgreSQL's password is RINGDESK_DATABASE_PASSWORD or in the file RINGDESK_DATABASE_PASSWORD_FILE."`
}

// Run copies an installation's database to another one. Recordings, sounds and
// secrets stay where they are.
func (c migrateStoreCmd) Run(s configs.Settings) error {
	var places [2]configs.Settings
	for i, text := range []string{c.From, c.To} {
		if err := configs.CheckDatabase(text); err != nil {
			return usageError{Err: fmt.Errorf("%q: %w", configs.Shown(text), err)}
		}
		places[i] = s
		places[i].Storage.Database = text
	}
	unlock, err := app.LockData(s.Storage.Data)
	if err != nil {
		return usageError{Err: err}
	}
	defer unlock()
	began := time.Now()
	moved, err := models.Move(context.Background(), places[0].Database(), places[1].Database())
	if errors.Is(err, models.ErrNotEmpty) {
		err = usageError{Err: fmt.Errorf("%s: %w; nothing was changed. Choose another one", places[1].DatabaseShown(), err)}
	}
	if err != nil {
		return err
	}
	rows := 0
	for _, m := range moved {
		rows += m.Rows
		say("%10d rows  %s  %s", m.Rows, m.Sum, m.Table)
	}
	say("%d rows of %d tables are in %s, each read again and compared, in %v. Set RINGDESK_DATABASE=%s and start ringdesk; %s is as it was.",
		rows, len(moved), places[1].DatabaseShown(), time.Since(began).Round(time.Millisecond), c.To, places[0].DatabaseShown())
	return nil
}
