package lang

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Limits of how far a text may nest. HCL's parser calls itself for each level, so
// that a text of brackets alone would end the process (measured on v2.25.0: 1 MiB
// of them exceed Go's limit of a stack).
const (
	maxNesting = 100  // brackets, blocks and ${…} within each other
	maxInTurn  = 300  // signs of one line that each begin an expression within the last one: ! - ?
	maxInLine  = 5000 // tokens of one line, brackets' lines together: the parser takes the square of them for some
)

// parse reads a text that does not nest too far.
func parse(name string, text []byte) (*hcl.File, hcl.Diagnostics) {
	if at, deep := tooDeep(name, text); deep {
		return &hcl.File{Body: hcl.EmptyBody()}, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "This nests too far, or is too long for one line: take it apart", Subject: &at}}
	}
	return hclsyntax.ParseConfig(text, name, hcl.InitialPos)
}

// tooDeep finds the first place where a text nests too far.
func tooDeep(name string, text []byte) (hcl.Range, bool) {
	tokens, _ := hclsyntax.LexConfig(text, name, hcl.InitialPos) // what is no token is told of by the parser
	depth, within, turns, length := 0, 0, 0, 0
	for _, t := range tokens {
		length++
		switch t.Type {
		case hclsyntax.TokenOBrace:
			depth++
		case hclsyntax.TokenCBrace:
			depth--
		case hclsyntax.TokenOParen, hclsyntax.TokenOBrack, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
			depth++
			within++
		case hclsyntax.TokenCParen, hclsyntax.TokenCBrack, hclsyntax.TokenTemplateSeqEnd:
			depth--
			within--
		case hclsyntax.TokenBang, hclsyntax.TokenMinus, hclsyntax.TokenQuestion:
			turns++
		case hclsyntax.TokenNewline:
			if within <= 0 { // in brackets an expression goes on in the next line
				turns, length = 0, 0
			}
		}
		depth, within = max(depth, 0), max(within, 0)
		if depth > maxNesting || turns > maxInTurn || length > maxInLine {
			return t.Range, true
		}
	}
	return hcl.Range{}, false
}
