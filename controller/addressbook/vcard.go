package addressbook

import (
	"errors"
	"io"
	"strings"

	"github.com/emersion/go-vcard"
)

// The columns that vCards are shown with; further telephone numbers have columns of
// their own.
var cardColumns = []Column{{Name: "FN"}, {Name: "EMAIL"}, {Name: "ORG"}, {Name: "TITLE"}, {Name: "NOTE"}}

func isVCard(text string) bool {
	text = strings.TrimSpace(text)
	return len(text) >= len("BEGIN:VCARD") && strings.EqualFold(text[:len("BEGIN:VCARD")], "BEGIN:VCARD")
}

// readVCards reads vCards of versions 3 and 4, one after the other.
func readVCards(f *File, text string) error {
	cards, numbers, err := cardsOf(text)
	if err != nil {
		return err
	}
	f.Columns = append(f.Columns, cardColumns...)
	for range numbers {
		f.Columns = append(f.Columns, Column{Name: "TEL"})
	}
	for i, c := range cards {
		cells := []string{nameOf(c), c.PreferredValue(vcard.FieldEmail), strings.ReplaceAll(c.PreferredValue(vcard.FieldOrganization), ";", " "),
			c.PreferredValue(vcard.FieldTitle), c.PreferredValue(vcard.FieldNote)}
		for _, tel := range c.Values(vcard.FieldTelephone) {
			cells = append(cells, strings.TrimPrefix(tel, "tel:"))
		}
		f.Rows = append(f.Rows, Row{Line: i + 1, Cells: tidy(cells, len(f.Columns))})
	}
	return nil
}

// cardsOf reads cards and says how many telephone numbers one has at most.
func cardsOf(text string) (cards []vcard.Card, numbers int, err error) {
	d := vcard.NewDecoder(strings.NewReader(text))
	for {
		c, err := d.Decode()
		switch {
		case errors.Is(err, io.EOF) && len(cards) == 0:
			return nil, 0, ErrEmpty
		case errors.Is(err, io.EOF):
			return cards, min(numbers, 10), nil
		case err != nil:
			return nil, 0, ErrTable
		case len(cards) == Most:
			return nil, 0, ErrMany
		}
		cards, numbers = append(cards, c), max(numbers, len(c.Values(vcard.FieldTelephone)))
	}
}

// nameOf is the name that a card shows, or what its parts make.
func nameOf(c vcard.Card) string {
	if fn := c.PreferredValue(vcard.FieldFormattedName); fn != "" {
		return fn
	}
	n := c.Name()
	if n == nil {
		return ""
	}
	return FullName(n.FamilyName, n.GivenName)
}

// FullName makes a name of its parts, in the order of the language: 김 and 철수 are
// 김철수.
func FullName(family, given string) string {
	if isKorean(family) && isKorean(given) {
		return family + given
	}
	return strings.TrimSpace(given + " " + family)
}

func isKorean(s string) bool {
	for _, r := range s {
		if r < '가' || r > '힣' {
			return false
		}
	}
	return s != ""
}
