// Package addressbook reads files of contacts: tables as CSV, in the ways that
// spreadsheets write them, and vCards (RFC 2426, RFC 6350). It gives entries as text
// and judges none of them.
package addressbook

import (
	"bytes"
	"errors"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/korean"
)

// The kinds of files.
const (
	CSV   = "csv"
	VCard = "vcard"
)

// Most is how many entries a file can have, and MostBytes how large it can be.
const (
	Most      = 50_000
	MostBytes = 10 << 20
)

// The reasons for which a file cannot be read.
var (
	ErrEmpty    = errors.New("the file has no contacts")
	ErrMany     = errors.New("the file has more than 50000 contacts: split it")
	ErrEncoding = errors.New("the file is no text: save it as CSV (UTF-8) or as vCard")
	ErrTable    = errors.New("the file is no CSV with a first line of column names, and no vCard")
)

// File is a file of contacts as it was read.
type File struct {
	Kind     string
	Encoding string // utf-8, utf-16, cp949
	Columns  []Column
	Rows     []Row
}

// Column is a column of a table; of vCards it is one kind of property.
type Column struct {
	Name string // as the file has it
	Is   string // what it was taken for: one of the Column constants, field:<key>, or "" for nothing
}

// What columns can be.
const (
	Name    = "name"
	Number  = "number"
	Email   = "email"
	Given   = "given"  // with Family: a name in two parts
	Family  = "family" // stands first in Korean
	FieldOf = "field:" // with the key of a profile field behind it
)

// Row is an entry. Line is where it begins in the file, from 1.
type Row struct {
	Line  int
	Cells []string
}

// Field is a profile field that a column may be.
type Field struct{ Key, Label string }

// Read reads a file and guesses what its columns are.
func Read(raw []byte, fields []Field) (File, error) {
	if len(bytes.TrimSpace(raw)) == 0 {
		return File{}, ErrEmpty
	}
	text, encoding, err := decode(raw)
	if err != nil {
		return File{}, err
	}
	f := File{Encoding: encoding}
	if isVCard(text) {
		f.Kind = VCard
		err = readVCards(&f, text)
	} else {
		f.Kind = CSV
		err = readTable(&f, text)
	}
	if err != nil {
		return f, err
	}
	guess(f.Columns, fields)
	return f, nil
}

// decode makes text of a file: UTF-8 and UTF-16 with or without a mark, and
// otherwise CP949, which Korean spreadsheets write.
func decode(raw []byte) (text, encoding string, err error) {
	switch {
	case bytes.HasPrefix(raw, []byte{0xef, 0xbb, 0xbf}):
		raw = raw[3:]
	case bytes.HasPrefix(raw, []byte{0xff, 0xfe}):
		return wide(raw[2:], 0, 1), "utf-16", nil
	case bytes.HasPrefix(raw, []byte{0xfe, 0xff}):
		return wide(raw[2:], 1, 0), "utf-16", nil
	}
	if bytes.IndexByte(raw, 0) >= 0 {
		return "", "", ErrEncoding
	}
	if utf8.Valid(raw) {
		return string(raw), "utf-8", nil
	}
	out, err := korean.EUCKR.NewDecoder().Bytes(raw)
	if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
		return "", "", ErrEncoding
	}
	return string(out), "cp949", nil
}

// wide reads UTF-16; low and high are where the bytes of a unit stand.
func wide(raw []byte, low, high int) string {
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = uint16(raw[2*i+low]) | uint16(raw[2*i+high])<<8
	}
	return string(utf16.Decode(units))
}
