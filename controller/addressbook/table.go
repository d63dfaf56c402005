package addressbook

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode"
)

// mostColumns is how many columns of a table are looked at.
const mostColumns = 60

// readTable reads CSV whose first line names the columns. A last column and rows
// that are shorter or longer than the first line are taken as they are.
func readTable(f *File, text string) error {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = separator(text), -1, true
	head, err := r.Read()
	if err != nil {
		return ErrTable
	}
	if first, ok := strings.CutPrefix(head[0], "sep="); ok && first == "" { // Excel's own first line
		if head, err = r.Read(); err != nil {
			return ErrTable
		}
	}
	if len(head) > mostColumns || !slices.ContainsFunc(head, hasLetter) {
		return ErrTable
	}
	for _, name := range head {
		f.Columns = append(f.Columns, Column{Name: strings.TrimSpace(name)})
	}
	for {
		cells, err := r.Read()
		line := 0
		if err == nil {
			line, _ = r.FieldPos(0)
		}
		switch {
		case errors.Is(err, io.EOF):
			if len(f.Rows) == 0 {
				return ErrEmpty
			}
			return nil
		case err != nil:
			return ErrTable
		case len(f.Rows) == Most:
			return ErrMany
		}
		if row := tidy(cells, len(head)); slices.ContainsFunc(row, func(c string) bool { return c != "" }) {
			f.Rows = append(f.Rows, Row{Line: line, Cells: row})
		}
	}
}

func hasLetter(s string) bool { return strings.ContainsFunc(s, unicode.IsLetter) }

// tidy gives a row as many cells as there are columns, without the spaces around
// them. Spreadsheets write ="010…" and '010… so that the zero stays.
func tidy(cells []string, columns int) []string {
	row := make([]string, columns)
	for i, c := range cells {
		if i == columns {
			break
		}
		c = strings.TrimSpace(c)
		if inner, ok := strings.CutPrefix(c, `="`); ok {
			c = strings.TrimSuffix(inner, `"`)
		}
		row[i] = strings.TrimPrefix(c, "'")
	}
	return row
}

// separator finds what stands between the columns of the first line: a comma, a
// semicolon as Excel writes it in much of Europe, or a tab.
func separator(text string) rune {
	if rest, ok := strings.CutPrefix(text, "sep="); ok && rest != "" {
		return rune(rest[0])
	}
	first, _, _ := strings.Cut(text, "\n")
	best, most := ',', 0
	for _, sep := range []rune{',', ';', '\t'} {
		if n := strings.Count(first, string(sep)); n > most {
			best, most = sep, n
		}
	}
	return best
}

// headings are what columns are called in address books, folded.
var headings = map[string]string{
	"name": Name, "fullname": Name, "displayname": Name, "contact": Name, "이름": Name, "성명": Name, "고객명": Name, "고객이름": Name, "담당자": Name, "fn": Name,
	"firstname": Given, "givenname": Given, "명": Given, "lastname": Family, "familyname": Family, "surname": Family, "성": Family,
	"email": Email, "emailaddress": Email, "mail": Email, "이메일": Email, "이메일주소": Email, "메일": Email, "전자우편": Email, "email1value": Email,
	"phone": Number, "phonenumber": Number, "number": Number, "tel": Number, "telephone": Number, "mobile": Number, "mobilephone": Number, "cell": Number,
	"businessphone": Number, "homephone": Number, "workphone": Number, "전화": Number, "전화번호": Number, "휴대폰": Number, "휴대전화": Number, "핸드폰": Number,
	"연락처": Number, "휴대폰번호": Number, "핸드폰번호": Number, "회사전화": Number, "집전화": Number, "직장전화": Number, "phone1value": Number, "phone2value": Number,
}

// guess says what columns are by their names; the labels and keys of the
// workspace's own fields go first.
func guess(columns []Column, fields []Field) {
	had := map[string]bool{}
	for i, c := range columns {
		name := plain(c.Name)
		is := headings[strings.TrimRight(name, "0123456789")]
		if is == "" {
			is = headings[name]
		}
		for _, f := range fields {
			if name != "" && (name == plain(f.Label) || name == plain(f.Key)) {
				is = FieldOf + f.Key
			}
		}
		if had[is] && is != Number {
			is = ""
		}
		had[is] = true
		columns[i].Is = is
	}
}

// plain is a heading as it is compared.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}
