package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// wordless are the functions that give a refusal its word later.
var wordless = []string{"problemOf", "problemOfVerb", "problemOfFiber", "handled"}

// Whatever is refused says why in a word, which screens have a sentence for in each
// language: a refusal without one is an English sentence, or none.
//
// Covers: SYS-4
func TestEveryRefusalHasAWord(t *testing.T) {
	seen := 0
	for _, folder := range []string{"api", "controller"} {
		err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, ".gen.go") {
				return err
			}
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, path, nil, 0)
			if err != nil {
				return err
			}
			for _, d := range file.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if !ok || fn.Type.Results == nil || slices.Contains(wordless, fn.Name.Name) || makesRefusals(folder, fn) {
					continue
				}
				all, without := refusals(folder, fn.Body)
				seen += all
				for _, n := range without {
					t.Errorf("%s: this refusal has no word: end it with .Because(reason.…)", files.Position(n.Pos()))
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if seen < 150 {
		t.Errorf("only %d refusals were found", seen)
	}
}

// makers are what makes a refusal, by folder.
var makers = map[string][]string{
	"api":        {"invalid", "unauthenticated", "forbidden", "notFound", "conflict", "limited", "unavailable"},
	"controller": {"verb.Refuse"},
}

// makesRefusals says whether a function is one of the makers.
func makesRefusals(folder string, fn *ast.FuncDecl) bool {
	return fn.Recv == nil && slices.Contains(makers[folder], fn.Name.Name)
}

// refusals counts those that are made, and gives those without a word.
func refusals(folder string, body ast.Node) (all int, without []ast.Node) {
	worded := map[ast.Node]bool{}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if strings.HasPrefix(strings.ToLower(n.Sel.Name), "because") {
				worded[n.X] = true
			}
		case *ast.CallExpr:
			if name := calleeOf(n); slices.Contains(makers[folder], name) {
				if all++; !worded[n] {
					without = append(without, n)
				}
			}
		case *ast.CompositeLit:
			if id, ok := n.Type.(*ast.Ident); ok && folder == "api" && id.Name == "problem" {
				if all++; !worded[n] && !hasField(n, "Reason") && !isInternal(n) {
					without = append(without, n)
				}
			}
		}
		return true
	})
	return all, without
}

func calleeOf(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		if of, ok := f.X.(*ast.Ident); ok {
			return of.Name + "." + f.Sel.Name
		}
	}
	return ""
}

func hasField(lit *ast.CompositeLit, name string) bool {
	return slices.ContainsFunc(lit.Elts, func(e ast.Expr) bool {
		kv, ok := e.(*ast.KeyValueExpr)
		return ok && kv.Key.(*ast.Ident).Name == name
	})
}

// isInternal says whether a problem is our own fault: about that there is nothing
// that anybody could do.
func isInternal(lit *ast.CompositeLit) bool {
	return slices.ContainsFunc(lit.Elts, func(e ast.Expr) bool {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			return false
		}
		id, ok := kv.Value.(*ast.Ident)
		return ok && id.Name == "ProblemCodeInternal"
	})
}
