package rawdata_test

import (
	"context"
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/rawdata"
	"ringdesk/models"
)

// opened is a file as LibreOffice has it once it has opened it: an OpenDocument
// spreadsheet in one XML.
type opened struct {
	Sheets []struct {
		Name string      `xml:"name,attr"`
		Rows []openedRow `xml:"table-row"`
	} `xml:"body>spreadsheet>table"`
}

type openedRow struct {
	Cells []openedCell `xml:"table-cell"`
}

type openedCell struct {
	Times   int      `xml:"number-columns-repeated,attr"`
	Type    string   `xml:"value-type,attr"`
	Value   string   `xml:"value,attr"`
	Date    string   `xml:"date-value,attr"`
	Time    string   `xml:"time-value,attr"`
	Formula string   `xml:"formula,attr"`
	Text    []string `xml:"p"`
}

func (c openedCell) text() string { return strings.Join(c.Text, "\n") }

// open has LibreOffice open a file, as somebody does with a double click. filter is what
// its dialog has chosen by then, of a file for which it asks.
func open(t *testing.T, name, filter string, data []byte) opened {
	t.Helper()
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	must(t, os.WriteFile(filepath.Join(dir, name), data, 0o600))
	args := []string{"-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless", "--norestore", "--convert-to", "fods", "--outdir", dir}
	if filter != "" {
		args = append(args, "--infilter="+filter)
	}
	command := exec.CommandContext(ctx, "soffice", append(args, filepath.Join(dir, name))...)
	command.Env = append(os.Environ(), "HOME="+dir, "LC_ALL=C.UTF-8")
	if said, err := command.CombinedOutput(); err != nil {
		t.Fatalf("soffice (scripts/install-tools.sh test): %v: %s", err, said)
	}
	text, err := os.ReadFile(filepath.Join(dir, strings.TrimSuffix(name, filepath.Ext(name))+".fods"))
	must(t, err)
	var o opened
	must(t, xml.Unmarshal(text, &o))
	return o
}

// rows are a sheet's, with as many cells as it has columns.
func (o opened) rows(t *testing.T, sheet, columns int) [][]openedCell {
	t.Helper()
	if sheet >= len(o.Sheets) {
		t.Fatalf("%d sheets", len(o.Sheets))
	}
	var rows [][]openedCell
	for _, r := range o.Sheets[sheet].Rows {
		var cells []openedCell
		for _, c := range r.Cells {
			for range max(c.Times, 1) {
				if len(cells) < columns {
					cells = append(cells, c)
				}
			}
		}
		if len(cells) == columns { // the ones below the last are empty
			rows = append(rows, cells)
		}
	}
	return rows
}

// names would be formulas if a spreadsheet took them for such (OWASP, CSV injection).
var names = []string{"=1+1", "@SUM(A1:A9)", "-2+3", "+1+1", "=cmd|' /C calc'!A0", "\t=1", "=HYPERLINK(\"http://192.0.2.1\",\"클릭\")", "김민아, \"단골\""}

// LibreOffice finds the same calls in both files: in the workbook moments, durations,
// numbers and truths as such, in both Hangul, and a formula in neither.
//
// Covers: STAT-4, SEC-4.
func TestLibreOffice(t *testing.T) {
	store, workspace := business(t, 40)
	calls, err := store.RawCalls(t.Context(), models.RawFilter{Workspace: workspace, From: from, To: to, Limit: 100})
	must(t, err)
	called := map[string]string{} // contact to name
	must(t, store.Tx(t.Context(), func(tx *models.Tx) error {
		for _, c := range calls {
			if _, is := called[c.ContactID]; is || len(called) == len(names) {
				continue
			}
			name := names[len(called)]
			called[c.ContactID] = name
			if err := tx.UpdateContact(workspace, c.ContactID, models.ContactUpdate{Name: &name}); err != nil {
				return err
			}
		}
		return nil
	}))
	columns := []string{"contact", "startedAt", "total", "offers", "callbackAsked", "numberLabel"}
	book := open(t, "book.xlsx", "", export(t, store, workspace, rawdata.Request{Workbook: true, Columns: columns}))
	text := open(t, "calls.csv", "CSV:44,34,76", export(t, store, workspace, rawdata.Request{Table: rawdata.Calls, Columns: columns}))
	inBook, inText := book.rows(t, 0, len(columns)), text.rows(t, 0, len(columns))
	if len(inBook) < len(calls)+1 || len(inText) < len(calls)+1 || len(called) != len(names) {
		t.Fatalf("%d rows in the workbook and %d in the CSV of %d calls", len(inBook), len(inText), len(calls))
	}
	seoul := time.FixedZone("", 9*3600)
	for i, c := range calls {
		b, x := inBook[i+1], inText[i+1]
		name, total := c.Contact, time.Duration(c.TotalMS)*time.Millisecond
		if n, is := called[c.ContactID]; is {
			name = n
		}
		began := c.StartedAt.In(seoul)
		for what, ok := range map[string]bool{
			"name in the workbook":     b[0].Type == kind(name) && b[0].Formula == "" && strings.TrimSpace(b[0].text()) == strings.TrimSpace(name),
			"name in the CSV":          x[0].Type == kind(name) && x[0].Formula == "" && strings.TrimSpace(strings.TrimPrefix(x[0].text(), "'")) == strings.TrimSpace(name),
			"moment in the workbook":   b[1].Type == "date" && b[1].text() == began.Format("2006-01-02 15:04:05.000"),
			"moment in the CSV":        x[1].text() == began.Format("2006-01-02T15:04:05.000Z07:00"),
			"duration in the workbook": b[2].Type == "time" && duration(t, b[2].Time) == total,
			"duration in the CSV":      x[2].Type == "float" && x[2].Value == strconv.FormatFloat(total.Seconds(), 'f', -1, 64),
			"number":                   b[3].Type == "float" && b[3].Value == strconv.Itoa(c.Offers) && x[3].Value == b[3].Value,
			"truth":                    b[4].text() == strings.ToUpper(strconv.FormatBool(c.CallbackAsked)) && x[4].text() == b[4].text(),
			"label":                    b[5].text() == c.NumberLabel && b[5].Formula == "" && x[5].Formula == "",
		} {
			if !ok {
				t.Errorf("call %d: its %s: %+v, %+v; want %q, %v, %v", i, what, b, x, name, began, total)
			}
		}
	}
	if len(book.Sheets) != 3 || len(book.rows(t, 1, 5)) < len(calls)/2 || len(book.rows(t, 2, 4)) < 30 {
		t.Errorf("the workbook has %d sheets", len(book.Sheets))
	}
}

// kind is the type of a cell with a text.
func kind(text string) string {
	if text == "" {
		return ""
	}
	return "string"
}

// duration reads a time as OpenDocument writes it.
func duration(t *testing.T, text string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(strings.ToLower(strings.TrimPrefix(text, "PT")))
	must(t, err)
	return d
}
