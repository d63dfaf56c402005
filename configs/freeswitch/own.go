package freeswitch

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ringdesk/configs/asterisk"
)

// nativeFolder, below Settings.CustomDir, has the own extensions that flows hand calls
// over to; those beside it are for calls from trunks.
const nativeFolder = "native"

// CheckOwn looks through the installation's own extensions. A file that is no XML, or
// holds something else than extensions, is left out by Render: FreeSWITCH would read
// nothing at all. A folder that is not there has none.
func CheckOwn(dir string) ([]asterisk.Mistake, error) {
	var all []asterisk.Mistake
	for _, folder := range []string{"", nativeFolder} {
		names, err := filepath.Glob(filepath.Join(dir, folder, "*.xml"))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			all = append(all, checkOwn(name, text, folder == "")...)
		}
	}
	return all, nil
}

// checkOwn reads one file of extensions; those for calls from trunks must say so.
func checkOwn(name string, text []byte, fromTrunk bool) (all []asterisk.Mistake) {
	d := xml.NewDecoder(bytes.NewReader(text))
	note := func(stops bool, format string, args ...any) {
		line, _ := d.InputPos()
		all = append(all, asterisk.Mistake{File: name, Line: line, Says: fmt.Sprintf(format, args...), Stops: stops})
	}
	depth, known := 0, true
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			says := err.Error()
			var syntax *xml.SyntaxError
			if errors.As(err, &syntax) {
				says = syntax.Msg
			}
			note(true, "this is no XML (%s): the file is left out", says)
			return all
		}
		switch t := token.(type) {
		case xml.StartElement:
			switch depth++; {
			case depth == 1 && t.Name.Local == "extension":
				known = !fromTrunk
			case depth == 1 && t.Name.Local != "X-PRE-PROCESS":
				note(true, "<%s> cannot stand here: write <extension> elements, without a context around them. The file is left out", t.Name.Local)
				return all
			case depth == 2 && slices.ContainsFunc(t.Attr, func(a xml.Attr) bool { return a.Name.Local == "field" && strings.Contains(a.Value, "ringdesk_trunk") }):
				known = true
			}
		case xml.EndElement:
			if depth--; depth == 0 && !known {
				note(false, "this extension has no condition on ${ringdesk_trunk}: strangers reach it, too")
				known = true
			}
		}
	}
}

// ownFiles are what the dialplan includes of a folder of own extensions: all of it,
// also what comes later, or the files that are right where one is not.
func (s *Settings) ownFiles(folder string) ([]string, error) {
	mistakes, err := CheckOwn(s.CustomDir)
	if err != nil {
		return nil, err
	}
	everything := filepath.Join(s.CustomDir, folder, "*.xml")
	if _, err := os.Stat(filepath.Dir(everything)); folder == nativeFolder && errors.Is(err, fs.ErrNotExist) {
		return nil, nil // FreeSWITCH takes that for an error
	}
	out := func(name string) bool {
		return slices.ContainsFunc(mistakes, func(m asterisk.Mistake) bool { return m.Stops && m.File == name })
	}
	names, err := filepath.Glob(everything)
	if err != nil || !slices.ContainsFunc(names, out) {
		return []string{everything}, err
	}
	return slices.DeleteFunc(names, out), nil
}

// FromTrunk and Native are what the dialplan includes.
func (s *Settings) FromTrunk() ([]string, error) { return s.ownFiles("") }

// Native is FromTrunk for calls that are handed over.
func (s *Settings) Native() ([]string, error) { return s.ownFiles(nativeFolder) }
