package freeswitch

import "regexp"

var loads = regexp.MustCompile(`<load module="([a-z0-9_]+)"/>`)

// Modules are the modules that FreeSWITCH's configuration loads.
func Modules() ([]string, error) {
	text, err := templates.ReadFile("core.xml.tmpl")
	if err != nil {
		return nil, err
	}
	var all []string
	for _, m := range loads.FindAllSubmatch(text, -1) {
		all = append(all, string(m[1]))
	}
	return all, nil
}
