package odata_test

import (
	"encoding/xml"
	"regexp"
	"strings"
	"testing"

	"ringdesk/controller/odata"
	"ringdesk/models"
)

// edmx is what of the metadata the test looks at (CSDL XML 4.01).
type edmx struct {
	XMLName    xml.Name `xml:"http://docs.oasis-open.org/odata/ns/edmx Edmx"`
	Version    string   `xml:"Version,attr"`
	References []struct {
		Include struct {
			Alias string `xml:",attr"`
		}
	} `xml:"Reference"`
	Schema struct {
		Namespace string       `xml:",attr"`
		Types     []entityType `xml:"EntityType"`
		Container struct {
			Sets []struct {
				Name, EntityType string `xml:",attr"`
				Bindings         []struct {
					Path, Target string `xml:",attr"`
				} `xml:"NavigationPropertyBinding"`
			} `xml:"EntitySet"`
		} `xml:"EntityContainer"`
	} `xml:"DataServices>Schema"`
}

type entityType struct {
	Name string `xml:",attr"`
	Key  []struct {
		Name string `xml:",attr"`
	} `xml:"Key>PropertyRef"`
	Properties []struct {
		Name, Type, Nullable string `xml:",attr"`
		Annotations          []struct {
			Term, String, Qualifier string `xml:",attr"`
		} `xml:"Annotation"`
	} `xml:"Property"`
	Navigations []struct {
		Name, Type  string `xml:",attr"`
		Constraints []struct {
			Property, ReferencedProperty string `xml:",attr"`
		} `xml:"ReferentialConstraint"`
	} `xml:"NavigationProperty"`
}

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,127}$`)

// The metadata describes every set: each property has a name of its own, also where case
// does not count, a type, a meaning; keys are never null; navigation leads somewhere.
//
// Covers: STAT-5.
func TestMetadata(t *testing.T) {
	text := odata.Metadata("4.01")
	var m edmx
	must(t, xml.Unmarshal([]byte(text), &m))
	if m.Version != "4.01" || len(m.Schema.Types) != len(models.FeedTables) || len(m.Schema.Container.Sets) != len(models.FeedTables) {
		t.Fatalf("%+v", m)
	}
	types, byName := map[string]entityType{}, map[string]entityType{}
	for _, e := range m.Schema.Types {
		types[m.Schema.Namespace+"."+e.Name] = e
		names, nullable := map[string]bool{}, map[string]string{}
		for _, p := range e.Properties {
			nullable[p.Name] = p.Nullable
			if !identifier.MatchString(p.Name) || names[strings.ToLower(p.Name)] || !strings.HasPrefix(p.Type, "Edm.") {
				t.Errorf("%s.%s of %s", e.Name, p.Name, p.Type)
			}
			names[strings.ToLower(p.Name)] = true
			if len(p.Annotations) == 0 || p.Annotations[0].Term != "Core.Description" || len(p.Annotations[0].String) < 5 {
				t.Errorf("%s.%s has no meaning: %+v", e.Name, p.Name, p.Annotations)
			}
		}
		for _, k := range e.Key {
			if nullable[k.Name] != "false" {
				t.Errorf("the key %s of %s may be null", k.Name, e.Name)
			}
		}
		for _, n := range e.Navigations {
			if names[strings.ToLower(n.Name)] {
				t.Errorf("%s.%s is the name of a property, too", e.Name, n.Name)
			}
			for _, c := range n.Constraints {
				if _, ok := nullable[c.Property]; !ok {
					t.Errorf("%s.%s is bound to %s", e.Name, n.Name, c.Property)
				}
			}
		}
	}
	for _, s := range m.Schema.Container.Sets {
		e, ok := types[s.EntityType]
		if byName[s.Name] = e; !ok {
			t.Errorf("%s is of %s", s.Name, s.EntityType)
		}
	}
	for _, s := range m.Schema.Container.Sets {
		if len(s.Bindings) != len(byName[s.Name].Navigations) {
			t.Errorf("%s binds %d of %d", s.Name, len(s.Bindings), len(byName[s.Name].Navigations))
		}
		for _, b := range s.Bindings {
			if _, ok := byName[b.Target]; !ok {
				t.Errorf("%s.%s leads to %s", s.Name, b.Path, b.Target)
			}
		}
	}
	aliases := map[string]bool{}
	for _, r := range m.References {
		aliases[r.Include.Alias] = true
	}
	for _, term := range regexp.MustCompile(`Term="(\w+)\.`).FindAllStringSubmatch(text, -1) {
		if !aliases[term[1]] {
			t.Errorf("the vocabulary %s is not referenced", term[1])
		}
	}
	if !strings.Contains(text, "서비스 레벨 대상") || !strings.Contains(text, "Asked for somebody") {
		t.Error("the figures' definitions do not stand there")
	}
}
