package models

import (
	"fmt"
	"strings"

	"gorm.io/gorm"

	"ringdesk/models/search"
)

// fullText is how a database keeps tokens and finds rows by them.
type fullText struct {
	put   string                     // writes a row, of a table
	is    string                     // the condition on a table's rows, with a query for its parameter
	kept  func(tokens string) string // as they are written
	all   string                     // what joins terms that must all be found
	any   string                     // what joins terms of which one is enough
	words func(p search.Phrase) string
	whole func(condition string) string // keeps a condition from being looked up before the list's order
}

// inFTS5 is SQLite's (https://www.sqlite.org/fts5.html).
var inFTS5 = fullText{
	put:  "INSERT OR REPLACE INTO %s (rowid, tokens) VALUES (?, ?)",
	is:   "%[1]s MATCH ?",
	kept: func(tokens string) string { return tokens },
	all:  " AND ", any: " OR ",
	words: func(p search.Phrase) string {
		words := `"` + strings.Join(p.Tokens, `" + "`) + `"`
		if p.Prefix {
			words += " *"
		}
		return words
	},
	whole: func(condition string) string { return "+" + condition },
}

// inTSVector is PostgreSQL's. Tokens are written as they are: no configuration of
// the server's has a say in them
// (https://www.postgresql.org/docs/current/datatype-textsearch.html).
var inTSVector = fullText{
	put:  "INSERT INTO %s (rowid, tokens) VALUES (?, CAST(? AS tsvector)) ON CONFLICT (rowid) DO UPDATE SET tokens = excluded.tokens",
	is:   "%[1]s.tokens @@ CAST(? AS tsquery)",
	kept: lexemes,
	all:  " & ", any: " | ",
	words: func(p search.Phrase) string {
		words := "'" + strings.Join(p.Tokens, "' <-> '") + "'"
		if p.Prefix {
			words += ":*"
		}
		return "(" + words + ")"
	},
	whole: func(condition string) string { return condition },
}

func fullTextOf(db *gorm.DB) fullText {
	if onPostgres(db) {
		return inTSVector
	}
	return inFTS5
}

// The limits of a tsvector: a longer text is found by its beginning.
const (
	mostLexemes     = 16_383  // the last place that is told apart
	mostLexemeBytes = 900_000 // of 1 MiB for all lexemes and their places
)

// lexemes writes tokens with their places.
func lexemes(tokens string) string {
	var b strings.Builder
	place := 0
	for token := range strings.FieldsSeq(tokens) {
		place++
		if place > mostLexemes || b.Len() > mostLexemeBytes {
			break
		}
		fmt.Fprintf(&b, "'%s':%d ", token, place)
	}
	return b.String()
}

// write keeps the tokens of a row.
func (f fullText) write(db *gorm.DB, table string, row int64, tokens string) error {
	_, err := exec(db, fmt.Sprintf(f.put, table), row, f.kept(tokens))
	return err
}

// found is the condition on a table's rows.
func (f fullText) found(table string) string { return fmt.Sprintf(f.is, table) }

// contacts are those that a query finds.
func (f fullText) contacts() string {
	return "SELECT contacts.id FROM contacts WHERE search_doc IN (SELECT rowid FROM contact_tokens WHERE " + f.found("contact_tokens") + ")"
}

// byContact and byText are what a query finds of conversations: by their contact, and
// by their notes and tags.
func (f fullText) byContact() string { return "conversations.contact_id IN (" + f.contacts() + ")" }

func (f fullText) byText() string {
	return "conversations.search_doc IN (SELECT rowid >> 20 FROM text_tokens WHERE " + f.found("text_tokens") + ")"
}

// matchAll writes a query: everything must be found.
func (f fullText) matchAll(q search.Query) string { return f.joined(q, f.all) }

// matchAny is matchAll for anything that is found.
func (f fullText) matchAny(q search.Query) string { return f.joined(q, f.any) }

func (f fullText) joined(q search.Query, by string) string {
	parts := make([]string, len(q.Terms))
	for i, t := range q.Terms {
		parts[i] = f.match(t)
	}
	return strings.Join(parts, by)
}

// match writes a query for one term.
func (f fullText) match(t search.Term) string {
	phrases := make([]string, len(t.Phrases))
	for i, p := range t.Phrases {
		phrases[i] = f.words(p)
	}
	return "(" + strings.Join(phrases, f.any) + ")"
}
