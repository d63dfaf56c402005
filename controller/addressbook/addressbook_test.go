package addressbook_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"ringdesk/controller/addressbook"

	"golang.org/x/text/encoding/korean"
	"pgregory.net/rapid"
)

var fields = []addressbook.Field{{Key: "company", Label: "회사"}, {Key: "grade", Label: "등급"}}

func cp949(t *testing.T, text string) string {
	t.Helper()
	out, err := korean.EUCKR.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func utf16le(text string) string {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(text)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return string(out)
}

// Files are read as people have them: whatever their encoding, separator, line ends,
// quotes and the names of their columns.
//
// Covers: OUT-4
func TestFiles_OUT_4(t *testing.T) {
	table := "이름,휴대폰,이메일,회사,비고\n김철수,010-1234-5678,kim@example.com,봄날 카페,\n이영희,02-123-4567,,,\"두 줄\n메모, 쉼표\"\n"
	wantColumns := []string{"name", "number", "email", "field:company", ""}
	for name, text := range map[string]string{
		"utf-8": table, "with a mark": "\ufeff" + table, "cp949": cp949(t, table), "utf-16": utf16le(table), "windows": strings.ReplaceAll(table, "\n", "\r\n"),
		"semicolons": strings.ReplaceAll(strings.ReplaceAll(table, "메모, 쉼표", "메모 쉼표"), ",", ";"), "tabs": strings.ReplaceAll(strings.ReplaceAll(table, "메모, 쉼표", "메모 쉼표"), ",", "\t"),
		"blank lines": strings.ReplaceAll(table, "이영희", "\n,,,,\n이영희"), "Excel's line": "sep=,\n" + table,
		"formulas": strings.ReplaceAll(table, "010-1234-5678", `="010-1234-5678"`), "apostrophes": strings.ReplaceAll(table, "010-1234-5678", "'010-1234-5678"),
	} {
		f, err := addressbook.Read([]byte(text), fields)
		if err != nil || f.Kind != addressbook.CSV || len(f.Rows) != 2 {
			t.Errorf("%s: %+v, %v", name, f, err)
			continue
		}
		var columns []string
		for _, c := range f.Columns {
			columns = append(columns, c.Is)
		}
		if !slices.Equal(columns, wantColumns) || !slices.Equal(f.Rows[0].Cells[:4], []string{"김철수", "010-1234-5678", "kim@example.com", "봄날 카페"}) ||
			!strings.HasPrefix(f.Rows[1].Cells[4], "두 줄") {
			t.Errorf("%s: %q %v", name, columns, f.Rows)
		}
	}
}

// Covers: OUT-4
func TestVCards_OUT_4(t *testing.T) {
	cards := strings.ReplaceAll(`BEGIN:VCARD
VERSION:3.0
FN:김철수
N:김;철수;;;
TEL;TYPE=CELL:010-1234-5678
TEL;TYPE=WORK:02-123-4567
EMAIL:kim@example.com
ORG:봄날 카페;영업
END:VCARD
BEGIN:VCARD
VERSION:4.0
N:이;영희;;;
FN:
TEL;VALUE=uri:tel:+82-10-9999-8888
NOTE:long
  folded
END:VCARD
`, "\n", "\r\n")
	f, err := addressbook.Read([]byte(cards), fields)
	if err != nil || f.Kind != addressbook.VCard || len(f.Rows) != 2 {
		t.Fatalf("%+v, %v", f, err)
	}
	if got := f.Rows[0].Cells; !slices.Equal(got, []string{"김철수", "kim@example.com", "봄날 카페 영업", "", "", "010-1234-5678", "02-123-4567"}) {
		t.Errorf("%q", got)
	}
	if got := f.Rows[1].Cells; !slices.Equal(got, []string{"이영희", "", "", "", "long folded", "+82-10-9999-8888", ""}) {
		t.Errorf("%q", got)
	}
	if f.Columns[0].Is != addressbook.Name || f.Columns[1].Is != addressbook.Email || f.Columns[5].Is != addressbook.Number || f.Columns[6].Is != addressbook.Number {
		t.Errorf("%+v", f.Columns)
	}
}

// Covers: OUT-4
func TestNoFiles_OUT_4(t *testing.T) {
	for name, tc := range map[string]struct {
		text string
		want error
	}{
		"nothing":     {"", addressbook.ErrEmpty},
		"spaces":      {" \n\n", addressbook.ErrEmpty},
		"only a head": {"name,phone\n", addressbook.ErrEmpty},
		"no head":     {"1,2\n3,4\n", addressbook.ErrTable},
		"a picture":   {"\x89PNG\r\n\x1a\n\x00\x00", addressbook.ErrEncoding},
		"no encoding": {"name\n\xff\xff\xff\n", addressbook.ErrEncoding},
		"half a card": {"BEGIN:VCARD\r\nFN:x\r\n", addressbook.ErrTable},
		"too many":    {"name\n" + strings.Repeat("a\n", addressbook.Most+1), addressbook.ErrMany},
	} {
		if _, err := addressbook.Read([]byte(tc.text), nil); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever a file holds, reading it ends, and each row has a cell for each column.
//
// Covers: OUT-4
func TestAnyFile_OUT_4(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{
			"name", "phone", ",", ";", "\t", "\n", "\r\n", "\"", "'", "=\"", "김", "\xb1\xe8", "\x00", "\ufeff", "BEGIN:VCARD\n", "VERSION:3.0\n", "FN:a\n", "TEL:1\n", "END:VCARD\n", ":", " ", "sep=",
		}), 0, 40).Draw(t, "text"), "")
		f, err := addressbook.Read([]byte(text), fields)
		if err == nil && len(f.Rows) == 0 {
			t.Fatal("no rows and no error")
		}
		for _, r := range f.Rows {
			if len(r.Cells) != len(f.Columns) {
				t.Fatalf("%d cells in %d columns", len(r.Cells), len(f.Columns))
			}
		}
	})
}
