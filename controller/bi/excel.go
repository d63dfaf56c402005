package bi

import (
	"archive/zip"
	"bytes"
	"embed"
	"encoding/base64"
	"encoding/binary"
	"encoding/xml"
	"io/fs"
	"strings"
	"text/template"
	"unicode/utf16"
)

// queries are the entity sets that the workbook has a query of.
var queries = []string{"Calls", "AgentCalls", "Daily", "Agents", "Teams", "Numbers"}

// parts are those of the workbook and of the package of its queries, as templates.
//
//go:embed all:excel all:mashup
var parts embed.FS

// excel is a workbook with a sheet that says what to do, and a Power Query of each
// entity set.
func excel(root string) ([]byte, error) {
	package_, err := zipped("mashup", root, nil)
	if err != nil {
		return nil, err
	}
	permissions, err := rendered("permissions.xml", `<?xml version="1.0" encoding="utf-8"?><PermissionList xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><CanEvaluateFuturePackages>false</CanEvaluateFuturePackages><FirewallEnabled>true</FirewallEnabled></PermissionList>`, root)
	if err != nil {
		return nil, err
	}
	metadata, err := rendered("metadata.xml", `<?xml version="1.0" encoding="utf-8"?><LocalPackageMetadataFile xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Items><Item><ItemLocation><ItemType>AllFormulas</ItemType><ItemPath /></ItemLocation><StableEntries /></Item>{{range .Queries}}<Item><ItemLocation><ItemType>Formula</ItemType><ItemPath>Section1/{{.}}</ItemPath></ItemLocation><StableEntries><Entry Type="IsPrivate" Value="l0" /></StableEntries></Item>{{end}}</Items></LocalPackageMetadataFile>`, root)
	if err != nil {
		return nil, err
	}
	return zipped("excel", root, map[string][]byte{"customXml/item1.xml": mashup(package_, permissions, metadata)})
}

// mashup is the part of a workbook that holds its queries ([MS-QDEFF], 2.2).
func mashup(package_, permissions, metadata []byte) []byte {
	var b []byte
	sized := func(data []byte) { b = append(binary.LittleEndian.AppendUint32(b, uint32(len(data))), data...) }
	b = binary.LittleEndian.AppendUint32(b, 0) // version
	sized(package_)
	sized(permissions)
	inner := binary.LittleEndian.AppendUint32(nil, 0) // version
	inner = append(binary.LittleEndian.AppendUint32(inner, uint32(len(metadata))), metadata...)
	sized(binary.LittleEndian.AppendUint32(inner, 0)) // with no content of its own
	sized(nil)                                        // bound to nobody's permissions
	text := `<?xml version="1.0" encoding="utf-16"?><DataMashup xmlns="http://schemas.microsoft.com/DataMashup">` + base64.StdEncoding.EncodeToString(b) + `</DataMashup>`
	out := []byte{0xff, 0xfe} // Excel reads it in UTF-16 only
	for _, unit := range utf16.Encode([]rune(text)) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return out
}

// zipped makes a ZIP of the templates in a folder, and more parts.
func zipped(folder, root string, more map[string][]byte) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	add := func(name string, data []byte) error {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(data)
		}
		return err
	}
	err := fs.WalkDir(parts, folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := parts.ReadFile(path)
		if err != nil {
			return err
		}
		data, err := rendered(path, string(text), root)
		if err != nil {
			return err
		}
		return add(strings.TrimPrefix(path, folder+"/"), data)
	})
	for name, data := range more {
		if err == nil {
			err = add(name, data)
		}
	}
	if err == nil {
		err = z.Close()
	}
	return out.Bytes(), err
}

// rendered fills a template of XML or M with the address.
func rendered(name, text, root string) ([]byte, error) {
	t, err := template.New(name).Funcs(template.FuncMap{"xml": escaped, "add": func(a, b int) int { return a + b }}).Parse(text)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, struct {
		Root, Host string
		Queries    []string
	}{root, host(root), queries})
	return b.Bytes(), err
}

func escaped(text string) (string, error) {
	var b strings.Builder
	err := xml.EscapeText(&b, []byte(text))
	return b.String(), err
}
