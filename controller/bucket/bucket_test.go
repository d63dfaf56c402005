package bucket_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ringdesk/controller/bucket"
	"ringdesk/testkit/s3test"
)

func open(t *testing.T, o bucket.Options) *bucket.Bucket {
	t.Helper()
	b, err := bucket.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func file(t *testing.T, text string) *os.File {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// What is put is found, read in parts and removed, under its prefix.
//
// Covers: SYS-2
func TestBucket(t *testing.T) {
	s := s3test.New(t)
	o := s.Options()
	o.Prefix = "office/"
	b, ctx := open(t, o), t.Context()
	long := strings.Repeat("0123456789", 2<<20) // past what is stored in one piece
	for name, text := range map[string]string{"call/a.mp3": "hello world", "call/long.wav": long} {
		if err := b.Put(ctx, name, file(t, text)); err != nil {
			t.Fatal(err)
		}
	}
	if names := s.Names(t); !slices.Equal(names, []string{"office/call/a.mp3", "office/call/long.wav"}) {
		t.Errorf("stored: %v", names)
	}
	if f, err := b.Stat(ctx, "call/a.mp3"); err != nil || f.Size != 11 || f.Tag == "" {
		t.Errorf("%+v, %v", f, err)
	}
	part, err := b.Read(ctx, "call/a.mp3", 6, 5)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(part); err != nil || string(text) != "world" {
		t.Errorf("%q, %v", text, err)
	}
	part.Close()
	whole, err := b.Read(ctx, "call/long.wav", 0, int64(len(long)))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(whole); err != nil || !bytes.Equal(text, []byte(long)) {
		t.Errorf("the long one has %d bytes, %v", len(text), err)
	}
	whole.Close()
	for range 2 { // also when it is gone
		if err := b.Remove(ctx, "call/a.mp3"); err != nil {
			t.Error(err)
		}
	}
	if _, err := b.Stat(ctx, "call/a.mp3"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a removed file: %v", err)
	}
	if _, err := b.Read(ctx, "call/a.mp3", 0, 1); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a removed file is read: %v", err)
	}
}

// What keeps the storage from being used is said so that an operator can mend it.
//
// Covers: SYS-2, OPS-3
func TestBucket_Trouble(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*s3test.Server, *bucket.Options)
		kind   error // nil: well
		says   string
	}{
		"well":      {func(*s3test.Server, *bucket.Options) {}, nil, ""},
		"wrong key": {func(_ *s3test.Server, o *bucket.Options) { o.AccessKey = "OTHER" }, bucket.ErrRefused, "RINGDESK_S3_ACCESS_KEY"},
		"no bucket": {func(_ *s3test.Server, o *bucket.Options) { o.Bucket = "nowhere" }, bucket.ErrRefused, "there is no bucket nowhere"},
		"away":      {func(s *s3test.Server, _ *bucket.Options) { s.Away(true) }, bucket.ErrAway, "does not answer"},
		"not there": {func(_ *s3test.Server, o *bucket.Options) { o.Endpoint = "http://127.0.0.1:1" }, bucket.ErrAway, "127.0.0.1:1"},
	} {
		t.Run(name, func(t *testing.T) {
			s := s3test.New(t)
			o := s.Options()
			c.change(s, &o)
			b := open(t, o)
			put := func(ctx context.Context) error { return b.Put(ctx, "a", file(t, "x")) }
			for what, do := range map[string]func(context.Context) error{"checking": b.Check, "storing": put} {
				if err := do(t.Context()); !errors.Is(err, c.kind) || err != nil && !strings.Contains(err.Error(), c.says) {
					t.Errorf("%s: %v, want %v with %q", what, err, c.kind, c.says)
				}
			}
		})
	}
}
