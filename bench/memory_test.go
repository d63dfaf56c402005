package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// What a process has is more than what of it is its own; a program's copy runs as the program does.
func TestMemory(t *testing.T) {
	m, err := memoryOf(os.Getpid())
	if err != nil || m.Anonymous <= 0 || m.All <= m.Anonymous {
		t.Errorf("%+v, %v", m, err)
	}
	if _, err := status(os.Getpid(), "VmNothing"); err == nil {
		t.Error("a kind of memory that there is not was found")
	}
	program, err := exec.LookPath("true")
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "true")
	for range 2 { // a copy that is there is written anew
		if err := ownCopy(program, copied); err != nil {
			t.Fatal(err)
		}
		if err := exec.Command(copied).Run(); err != nil {
			t.Error(err)
		}
	}
}
