package lang_test

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"ringdesk/dialplan/flow"
	"ringdesk/dialplan/lang"
)

// docs/flows.md is what the program says.
func TestReferenceIsCurrent(t *testing.T) {
	have, err := os.ReadFile("../../docs/flows.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != lang.Reference() {
		t.Error("docs/flows.md is not what the program says: run `go run ./scripts/reference flows > docs/flows.md`")
	}
}

// Every attribute and block of the language has its kind and its meaning.
func TestTagsAreComplete(t *testing.T) {
	var look func(reflect.Type)
	look = func(typ reflect.Type) {
		for i := range typ.NumField() {
			f := typ.Field(i)
			tag := f.Tag
			if tag.Get("flow") != "" && (tag.Get("kind") == "" || tag.Get("says") == "") || (tag.Get("block") != "" || tag.Get("step") != "" || tag.Get("do") != "") && tag.Get("says") == "" {
				t.Errorf("%s.%s lacks kind or says", typ.Name(), f.Name)
			}
			if slices.Contains([]string{"time", "whole number"}, tag.Get("kind")) && (tag.Get("from") == "" || tag.Get("to") == "") {
				t.Errorf("%s.%s has no limits", typ.Name(), f.Name)
			}
			inner := f.Type
			for inner.Kind() == reflect.Pointer || inner.Kind() == reflect.Slice {
				inner = inner.Elem()
			}
			if inner.Kind() == reflect.Struct && strings.HasSuffix(inner.PkgPath(), "dialplan/flow") && inner != typ && inner != reflect.TypeFor[flow.Expr]() {
				look(inner)
			}
		}
	}
	look(reflect.TypeFor[flow.Program]())
}
