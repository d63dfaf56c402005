package asterisk

import (
	"bufio"
	"bytes"
	"strings"
)

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
			all = append(all, strings.TrimSpace(name))
		}
	}
	return all, nil
}
