package models

import (
	"embed"
	"fmt"
	"io/fs"
	"time"

	"gorm.io/gorm"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate runs the migrations that the database has not had, in the order of
// their names, each in a transaction. Migrations are only ever added.
func migrate(db *gorm.DB) error {
	if err := db.Exec("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, at BIGINT NOT NULL)").Error; err != nil {
		return fmt.Errorf("the database cannot be written: %w", err)
	}
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	for _, name := range names {
		err := db.Transaction(func(tx *gorm.DB) error {
			var had int64
			if err := tx.Raw("SELECT COUNT(*) FROM migrations WHERE name = ?", name).Scan(&had).Error; err != nil || had > 0 {
				return err
			}
			sql, err := migrations.ReadFile(name)
			if err != nil {
				return err
			}
			if err := tx.Exec(string(sql)).Error; err != nil {
				return err
			}
			return tx.Exec("INSERT INTO migrations (name, at) VALUES (?, ?)", name, time.Now().UnixMicro()).Error
		})
		if err != nil {
			return fmt.Errorf("migration %s: %w", name, err)
		}
	}
	return nil
}
