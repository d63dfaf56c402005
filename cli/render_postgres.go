package cli

import (
	"cmp"
	"crypto/rand"
	"path/filepath"

	"ringdesk/configs"
	"ringdesk/controller/durable"
)

// postgresFlags say where the password of a PostgreSQL beside the controller goes.
type postgresFlags struct {
	PostgresDir string `help:"Folder for the password of a PostgreSQL beside the controller; without it none is made."`
}

// render writes the password of the last time, or a new one, and gives the settings
// that hold it. docker/postgres/start reads it.
func (f postgresFlags) render(s *configs.Settings, dir string) ([]string, error) {
	if f.PostgresDir == "" {
		return nil, nil
	}
	const name = "storage.database_password"
	kept, err := configs.Kept(filepath.Join(dir, "ringdesk.yaml"), name)
	if err != nil {
		return nil, err
	}
	s.Storage.Password = cmp.Or(kept, rand.Text())
	return []string{name}, durable.Replace(filepath.Join(f.PostgresDir, "password"), []byte(s.Storage.Password), 0o600)
}
