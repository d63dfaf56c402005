package api_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"
)

// The contract lists exactly the words that controller/reason has: a word that it
// lacks has no sentence on any screen.
//
// Covers: OUT-6, OUT-9, MISS-5, SYS-4
func TestReasonsAreTheContracts(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../controller/reason/reason.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	ast.Inspect(file, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for _, value := range v.Values {
			word, err := strconv.Unquote(value.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			words = append(words, word)
		}
		return false
	})
	doc, err := contract()
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, v := range doc.Components.Schemas["ProblemReason"].Value.Enum {
		listed = append(listed, v.(string))
	}
	slices.Sort(words)
	slices.Sort(listed)
	if !slices.Equal(words, listed) {
		t.Errorf("the contract has %q, and controller/reason %q", listed, words)
	}
}
