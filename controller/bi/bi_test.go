package bi_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"ringdesk/controller/bi"
	"ringdesk/controller/odata"
)

const root = "https://desk.example.com/odata/v4/"

func made(t *testing.T, p bi.Program) []byte {
	t.Helper()
	f, err := bi.Template(p, root)
	must(t, err)
	return f.Data
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// properties are what the OData service says that it has: entity set to its properties.
func properties(t *testing.T) map[string][]string {
	t.Helper()
	var edmx struct {
		Types []struct {
			Name       string `xml:",attr"`
			Properties []struct {
				Name string `xml:",attr"`
			} `xml:"Property"`
		} `xml:"DataServices>Schema>EntityType"`
		Sets []struct {
			Name       string `xml:",attr"`
			EntityType string `xml:",attr"`
		} `xml:"DataServices>Schema>EntityContainer>EntitySet"`
	}
	must(t, xml.Unmarshal([]byte(odata.Metadata("4.0")), &edmx))
	all := map[string][]string{}
	for _, s := range edmx.Sets {
		for _, e := range edmx.Types {
			if strings.HasSuffix(s.EntityType, "."+e.Name) {
				for _, p := range e.Properties {
					all[s.Name] = append(all[s.Name], p.Name)
				}
			}
		}
	}
	if len(all) < 6 {
		t.Fatalf("the metadata has %d entity sets", len(all))
	}
	return all
}

// twb is a workbook of Tableau.
type twb struct {
	Sources []struct {
		Name       string `xml:"name,attr"`
		Connection struct {
			Server string `xml:"server,attr"`
		} `xml:"connection>named-connections>named-connection>connection"`
		Relation struct {
			Name string `xml:"name,attr"`
		} `xml:"connection>relation"`
		Columns []twbColumn `xml:"column"`
	} `xml:"datasources>datasource"`
	Sheets []struct {
		Name         string `xml:"name,attr"`
		Dependencies struct {
			Source    string      `xml:"datasource,attr"`
			Columns   []twbColumn `xml:"column"`
			Instances []struct {
				Column string `xml:"column,attr"`
				Name   string `xml:"name,attr"`
			} `xml:"column-instance"`
		} `xml:"table>view>datasource-dependencies"`
		Encodings struct {
			Inner string `xml:",innerxml"`
		} `xml:"table>panes>pane>encodings"`
		Rows string `xml:"table>rows"`
		Cols string `xml:"table>cols"`
	} `xml:"worksheets>worksheet"`
	Dashboards []struct {
		Name  string `xml:"name,attr"`
		Zones []struct {
			Name   string `xml:"name,attr"`
			Left   int    `xml:"x,attr"`
			Top    int    `xml:"y,attr"`
			Width  int    `xml:"w,attr"`
			Height int    `xml:"h,attr"`
		} `xml:"zones>zone>zone"`
	} `xml:"dashboards>dashboard"`
	Windows []struct {
		Name string `xml:"name,attr"`
	} `xml:"windows>window"`
}

type twbColumn struct {
	Name        string `xml:"name,attr"`
	Caption     string `xml:"caption,attr"`
	Calculation struct {
		Formula string `xml:"formula,attr"`
	} `xml:"calculation"`
}

var (
	inBrackets = regexp.MustCompile(`\[([A-Za-z]+)\]`)
	onShelf    = regexp.MustCompile(`\[([a-z.]+)\]\.(\[[a-z]+:[A-Za-z]+:[a-z]+\])`)
)

// Tableau's workbook names the service's address, columns that the service has, sheets
// and figures that are there, and has all figures of call history and of agents.
//
// Covers: STAT-5, STAT-2, STAT-3.
func TestTableau(t *testing.T) {
	text := made(t, bi.Tableau)
	var w twb
	must(t, xml.Unmarshal(text, &w))
	has, captions := properties(t), ""
	for _, s := range w.Sources {
		set := s.Relation.Name
		if s.Connection.Server != root+set {
			t.Errorf("%s is read from %s", set, s.Connection.Server)
		}
		for _, c := range s.Columns {
			captions += c.Caption + "\n"
			names := []string{strings.Trim(c.Name, "[]")}
			if f := c.Calculation.Formula; f != "" {
				names = nil
				for _, m := range inBrackets.FindAllStringSubmatch(f, -1) {
					names = append(names, m[1])
				}
			}
			for _, n := range names {
				if len(names) == 0 || !slices.Contains(has[set], n) {
					t.Errorf("%s has no %s, which %s is made of", set, n, c.Name)
				}
			}
		}
	}
	for _, figure := range []string{"Calls ·", "Outbound ·", "Answered ·", "Missed ·", "수신 완료율", "발신 완료율", "통화 시간(초)", "첫 응답 시간", "후처리 시간", "서비스 레벨(대기)", "서비스 레벨(벨)", "총 통화 시간", "Total calls"} {
		if !strings.Contains(captions, figure) {
			t.Errorf("there is no %q", figure)
		}
	}
	sheets := map[string]bool{}
	for _, s := range w.Sheets {
		if sheets[s.Name] {
			t.Errorf("two sheets %q", s.Name)
		}
		sheets[s.Name] = true
		instances := map[string]bool{}
		for _, i := range s.Dependencies.Instances {
			instances[i.Name] = slices.ContainsFunc(s.Dependencies.Columns, func(c twbColumn) bool { return c.Name == i.Column })
		}
		used := onShelf.FindAllStringSubmatch(s.Rows+s.Cols+s.Encodings.Inner, -1)
		for _, m := range used {
			if m[1] != s.Dependencies.Source || !instances[m[2]] {
				t.Errorf("%s uses %s, which is not there", s.Name, m[0])
			}
		}
		if len(used) == 0 {
			t.Errorf("%s shows nothing", s.Name)
		}
	}
	var boards []string
	windows := map[string]bool{}
	for _, v := range w.Windows {
		windows[v.Name] = true
	}
	for _, d := range w.Dashboards {
		boards = append(boards, d.Name)
		for i, z := range d.Zones {
			if !sheets[z.Name] || !windows[z.Name] || !windows[d.Name] || z.Left+z.Width > 100_000 || z.Top+z.Height > 100_000 {
				t.Errorf("%s: %+v", d.Name, z)
			}
			for _, o := range d.Zones[:i] {
				if z.Left < o.Left+o.Width && o.Left < z.Left+z.Width && z.Top < o.Top+o.Height && o.Top < z.Top+z.Height {
					t.Errorf("%s lies over %s", z.Name, o.Name)
				}
			}
		}
	}
	if got := strings.Join(boards, ", "); got != "Call history, Manager dashboard" {
		t.Errorf("the dashboards are %s", got)
	}
}

// Excel's workbook is one that LibreOffice opens; its queries ask the service for each
// entity set, and its connections name them.
//
// Covers: STAT-5.
func TestExcel(t *testing.T) {
	data := made(t, bi.Excel)
	files := unzipped(t, data)
	for name, text := range files {
		if strings.HasSuffix(name, ".xml") && !strings.HasSuffix(name, "item1.xml") || strings.HasSuffix(name, ".rels") {
			d := xml.NewDecoder(bytes.NewReader(text))
			for {
				if _, err := d.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
			}
		}
	}
	queries := string(unzipped(t, packageOf(t, files["customXml/item1.xml"]))["Formulas/Section1.m"])
	if !strings.Contains(queries, `OData.Feed("`+root+`"`) {
		t.Errorf("the queries ask nobody: %s", queries)
	}
	for set := range properties(t) {
		if !strings.Contains(queries, "shared "+set+" = ") || !strings.Contains(string(files["xl/connections.xml"]), "Location="+set+";") {
			t.Errorf("there is no query of %s", set)
		}
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "odata.xlsx")
	must(t, os.WriteFile(file, data, 0o600))
	command := exec.CommandContext(t.Context(), "soffice", "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir", dir, file)
	command.Env = append(os.Environ(), "HOME="+dir, "LC_ALL=C.UTF-8")
	if said, err := command.CombinedOutput(); err != nil {
		t.Fatalf("soffice (scripts/install-tools.sh test): %v: %s", err, said)
	}
	text, err := os.ReadFile(filepath.Join(dir, "odata.csv"))
	if err != nil || !strings.Contains(string(text), root) || !strings.Contains(string(text), "쿼리 및 연결") {
		t.Errorf("LibreOffice shows %s, %v", text, err)
	}
}

// packageOf takes the package of queries out of a workbook's part ([MS-QDEFF], 2.2).
func packageOf(t *testing.T, part []byte) []byte {
	t.Helper()
	var units []uint16
	for i := 2; i+1 < len(part); i += 2 {
		units = append(units, binary.LittleEndian.Uint16(part[i:]))
	}
	_, text, _ := strings.Cut(string(utf16.Decode(units)), `DataMashup">`)
	text, _, _ = strings.Cut(text, "</")
	b, err := base64.StdEncoding.DecodeString(text)
	must(t, err)
	next := func() []byte {
		n := binary.LittleEndian.Uint32(b)
		piece := b[4 : 4+n]
		b = b[4+n:]
		return piece
	}
	if version := binary.LittleEndian.Uint32(b); version != 0 {
		t.Errorf("version %d", version)
	}
	b = b[4:]
	pack := next()
	permissions, metadata, binding := next(), next(), next()
	if !bytes.Contains(permissions, []byte("PermissionList")) || binary.LittleEndian.Uint32(metadata[4:]) != uint32(len(metadata)-12) || len(binding)+len(b) != 0 {
		t.Errorf("%s, %d bytes of metadata, %d behind", permissions, len(metadata), len(b))
	}
	return pack
}

func unzipped(t *testing.T, data []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	must(t, err)
	files := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		files[f.Name], err = io.ReadAll(r)
		must(t, err)
	}
	return files
}

// Power BI's file names the service, and no key.
//
// Covers: STAT-5.
func TestPowerBI(t *testing.T) {
	var v struct {
		Version     string
		Connections []struct {
			Details struct {
				Protocol string
				Address  struct{ URL string }
			}
		}
	}
	must(t, json.Unmarshal(made(t, bi.PowerBI), &v))
	if v.Version != "0.1" || len(v.Connections) != 1 || v.Connections[0].Details.Protocol != "odata" || v.Connections[0].Details.Address.URL != root {
		t.Errorf("%+v", v)
	}
}
