// Package durable makes files that are still there after a power cut: whole, under
// their names, in their folders. A file is on the disk once it was synced, its name
// once the folder was in which it stands (fsync(2)); a name that is given before the
// file is synced may be that of an empty file.
package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Folder makes a folder with those above it, so that all of them stay. Nothing can be
// said to be on the disk in a folder that is not; one that is there already may have
// been made a moment ago by somebody who did not wait.
func Folder(path string, mode fs.FileMode) error {
	var made []string
	for at := filepath.Clean(path); ; at = filepath.Dir(at) {
		if _, err := os.Stat(at); !errors.Is(err, fs.ErrNotExist) || at == filepath.Dir(at) {
			break
		}
		made = append(made, at)
	}
	if err := os.MkdirAll(path, mode); err != nil {
		return err
	}
	for _, at := range made {
		if err := Sync(filepath.Dir(at)); err != nil {
			return err
		}
	}
	if len(made) > 0 {
		return nil
	}
	err := Sync(filepath.Dir(filepath.Clean(path)))
	if errors.Is(err, fs.ErrPermission) { // others have made it, where we may not look
		return nil
	}
	return err
}

// Publish gives a finished file the name under which others look for it. Until then
// they find what had the name before.
func Publish(part, file string) error {
	if err := Sync(part); err != nil {
		return err
	}
	if err := os.Rename(part, file); err != nil {
		return err
	}
	return Sync(filepath.Dir(file))
}

// Replace puts a text into a file in one step; it is the old one or the new one at any moment.
func Replace(file string, text []byte, mode fs.FileMode) error {
	part := file + ".new"
	if err := os.WriteFile(part, text, mode); err != nil {
		return err
	}
	return Publish(part, file)
}

// Tree syncs a folder and all that is in it.
func Tree(path string) error {
	return filepath.WalkDir(path, func(at string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() && !d.Type().IsRegular() {
			return err
		}
		return Sync(at)
	})
}

// Sync waits until a file or a folder is on the disk.
func Sync(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, syscall.EINVAL) { // some file systems, such as those of networks, cannot do it with folders
		if info, unknown := f.Stat(); unknown == nil && info.IsDir() {
			err = nil
		}
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("%s may not be on the disk: %w", path, err)
	}
	return nil
}
