package configs

import (
	"cmp"
	"fmt"
	"reflect"
	"strings"
)

// Reference is docs/settings.md.
func Reference() string {
	var out strings.Builder
	out.WriteString(`# Settings

Made by ` + "`make docs`" + ` from [configs/settings.go](../configs/settings.go).

Each setting can stand in the environment, or in ` + "`ringdesk.yaml`" + ` below its section; the environment wins. An empty text stands
for the default. Lists are separated by commas in the environment. For example:

    web:
      address: 0.0.0.0:8080
      proxies: [10.0.0.0/8]
`)
	group := ""
	for _, f := range new(Settings).all() {
		section, name, _ := strings.Cut(f.Name, ".")
		if section != group {
			group = section
			fmt.Fprintf(&out, "\n## %s\n\n%s\n\n| in `%s:` | environment | default | meaning |\n| --- | --- | --- | --- |\n", section, f.Group.Title+".", section)
		}
		standard := "–"
		if f.Default != "" {
			standard = "`" + f.Default + "`"
		}
		if unit := f.Tag.Get("unit"); unit != "" {
			standard += " " + unit
		}
		meaning := f.Help
		if f.Target.Kind() == reflect.Slice {
			meaning = "list: " + meaning
		}
		fmt.Fprintf(&out, "| `%s` | `%s` | %s | %s |\n", name, cmp.Or(f.Envs...), standard, meaning)
	}
	return out.String()
}
