package models

import (
	"errors"
	"testing"
)

func TestSounds(t *testing.T) {
	s := openStore(t)
	here, _, _ := workspace(t, s, 0)
	away, _, _ := workspace(t, s, 0)
	put := func(ws, name, language string, limit int64) (added, former Sound, err error) {
		added = Sound{ID: NewID(), WorkspaceID: ws, Name: name, Language: language, Replaces: name, DurationMS: 1500, CreatedAt: At(now)}
		err = s.Tx(t.Context(), func(tx *Tx) (err error) {
			former, err = tx.PutSound(added, limit)
			return err
		})
		return added, former, err
	}
	first, former, err := put(here.ID, "greeting", "ko", 3)
	must(t, err)
	if former.ID != "" {
		t.Errorf("the first one replaced %+v", former)
	}
	theirs, former, err := put(away.ID, "greeting", "ko", 3)
	must(t, err)
	if former.ID != "" {
		t.Error("another workspace's sound was replaced")
	}
	english, _, err := put(here.ID, "greeting", "en", 3)
	must(t, err)
	second, former, err := put(here.ID, "greeting", "ko", 3)
	must(t, err)
	if former != first {
		t.Errorf("replaced %+v, want %+v", former, first)
	}
	other, _, err := put(here.ID, "closed", "ko", 3)
	must(t, err)
	if _, _, err := put(here.ID, "beep", "ko", 3); !errors.Is(err, ErrLimit) {
		t.Errorf("past the limit: %v", err)
	}
	if _, former, err := put(here.ID, "closed", "ko", 3); err != nil || former.ID != other.ID {
		t.Errorf("a replacement at the limit: %+v, %v", former, err)
	}
	list, err := s.Sounds(t.Context(), here.ID)
	must(t, err)
	if len(list) != 3 || list[0].Name != "closed" || list[1] != english || list[2] != second {
		t.Errorf("list: %+v", list)
	}
	remove := func(ws, name, language string) (gone Sound, err error) {
		err = s.Tx(t.Context(), func(tx *Tx) (err error) {
			gone, err = tx.DeleteSound(ws, name, language)
			return err
		})
		return gone, err
	}
	if gone, err := remove(here.ID, "greeting", "ko"); err != nil || gone != second {
		t.Errorf("deleted %+v, %v", gone, err)
	}
	if _, err := remove(here.ID, "greeting", "ko"); !errors.Is(err, ErrNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
	if _, err := s.Sound(t.Context(), here.ID, "greeting", "ko"); !errors.Is(err, ErrNotFound) {
		t.Errorf("after deleting: %v", err)
	}
	if got, err := s.Sound(t.Context(), away.ID, "greeting", "ko"); err != nil || got != theirs {
		t.Errorf("the other workspace's: %+v, %v", got, err)
	}
}
