package flow

import (
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits of expressions. With them one takes bounded time and room whatever its
// values are.
const (
	MaxNodes = 300     // of one expression
	MaxText  = 4 << 10 // bytes of a text that an expression makes; the rest is cut off
)

// Op is what an expression does with its arguments.
type Op string

// The operations.
const (
	OpValue Op = "value" // Value: a text, a number, true, false or null
	OpVar   Op = "var"   // Name: a path of Variables, or var.NAME
	OpIndex Op = "index" // the part of the first argument that the second one names
	OpCall  Op = "call"  // Name: one of Functions
	OpList  Op = "list"
	OpText  Op = "text" // the arguments' texts, one after the other
	OpIf    Op = "if"   // condition, value, other value
	OpNot   Op = "!"
	OpNeg   Op = "neg"
	OpAnd   Op = "&&"
	OpOr    Op = "||"
	OpEq    Op = "=="
	OpNe    Op = "!="
	OpLt    Op = "<"
	OpLe    Op = "<="
	OpGt    Op = ">"
	OpGe    Op = ">="
	OpAdd   Op = "+"
	OpSub   Op = "-"
	OpMul   Op = "*"
	OpDiv   Op = "/"
	OpMod   Op = "%"
)

// Expr is a compiled expression. Its values are those of JSON: text (string),
// number (float64), bool, list ([]any), object (map[string]any), and nil for
// null: what is not there, or makes no sense. No expression fails: what has no
// meaning is null, and null is no text, no number and not true.
type Expr struct {
	Op    Op     `json:"op"`
	Name  string `json:"name,omitempty"`
	Value any    `json:"value,omitempty"`
	Args  []Expr `json:"args,omitempty"`
}

// scope is what an expression sees.
type scope interface {
	variable(path string) any
	call(name string, args []any) any
}

// eval works an expression out.
func (e *Expr) eval(in scope) any {
	switch e.Op {
	case OpValue:
		return e.Value
	case OpVar:
		return in.variable(e.Name)
	case OpAnd:
		return e.arg(0, in) == true && e.arg(1, in) == true
	case OpOr:
		return e.arg(0, in) == true || e.arg(1, in) == true
	case OpIf:
		if e.arg(0, in) == true {
			return e.arg(1, in)
		}
		return e.arg(2, in)
	}
	args := make([]any, len(e.Args))
	for i := range e.Args {
		args[i] = e.Args[i].eval(in)
	}
	switch e.Op {
	case OpCall:
		return in.call(e.Name, args)
	case OpList:
		return args
	case OpText:
		return cut(join(args))
	}
	return operate(e.Op, args)
}

func (e *Expr) arg(i int, in scope) any {
	if i >= len(e.Args) {
		return nil
	}
	return e.Args[i].eval(in)
}

// operate carries out the operators that see all their arguments.
func operate(op Op, args []any) any {
	if len(args) == 1 {
		switch n, ok := args[0].(float64); {
		case op == OpNot:
			return args[0] != true
		case op == OpNeg && ok:
			return -n
		}
		return nil
	}
	if len(args) != 2 {
		return nil
	}
	switch op {
	case OpEq:
		return reflect.DeepEqual(args[0], args[1])
	case OpNe:
		return !reflect.DeepEqual(args[0], args[1])
	case OpIndex:
		return index(args[0], args[1])
	}
	a, aok := args[0].(float64)
	b, bok := args[1].(float64)
	compares := op == OpLt || op == OpLe || op == OpGt || op == OpGe
	switch {
	case !(aok && bok) && compares:
		return false
	case !(aok && bok):
		return nil
	case compares:
		return op == OpLt && a < b || op == OpLe && a <= b || op == OpGt && a > b || op == OpGe && a >= b
	}
	return arithmetic(op, a, b)
}

// arithmetic gives null where there is no number.
func arithmetic(op Op, a, b float64) any {
	var n float64
	switch op {
	case OpAdd:
		n = a + b
	case OpSub:
		n = a - b
	case OpMul:
		n = a * b
	case OpDiv:
		n = a / b
	case OpMod:
		n = math.Mod(a, b)
	default:
		return nil
	}
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return nil
	}
	return n
}

func index(of, by any) any {
	switch of := of.(type) {
	case map[string]any:
		name, _ := by.(string)
		return of[name]
	case []any:
		if n, ok := by.(float64); ok && n >= 0 && n < float64(len(of)) && n == math.Trunc(n) {
			return of[int(n)]
		}
	}
	return nil
}

// text is how a value reads; lists, objects and null as nothing.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

func join(args []any) string {
	var b strings.Builder
	for _, a := range args {
		if t := text(a); b.Len() <= MaxText {
			b.WriteString(t)
		}
	}
	return b.String()
}

// cut keeps a text within MaxText, and its last character whole.
func cut(s string) string {
	if len(s) <= MaxText {
		return s
	}
	s = s[:MaxText]
	for len(s) > 0 {
		if r, n := utf8.DecodeLastRuneInString(s); r != utf8.RuneError || n > 1 {
			break
		}
		s = s[:len(s)-1]
	}
	return s
}

// Walk calls do with an expression and all in it, from outside.
func (e *Expr) Walk(do func(*Expr)) {
	if e == nil {
		return
	}
	do(e)
	for i := range e.Args {
		e.Args[i].Walk(do)
	}
}
