package asterisk

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

var moduleName = regexp.MustCompile(`^[a-z0-9_]+\.so$`)

// Modules are the modules that modules.conf lets Asterisk load, with their ending .so.
func Modules() ([]string, error) {
	text, err := templates.ReadFile("modules.conf.tmpl")
	if err != nil {
		return nil, err
	}
	var all []string
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		key, name, _ := strings.Cut(lines.Text(), "=")
		switch strings.TrimSpace(key) {
		case "load", "require", "preload-require":
			if name = strings.TrimSpace(name); moduleName.MatchString(name) {
				all = append(all, name)
			}
		}
	}
	return all, nil
}

// ownModules are the further modules that the installation's own extensions need, such
// as app_dial.so: the lines of the file "modules" beside them. What names none is left
// out, and told; Asterisk goes on without one that is not there.
func ownModules(custom string) (modules []string, mistakes []Mistake, err error) {
	file := filepath.Join(custom, "modules")
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	for i, line := range strings.Split(string(text), "\n") {
		name, _, _ := strings.Cut(line, "#")
		switch name = strings.TrimSpace(name); {
		case moduleName.MatchString(name):
			modules = append(modules, name)
		case name != "":
			mistakes = append(mistakes, Mistake{File: file, Line: i + 1, Says: fmt.Sprintf("%q is no module: write one a line, such as app_dial.so", name)})
		}
	}
	return modules, mistakes, nil
}
