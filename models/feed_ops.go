package models

import (
	"fmt"
	"strings"
)

// feedOp writes an operator or a function with its arguments.
type feedOp func(w *feedSQL, e *FeedExpr) (string, error)

// feedOps are all operators and functions of OData that a feed knows (OData 4.01 URL
// Conventions, 5.1.1), but for what is worked out before.
var feedOps map[string]feedOp

func init() { // a table that its own functions look into
	feedOps = map[string]feedOp{
		"and": joined(" AND "), "or": joined(" OR "), "not": form("(NOT %s)"),
		"eq": equal, "ne": equal, "gt": compared(">"), "ge": compared(">="), "lt": compared("<"), "le": compared("<="), "in": within,
		"add": form("(%s + %s)"), "sub": form("(%s - %s)"), "mul": form("(%s * %s)"), "div": form("(%s / NULLIF(%s, 0))"),
		"divby": form("(CAST(%s AS DOUBLE PRECISION) / NULLIF(%s, 0))"), "mod": form("(%s %% NULLIF(%s, 0))"), "neg": form("(- %s)"),
		"length": form("CAST(LENGTH(%s) AS BIGINT)"), "tolower": form("LOWER(%s)"), "toupper": form("UPPER(%s)"), "trim": form("TRIM(%s)"), "concat": form("(%s || %s)"),
		"contains": either("(INSTR(%s, %s) > 0)", "(STRPOS(%s, %s) > 0)"), "indexof": either("(INSTR(%s, %s) - 1)", "CAST(STRPOS(%s, %s) - 1 AS BIGINT)"),
		"startswith": form("(SUBSTR(%[1]s, 1, LENGTH(%[2]s)) = %[2]s)", 0, 1, 1),
		"endswith":   form("(LENGTH(%[1]s) >= LENGTH(%[2]s) AND SUBSTR(%[1]s, LENGTH(%[1]s) - LENGTH(%[2]s) + 1) = %[2]s)", 0, 1, 0, 0, 1, 1),
		"substring":  substring, "year": parted, "month": parted, "day": parted, "hour": parted, "minute": parted, "second": parted, "date": parted,
		"round": form("ROUND(%s)"), "floor": form("FLOOR(%s)"), "ceiling": form("CEIL(%s)"),
	}
}

// form puts arguments into a text; order says which ones stand where, if not each once.
func form(text string, order ...int) feedOp { return either(text, text, order...) }

// either is form with a text for SQLite and one for PostgreSQL.
func either(sqlite, postgres string, order ...int) feedOp {
	return func(w *feedSQL, e *FeedExpr) (string, error) {
		text := sqlite
		if w.postgres {
			text = postgres
		}
		if order != nil { // an argument that stands twice brings its parameters twice
			return w.repeated(text, e, order)
		}
		args, err := w.all(e)
		return fmt.Sprintf(text, args...), err
	}
}

// repeated writes arguments in the order in which a text has them, some of them more than
// once.
func (w *feedSQL) repeated(text string, e *FeedExpr, order []int) (string, error) {
	last := make([]any, len(e.Args))
	for _, i := range order {
		arg, err := w.expr(&e.Args[i])
		if err != nil {
			return "", err
		}
		last[i] = arg
	}
	return fmt.Sprintf(text, last...), nil
}

func joined(by string) feedOp {
	return func(w *feedSQL, e *FeedExpr) (string, error) {
		args, err := w.all(e)
		texts := make([]string, len(args))
		for i, a := range args {
			texts[i] = a.(string)
		}
		return "(" + strings.Join(texts, by) + ")", err
	}
}

// equal compares as OData does: null is equal to null and to nothing else.
func equal(w *feedSQL, e *FeedExpr) (string, error) {
	args, err := w.all(e)
	sign := map[string]string{"eq": "=", "ne": "<>"}[e.Op]
	if e.Args[0].Nullable || e.Args[1].Nullable {
		sign = map[string]string{"eq": "IS NOT DISTINCT FROM", "ne": "IS DISTINCT FROM"}[e.Op]
	}
	return fmt.Sprintf("(%s %s %s)", args[0], sign, args[1]), err
}

// compared gives false, and not null, where one side is null.
func compared(sign string) feedOp {
	return func(w *feedSQL, e *FeedExpr) (string, error) {
		args, err := w.all(e)
		if e.Args[0].Nullable || e.Args[1].Nullable {
			return fmt.Sprintf("COALESCE(%s %s %s, FALSE)", args[0], sign, args[1]), err
		}
		return fmt.Sprintf("(%s %s %s)", args[0], sign, args[1]), err
	}
}

// within says whether the first argument is one of the others, none of which is null.
func within(w *feedSQL, e *FeedExpr) (string, error) {
	args, err := w.all(e)
	texts := make([]string, 0, len(args))
	for _, a := range args[1:] {
		texts = append(texts, a.(string))
	}
	in := fmt.Sprintf("%s IN (%s)", args[0], strings.Join(texts, ", "))
	if e.Args[0].Nullable {
		return "COALESCE(" + in + ", FALSE)", err
	}
	return "(" + in + ")", err
}

// substring counts from 0, and takes a negative beginning or length as 0.
func substring(w *feedSQL, e *FeedExpr) (string, error) {
	args, err := w.all(e)
	if err != nil {
		return "", err
	}
	most := "MAX"
	if w.postgres {
		most = "GREATEST"
	}
	text := fmt.Sprintf("SUBSTR(%s, CAST(%s(%s, 0) AS INTEGER) + 1", args[0], most, args[1])
	if len(args) == 3 {
		text += fmt.Sprintf(", CAST(%s(%s, 0) AS INTEGER)", most, args[2])
	}
	return text + ")", nil
}

// parted is a part of a moment or of a day. A moment has to be a column: it may stand
// more than once in what is written, and parameters may not.
func parted(w *feedSQL, e *FeedExpr) (string, error) {
	arg := &e.Args[0]
	text, err := w.expr(arg)
	at := map[string]string{"year": "1, 4", "month": "6, 2", "day": "9, 2"}[e.Op]
	switch {
	case err != nil:
		return "", err
	case arg.Kind == FeedMoment && arg.Op != "column":
		return "", fmt.Errorf("models: %s is asked of what is no column", e.Op)
	case arg.Kind == FeedMoment:
		return w.part(e.Op, text), nil
	case at == "": // the day of a day
		return text, nil
	}
	return fmt.Sprintf("CAST(SUBSTR(%s, %s) AS BIGINT)", text, at), nil
}
