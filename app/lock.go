package app

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"ringdesk/controller/durable"
	"ringdesk/models"
)

// LockData keeps a second controller off the same database.
func LockData(dir string) (unlock func(), err error) {
	if err := durable.Folder(dir, 0o700); err != nil {
		return nil, fmt.Errorf("the data folder cannot be made: %w; choose another with RINGDESK_DATA", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "controller.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the data folder cannot be written: %w; make it writable or choose another with RINGDESK_DATA", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("another ringdesk runs on the data folder %s: stop it, or choose another folder with RINGDESK_DATA", dir)
	}
	return func() { f.Close() }, nil
}

// controllerID is the id that the controller of a data folder has for good: with
// it, its calls are its own again after a start.
func controllerID(dir string) (string, error) {
	file := filepath.Join(dir, "controller-id")
	id, err := os.ReadFile(file)
	if err == nil && len(bytes.TrimSpace(id)) > 0 {
		return string(bytes.TrimSpace(id)), nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("the data folder cannot be read: %w", err)
	}
	fresh := models.NewID()
	if err := durable.Replace(file, []byte(fresh+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("the data folder cannot be written: %w; make it writable or choose another with RINGDESK_DATA", err)
	}
	return fresh, nil
}
