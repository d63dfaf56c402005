package spreadsheet

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// longestText is how many characters a cell takes (ECMA-376 does not say; Excel does).
const longestText = excelize.TotalCellChars

// epoch is what moments are days since (ECMA-376 part 1, 18.17.4).
var epoch = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)

// escaped is what a reader of a workbook takes for one character (ECMA-376 part 1, 22.9.2.19).
var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// rowWriter writes rows into the XML of a sheet.
type rowWriter struct {
	zone           *time.Location
	moment, length int // styles
	columns        []string
	out            io.Writer
	row            int
	line           bytes.Buffer
}

func newRowWriter(f *excelize.File, zone *time.Location) (*rowWriter, error) {
	r := &rowWriter{zone: zone}
	var err error
	if r.moment, err = f.NewStyle(&excelize.Style{CustomNumFmt: new("yyyy-mm-dd hh:mm:ss.000")}); err != nil {
		return nil, err
	}
	r.length, err = f.NewStyle(&excelize.Style{CustomNumFmt: new("[h]:mm:ss.000")})
	return r, err
}

// begin goes to a sheet that has a head.
func (r *rowWriter) begin(out io.Writer) { r.out, r.row = out, 1 }

// add writes a row.
func (r *rowWriter) add(row []any) error {
	r.row++
	if r.row > excelize.TotalRows {
		return fmt.Errorf("a sheet has at most %d rows", MostRows)
	}
	for len(r.columns) < len(row) {
		name, err := excelize.ColumnNumberToName(len(r.columns) + 1)
		if err != nil {
			return err
		}
		r.columns = append(r.columns, name)
	}
	number := strconv.Itoa(r.row)
	r.line.Reset()
	r.line.WriteString(`<row r="` + number + `">`)
	for i, c := range row {
		if err := r.cell(r.columns[i]+number, c); err != nil {
			return err
		}
	}
	r.line.WriteString("</row>")
	_, err := r.out.Write(r.line.Bytes())
	return err
}

// cell writes a cell; one that is empty is left out.
func (r *rowWriter) cell(at string, c any) error {
	switch c := c.(type) {
	case nil:
	case string:
		if c == "" {
			return nil
		}
		r.line.WriteString(`<c r="` + at + `" t="inlineStr"><is><t xml:space="preserve">`)
		if err := xml.EscapeText(&r.line, []byte(escaped.ReplaceAllString(cut(c), "_x005F$0"))); err != nil {
			return err
		}
		r.line.WriteString("</t></is></c>")
	case time.Time:
		local := c.In(r.zone)
		wall := time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), local.Second(), local.Nanosecond(), time.UTC).Round(time.Millisecond)
		r.number(at, r.moment, days(wall.Sub(epoch)))
	case time.Duration:
		r.number(at, r.length, days(c))
	case int:
		r.number(at, 0, strconv.Itoa(c))
	case bool:
		value := "0"
		if c {
			value = "1"
		}
		r.line.WriteString(`<c r="` + at + `" t="b"><v>` + value + "</v></c>")
	default:
		return fmt.Errorf("spreadsheet: a cell cannot hold a %T", c)
	}
	return nil
}

func (r *rowWriter) number(at string, style int, value string) {
	r.line.WriteString(`<c r="` + at + `" s="` + strconv.Itoa(style) + `"><v>` + value + "</v></c>")
}

// days writes a time as workbooks count it.
func days(d time.Duration) string {
	return strconv.FormatFloat(float64(d)/float64(24*time.Hour), 'f', -1, 64)
}

// cut shortens a text to what a cell takes.
func cut(text string) string {
	if utf8.RuneCountInString(text) <= longestText {
		return text
	}
	return string([]rune(text)[:longestText])
}
