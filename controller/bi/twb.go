package bi

import "strings"

// What follows is what the template of the workbook is filled with.
type (
	twbField struct {
		Name, Caption, Kind, Formula string
		Role, Type                   string
	}
	twbSource struct {
		Name, Set string
		Fields    []twbField
	}
	twbInstance struct {
		Field      twbField
		Derivation string
		Name       string
		Type       string
	}
	twbSheet struct {
		Name, Source, Set, Mark string
		Fields                  []twbField
		Instances               []twbInstance
		Rows, Cols, Text        string
	}
	twbZone struct {
		ID, X, Y, W, H int
		Sheet          string
	}
	twbDashboard struct {
		Name  string
		Zones []twbZone
	}
)

func (f field) twb() twbField {
	v := twbField{Name: "[" + f.name + "]", Caption: f.caption, Kind: f.kind, Formula: f.formula, Role: "dimension", Type: "nominal"}
	switch {
	case f.formula != "" || f.kind == "integer" && f.name != "hour":
		v.Role, v.Type = "measure", "quantitative"
	case f.kind == "integer" || f.kind == "date":
		v.Type = "ordinal"
	}
	return v
}

// id is the source's in the workbook.
func (s *source) id() string { return "odata." + strings.ToLower(s.Set) }

func (s *source) twb() twbSource {
	v := twbSource{Name: s.id(), Set: s.Set}
	for _, f := range s.fields {
		v.Fields = append(v.Fields, f.twb())
	}
	return v
}

func (s Sheet) twb() twbSheet {
	v := twbSheet{Name: s.Name, Source: s.ds.id(), Set: s.ds.Set, Mark: s.mark, Fields: s.ds.twb().Fields}
	shelf := func(names []string) string {
		var all []string
		for _, n := range names {
			i := s.ds.instance(n)
			v.Instances = append(v.Instances, i)
			all = append(all, "["+s.ds.id()+"]."+i.Name)
		}
		return strings.Join(all, " / ")
	}
	v.Rows, v.Cols = shelf(s.rows), shelf(s.cols)
	if s.text != "" {
		v.Text = shelf([]string{s.text})
	}
	return v
}
