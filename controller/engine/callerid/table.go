package callerid

import (
	_ "embed"
	"encoding/csv"
	"strings"
	"unicode"
)

// meaning is why there is no number.
type meaning string

const (
	shown   meaning = ""
	private meaning = "private" // the caller asked for it
	unknown meaning = "unknown" // the network does not know
)

type code struct {
	text, match string
	means       meaning
}

//go:embed withheld.csv
var table string

var codes = readTable(table)

func readTable(text string) []code {
	r := csv.NewReader(strings.NewReader(text))
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		panic("withheld.csv: " + err.Error()) // it is part of the program
	}
	var all []code
	for _, row := range rows[1:] {
		all = append(all, code{row[0], row[1], meaning(row[2])})
	}
	return all
}

// means looks a user part or a display name up among the codes that stand for no
// number.
func means(text string) meaning {
	plain := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
	for _, c := range codes {
		if plain != "" && c.is(plain) {
			return c.means
		}
	}
	return shown
}

func (c code) is(plain string) bool {
	switch c.match {
	case "start":
		return strings.HasPrefix(plain, c.text)
	case "repeated":
		return strings.Trim(plain, c.text) == ""
	}
	return plain == c.text
}

// Spelt says whether digits are a code for no number that could be a national
// number, too: 266696687, which is ANONYMOUS on a telephone's keys. The numbering
// of the country decides.
func Spelt(number string) bool { return means(number) != shown }
