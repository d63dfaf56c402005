package people

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"ringdesk/controller/audit"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// Key is a new API key, with its secret, which is stored nowhere.
type Key struct{ AccessKey, Secret string }

// KeyChange is what a key is to be; what is nil stays, or has its default.
type KeyChange struct {
	Name, Scope *string
	PerMinute   *int
}

// AddKey makes an API key of a workspace.
func (p *People) AddKey(ctx context.Context, by verb.By, workspace string, c KeyChange) (k Key, err error) {
	err = p.Store.Tx(ctx, func(tx *models.Tx) error {
		k, err = AddKey(tx, by, workspace, c, models.At(p.Now()))
		return err
	})
	return k, err
}

// AddKey is the verb inside a transaction that makes more than a key.
func AddKey(tx *models.Tx, by verb.By, workspace string, c KeyChange, now models.Time) (Key, error) {
	if err := WorkspaceThere(tx, workspace); err != nil {
		return Key{}, err
	}
	k := Key{AccessKey: "rd_" + strings.ToLower(rand.Text()[:16]), Secret: NewPassword() + "-" + NewPassword()}
	name, err := trimmed(c.Name)
	if err != nil {
		return Key{}, err
	}
	row := models.APIKey{AccessKey: k.AccessKey, WorkspaceID: workspace, SecretHash: HashToken(k.Secret), CreatedAt: now}
	set(&row.Name, name)
	set(&row.Scope, c.Scope)
	set(&row.PerMinute, c.PerMinute)
	if err := tx.AddAPIKey(row); err != nil {
		return Key{}, err
	}
	if row, err = tx.APIKey(row.AccessKey); err != nil {
		return Key{}, err
	}
	return k, audit.Write(tx, by, workspace, now.Time, audit.Entry{Action: audit.Created, Kind: audit.Key, ID: row.AccessKey, Name: row.Name, Changes: audit.Diff(nil, keyFields(row))})
}

// DeleteKey ends an API key: the next request with it is refused.
func (p *People) DeleteKey(ctx context.Context, by verb.By, workspace, accessKey string) error {
	return p.Store.Tx(ctx, func(tx *models.Tx) error {
		k, err := keyOf(tx, workspace, accessKey)
		if err != nil {
			return err
		}
		return p.deleteKey(tx, by, k)
	})
}

// keyOf finds an API key of a workspace.
func keyOf(tx *models.Tx, workspace, accessKey string) (models.APIKey, error) {
	k, err := tx.APIKey(accessKey)
	if err == nil && k.WorkspaceID != workspace {
		err = models.ErrNotFound
	}
	return k, verb.Missing(err, UnknownKey, reason.NoKey)
}

// ChangeKey changes what an API key is called and may do; its secret stays.
func (p *People) ChangeKey(ctx context.Context, by verb.By, workspace, accessKey string, c KeyChange) error {
	name, err := trimmed(c.Name)
	if err != nil {
		return err
	}
	return p.Store.Tx(ctx, func(tx *models.Tx) error {
		before, err := keyOf(tx, workspace, accessKey)
		if err != nil {
			return err
		}
		if err := tx.UpdateAPIKey(workspace, accessKey, models.APIKeyUpdate{Name: name, Scope: c.Scope, PerMinute: c.PerMinute}); err != nil {
			return err
		}
		after, err := tx.APIKey(accessKey)
		if err != nil {
			return err
		}
		return p.note(tx, by, workspace, audit.Entry{Action: audit.Changed, Kind: audit.Key, ID: accessKey, Name: after.Name, Changes: audit.Diff(keyFields(before), keyFields(after))})
	})
}

// usedEvery is how exactly it is known when an API key was used last: each use would
// cost a commit.
const usedEvery = time.Minute

// KeyUsed notes that an API key is used.
func (p *People) KeyUsed(ctx context.Context, k models.APIKey) error {
	now := p.Now()
	if now.Sub(k.LastUsedAt.Time) < usedEvery {
		return nil
	}
	return p.Store.Tx(ctx, func(tx *models.Tx) error {
		return tx.UpdateAPIKey(k.WorkspaceID, k.AccessKey, models.APIKeyUpdate{LastUsedAt: new(models.At(now.Truncate(usedEvery)))})
	})
}

// DeleteKeyAnywhere is DeleteKey for the command line, which need not know whose
// key has leaked. It gives the key that was.
func (p *People) DeleteKeyAnywhere(ctx context.Context, by verb.By, accessKey string) (k models.APIKey, err error) {
	err = p.Store.Tx(ctx, func(tx *models.Tx) error {
		if k, err = tx.APIKey(accessKey); err != nil {
			return err
		}
		return p.deleteKey(tx, by, k)
	})
	return k, err
}

func (p *People) deleteKey(tx *models.Tx, by verb.By, k models.APIKey) error {
	if err := tx.DeleteAPIKey(k.WorkspaceID, k.AccessKey); err != nil {
		return err
	}
	return p.note(tx, by, k.WorkspaceID, audit.Entry{Action: audit.Removed, Kind: audit.Key, ID: k.AccessKey, Name: k.Name, Changes: audit.Diff(keyFields(k), nil)})
}

// keyFields are what the audit log tells of an API key.
func keyFields(k models.APIKey) audit.Fields {
	return audit.Fields{"name": k.Name, "scope": k.Scope, "perMinute": k.PerMinute}
}
