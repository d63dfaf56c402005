package freeswitch_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ringdesk/configs/freeswitch"
)

// FreeSWITCH that no terminal stands before must not look for commands there,
// and never waits for a NAT gateway's answer, whoever starts it.
func TestArguments_Unattended(t *testing.T) {
	dir := t.TempDir()
	args, err := freeswitch.Arguments(dir, "/modules")
	if err != nil {
		t.Fatal(err)
	}
	image, err := os.ReadFile("../../docker/Dockerfile.freeswitch")
	if err != nil {
		t.Fatal(err)
	}
	_, entry, _ := strings.Cut(string(image), "\nENTRYPOINT [")
	entry, _, _ = strings.Cut(entry, "]\n")
	var inImage []string
	for arg := range strings.SplitSeq(entry, ",") {
		inImage = append(inImage, strings.Trim(arg, "\" \\\n"))
	}
	for where, args := range map[string][]string{"tests and bench": args, "image": inImage} {
		for _, want := range []string{"-nf", "-nc", "-nonat"} {
			if !slices.Contains(args, want) {
				t.Errorf("%s: FreeSWITCH is started without %s: %q", where, want, args)
			}
		}
		if slices.Contains(args, "-c") {
			t.Errorf("%s: FreeSWITCH is started with a console: %q", where, args)
		}
	}
	for _, folder := range args {
		if info, err := os.Stat(folder); strings.HasPrefix(folder, dir) && (err != nil || !info.IsDir() || info.Mode().Perm() != 0o700) {
			t.Errorf("folder %s: %v", folder, err)
		}
	}
	if i := slices.Index(args, "-log"); i < 0 || args[i+1] != filepath.Join(dir, "log") {
		t.Errorf("log folder: %q", args)
	}
}
