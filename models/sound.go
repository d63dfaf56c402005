package models

import (
	"context"
	"errors"

	"gorm.io/gorm"
)

// Sound is one that a workspace has brought. Its file is named after its id
// (sounds.File) and never changes: a new upload is a new Sound.
type Sound struct {
	ID          string `gorm:"primaryKey"`
	WorkspaceID string
	Name        string
	Language    string
	Replaces    string // the built-in prompt that it stands for, or ""
	DurationMS  int64  `gorm:"column:duration_ms"`
	CreatedAt   Time
}

// PutSound makes a sound, in place of the workspace's former one of that name
// and language, which it gives: its ID is "" when there was none. A workspace
// that has limit sounds already gets ErrLimit.
func (t *Tx) PutSound(s Sound, limit int64) (former Sound, err error) {
	former, err = t.DeleteSound(s.WorkspaceID, s.Name, s.Language)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Sound{}, err
	}
	var n int64
	if err := t.db.Model(&Sound{}).Where("workspace_id = ?", s.WorkspaceID).Count(&n).Error; err != nil {
		return Sound{}, err
	}
	if n >= limit {
		return Sound{}, ErrLimit
	}
	return former, create(t.db, &s)
}

// DeleteSound removes a sound and gives it; none gives ErrNotFound.
func (t *Tx) DeleteSound(workspace, name, language string) (Sound, error) {
	s, err := soundOf(t.db, workspace, name, language)
	if err != nil {
		return Sound{}, err
	}
	return s, t.db.Delete(&s).Error
}

// Sound finds a workspace's sound.
func (s *Store) Sound(ctx context.Context, workspace, name, language string) (Sound, error) {
	return soundOf(s.read.WithContext(ctx), workspace, name, language)
}

func soundOf(db *gorm.DB, workspace, name, language string) (Sound, error) {
	return one[Sound](db, "workspace_id = ? AND name = ? AND language = ?", workspace, name, language)
}

// Sounds lists a workspace's sounds by name.
func (s *Store) Sounds(ctx context.Context, workspace string) ([]Sound, error) {
	var ss []Sound
	return ss, s.read.WithContext(ctx).Where("workspace_id = ?", workspace).Order("name, language").Find(&ss).Error
}
