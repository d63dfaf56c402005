package docker_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every package that the program is made of is sent to the image's build: what
// .dockerignore does not name is left out.
//
// Covers: SYS-1.
func TestBuildContextHasAllPackages(t *testing.T) {
	text, err := os.ReadFile("../.dockerignore")
	if err != nil {
		t.Fatal(err)
	}
	sent := strings.Fields(string(text))
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{if .Main}}{{$.ImportPath}}{{end}}{{end}}", "ringdesk")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := strings.Fields(string(out))
	if len(packages) < 10 {
		t.Errorf("only %d packages are looked at: %v", len(packages), packages)
	}
	for _, p := range packages {
		folder, ok := strings.CutPrefix(p, "ringdesk/")
		if !ok { // main itself: *.go
			folder = "*.go"
		}
		top, _, _ := strings.Cut(filepath.ToSlash(folder), "/")
		if !slices.Contains(sent, "!"+top) {
			t.Errorf("the image cannot be built: %s is not sent to its build; add !%s to .dockerignore", p, top)
		}
	}
}
