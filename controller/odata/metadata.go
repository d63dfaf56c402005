package odata

import (
	"encoding/xml"
	"fmt"
	"strings"

	"ringdesk/models"
)

// vocabularies are those whose terms stand in the metadata.
var vocabularies = []struct{ namespace, alias string }{
	{"Org.OData.Core.V1", "Core"}, {"Org.OData.Capabilities.V1", "Capabilities"}, {"Org.OData.Aggregation.V1", "Aggregation"}, {"Org.OData.Measures.V1", "Measures"},
}

// Metadata is the model as CSDL XML 4.01. Programs of before 4.01 are told that it is
// 4.0: there is nothing in it that they do not know.
func Metadata(version string) string {
	var b strings.Builder
	b.WriteString(xml.Header + `<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="` + version + `">` + "\n")
	for _, v := range vocabularies {
		fmt.Fprintf(&b, `  <edmx:Reference Uri="https://oasis-tcs.github.io/odata-vocabularies/vocabularies/%s.xml"><edmx:Include Namespace="%s" Alias="%s"/></edmx:Reference>`+"\n", v.namespace, v.namespace, v.alias)
	}
	b.WriteString(`  <edmx:DataServices>` + "\n" + `    <Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="` + namespace + `">` + "\n")
	for _, s := range entitySets {
		s.describeType(&b)
	}
	b.WriteString(`      <EntityContainer Name="Statistics">` + "\n")
	for _, s := range entitySets {
		s.describeSet(&b)
	}
	b.WriteString(container + `      </EntityContainer>` + "\n    </Schema>\n  </edmx:DataServices>\n</edmx:Edmx>\n")
	return b.String()
}

// container says what the service can and cannot do.
const container = `        <Annotation Term="Capabilities.BatchSupported" Bool="false"/>
        <Annotation Term="Capabilities.KeyAsSegmentSupported" Bool="false"/>
        <Annotation Term="Capabilities.ConformanceLevel" EnumMember="Org.OData.Capabilities.V1.ConformanceLevelType/Minimal"/>
        <Annotation Term="Aggregation.ApplySupportedDefaults"><Record><PropertyValue Property="Transformations"><Collection>` +
	`<String>filter</String><String>groupby</String><String>aggregate</String><String>compute</String></Collection></PropertyValue></Record></Annotation>
`

func (s *entitySet) describeType(b *strings.Builder) {
	fmt.Fprintf(b, `      <EntityType Name="%s">`+"\n        <Key>", s.kind)
	for _, k := range s.table.Key {
		fmt.Fprintf(b, `<PropertyRef Name="%s"/>`, k)
	}
	b.WriteString("</Key>\n")
	for _, c := range s.table.Columns {
		fmt.Fprintf(b, `        <Property Name="%s" Type="%s" Nullable="%t"%s>`, c.Name, edmTypes[c.Kind], c.Nullable, facets[c.Kind])
		m := s.means(c.Name)
		annotate(b, "Core.Description", "", m.en)
		annotate(b, "Core.Description", "ko", m.ko)
		if strings.HasSuffix(c.Name, "Ms") {
			annotate(b, "Measures.Unit", "", "ms")
		}
		b.WriteString("</Property>\n")
	}
	for _, n := range s.navs {
		s.describeNavigation(b, &n)
	}
	annotate(b, "Core.Description", "", s.about)
	b.WriteString("\n      </EntityType>\n")
}

// facets are what is said of the values of a kind beside their type.
var facets = map[models.FeedKind]string{models.FeedMoment: ` Precision="6"`}

func (s *entitySet) describeNavigation(b *strings.Builder, n *navigation) {
	to := namespace + "." + setNamed(n.to).kind
	if n.many {
		fmt.Fprintf(b, `        <NavigationProperty Name="%s" Type="Collection(%s)"/>`+"\n", n.name, to)
		return
	}
	column, _ := s.table.Column(n.column)
	fmt.Fprintf(b, `        <NavigationProperty Name="%s" Type="%s" Nullable="true"><ReferentialConstraint Property="%s" ReferencedProperty="%s"/></NavigationProperty>`+"\n", n.name, to, column.Name, n.theirs)
}

func (s *entitySet) describeSet(b *strings.Builder) {
	fmt.Fprintf(b, `        <EntitySet Name="%s" EntityType="%s.%s">`+"\n", s.table.Name, namespace, s.kind)
	for _, n := range s.navs {
		fmt.Fprintf(b, `          <NavigationPropertyBinding Path="%s" Target="%s"/>`+"\n", n.name, n.to)
	}
	for _, term := range []string{"Insert", "Update", "Delete"} {
		fmt.Fprintf(b, `          <Annotation Term="Capabilities.%sRestrictions"><Record><PropertyValue Property="%sable" Bool="false"/></Record></Annotation>`+"\n", term, map[string]string{"Insert": "Insert", "Update": "Updat", "Delete": "Delet"}[term])
	}
	b.WriteString(`          <Annotation Term="Capabilities.SearchRestrictions"><Record><PropertyValue Property="Searchable" Bool="false"/></Record></Annotation>` + "\n        </EntitySet>\n")
}

func annotate(b *strings.Builder, term, qualifier, text string) {
	if text == "" {
		return
	}
	if qualifier != "" {
		qualifier = ` Qualifier="` + qualifier + `"`
	}
	fmt.Fprintf(b, `<Annotation Term="%s"%s String="`, term, qualifier)
	_ = xml.EscapeText(b, []byte(text)) // a Builder takes everything
	b.WriteString(`"/>`)
}
