package models

import (
	"context"
	"errors"

	"gorm.io/gorm"
)

// checkPostgres says what keeps ringdesk from a database. The server keeps
// checksums of its pages itself, if it was made with them.
func checkPostgres(ctx context.Context, url string) ([]string, error) {
	_, pool, err := connectPostgres(ctx, url, 1, nil)
	if err == nil {
		err = errors.Join(fitting(ctx, pool), pool.Close())
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return []string{err.Error()}, nil
	}
	return nil, nil
}

func lookIntoPostgres(url string, look func(*gorm.DB) error) (err error) {
	db, pool, err := connectPostgres(context.Background(), url, 1, map[string]string{"default_transaction_read_only": "on"})
	if err != nil {
		return err
	}
	return errors.Join(look(db), pool.Close())
}
