// Package bi makes files that open the figures of a workspace in Tableau, Excel and
// Power BI: they name the address of the OData service, and no key (STAT-5).
package bi

import (
	"encoding/json"
	"net/url"
	"strings"
)

// Program is what a file is for.
type Program string

// The programs.
const (
	Tableau Program = "tableau"
	Excel   Program = "excel"
	PowerBI Program = "powerbi"
)

// File is one that is ready to be downloaded.
type File struct {
	Name string
	Data []byte
}

// Template makes the file for a program. root is the address of the OData service, with
// a slash at its end.
func Template(p Program, root string) (File, error) {
	switch p {
	case Tableau:
		data, err := tableau(root)
		return File{"ringdesk.twb", data}, err
	case Excel:
		data, err := excel(root)
		return File{"ringdesk-odata.xlsx", data}, err
	default:
		data, err := powerBI(root)
		return File{"ringdesk.pbids", data}, err
	}
}

// powerBI names the service as a source. Power BI asks for the key and for the tables.
func powerBI(root string) ([]byte, error) {
	type object = map[string]any
	return json.MarshalIndent(object{"version": "0.1", "connections": []object{{
		"details": object{"protocol": "odata", "address": object{"url": root}}, "options": object{}, "mode": "Import"}}}, "", "  ")
}

// host is the host of an address, as captions name it.
func host(root string) string {
	if u, err := url.Parse(root); err == nil && u.Host != "" {
		return u.Host
	}
	return strings.TrimSuffix(root, "/")
}
