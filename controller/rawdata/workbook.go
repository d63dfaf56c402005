package rawdata

import (
	"context"
	"io"
	"slices"

	"ringdesk/controller/spreadsheet"
	"ringdesk/controller/stats"
)

// The sheets of a workbook. The first has the name that Channel Talk's has.
const (
	callSheet       = "UserChat meet data"
	partSheet       = "Agents"
	definitionSheet = "Definitions"
)

// workbook writes XLSX with both tables and what they mean.
func (x *Export) workbook(ctx context.Context, out io.Writer) error {
	rows := func(each func(context.Context, func([]any) error) error) func(func([]any) error) error {
		return func(add func([]any) error) error { return each(ctx, add) }
	}
	return spreadsheet.Workbook(out, x.zone, []spreadsheet.Sheet{
		{Name: callSheet, Head: heads(x.ofCalls), Rows: rows(x.calls)},
		{Name: partSheet, Head: heads(x.ofParts), Rows: rows(x.parts)},
		{Name: definitionSheet, Head: []string{"sheet", "name", "meaning", "뜻"}, Rows: x.definitions},
	})
}

// definitions hands over what columns and figures mean.
func (x *Export) definitions(add func([]any) error) error {
	var rows [][]any
	for _, c := range x.ofCalls {
		rows = append(rows, []any{callSheet, c.Key, c.En, c.Ko})
	}
	for _, c := range x.ofParts {
		rows = append(rows, []any{partSheet, c.Key, c.En, c.Ko})
	}
	for _, d := range slices.Concat(stats.Definitions, stats.AgentDefinitions) {
		rows = append(rows, []any{nil, d.Key, d.FormulaEn, d.FormulaKo})
	}
	for _, r := range rows {
		if err := add(r); err != nil {
			return err
		}
	}
	return nil
}
