// Package sip_test shows what the guard makes of SIP messages: its C code runs
// in a program of its own, under gcc's address and undefined-behaviour
// sanitizers.
package sip_test

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

var build = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "ringdesk-guard-")
	if err != nil {
		return "", err
	}
	sources, err := filepath.Glob("../../sip_*.c")
	if err != nil {
		return "", err
	}
	program := filepath.Join(dir, "harness")
	args := []string{"-std=gnu11", "-O1", "-g", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-fno-omit-frame-pointer",
		"-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-o", program, "testdata/harness.c"}
	if out, err := exec.Command("gcc", append(args, sources...)...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("gcc: %w\n%s", err, out)
	}
	return program, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if program, err := build(); err == nil {
		os.RemoveAll(filepath.Dir(program))
	}
	os.Exit(code)
}

// guard is the C code under way; what it remembers of dialogs is its own.
type guard struct {
	testing.TB
	in  io.Writer
	out *bufio.Reader
}

func newGuard(t testing.TB) *guard {
	t.Helper()
	program, err := build()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	var said strings.Builder
	cmd.Stderr = &said
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("the guard: %v\n%s", err, said.String())
		}
	})
	return &guard{TB: t, in: in, out: bufio.NewReader(out)}
}

// pass gives the guard a message and takes what becomes of it.
func (g *guard) pass(kind byte, message string) (verdict int, became string) {
	g.Helper()
	frame := append([]byte{kind}, binary.NativeEndian.AppendUint32(nil, uint32(len(message)))...)
	if _, err := g.in.Write(append(frame, message...)); err != nil {
		g.Fatalf("the guard ended: %v, at\n%q", err, message)
	}
	var head [8]byte
	if _, err := io.ReadFull(g.out, head[:]); err != nil {
		g.Fatalf("the guard ended: %v, at\n%q", err, message)
	}
	text := make([]byte, binary.NativeEndian.Uint32(head[4:]))
	if _, err := io.ReadFull(g.out, text); err != nil {
		g.Fatal(err)
	}
	return int(int32(binary.NativeEndian.Uint32(head[:]))), string(text)
}

// receive is a message from a carrier.
func (g *guard) receive(message string) (verdict int, became string) {
	g.Helper()
	verdict, became = g.pass('r', message)
	if len(became) != len(message) {
		g.Fatalf("a message of %d bytes became one of %d:\n%q\n%q", len(message), len(became), message, became)
	}
	return verdict, became
}

// send is a message of the engine's.
func (g *guard) send(message string) string {
	g.Helper()
	_, became := g.pass('s', message)
	return became
}

// lines joins a message's lines.
func lines(all ...string) string { return strings.Join(all, "\r\n") + "\r\n" }
