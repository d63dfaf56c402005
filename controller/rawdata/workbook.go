package rawdata

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/xuri/excelize/v2"

	"ringdesk/controller/stats"
)

// The sheets of a workbook. The first has the name that Channel Talk's has.
const (
	callSheet       = "UserChat meet data"
	partSheet       = "Agents"
	definitionSheet = "Definitions"
)

// sheet is one that is being written, row by row.
type sheet struct {
	*excelize.StreamWriter
	row            int
	moment, length int // styles
	zone           *time.Location
}

// workbook writes XLSX: real dates in the workspace's time zone, real durations.
func (x *Export) workbook(ctx context.Context, out io.Writer) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := f.SetSheetName("Sheet1", callSheet); err != nil {
		return err
	}
	for _, s := range []struct {
		name  string
		heads []string
		rows  func(context.Context, func([]cell) error) error
	}{
		{callSheet, heads(x.columns), x.calls},
		{partSheet, heads(partColumns), x.parts},
		{definitionSheet, []string{"name", "meaning", "뜻"}, x.definitions},
	} {
		w, err := x.open(f, s.name, s.heads)
		if err != nil {
			return err
		}
		if err := s.rows(ctx, w.write); err != nil {
			return err
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	return f.Write(out)
}

// open begins a sheet with its head.
func (x *Export) open(f *excelize.File, name string, heads []string) (*sheet, error) {
	if name != callSheet {
		if _, err := f.NewSheet(name); err != nil {
			return nil, err
		}
	}
	w, err := f.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	s := &sheet{StreamWriter: w, zone: x.zone}
	if s.moment, err = f.NewStyle(&excelize.Style{CustomNumFmt: new("yyyy-mm-dd hh:mm:ss.000")}); err != nil {
		return nil, err
	}
	if s.length, err = f.NewStyle(&excelize.Style{CustomNumFmt: new("[h]:mm:ss.000")}); err != nil {
		return nil, err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, err
	}
	if err := w.SetColWidth(1, len(heads), 16); err != nil {
		return nil, err
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	row := make([]any, len(heads))
	for i, h := range heads {
		row[i] = excelize.Cell{StyleID: bold, Value: h}
	}
	s.row = 1
	return s, w.SetRow("A1", row)
}

// write adds a row. A text is a text in a workbook, whatever it begins with.
func (s *sheet) write(row []cell) error {
	s.row++
	at, err := excelize.CoordinatesToCellName(1, s.row)
	if err != nil {
		return err
	}
	values := make([]any, len(row))
	for i, c := range row {
		switch c := c.(type) {
		case time.Time:
			local := c.In(s.zone)
			wall := time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), local.Second(), local.Nanosecond(), time.UTC).Round(time.Millisecond)
			values[i] = excelize.Cell{StyleID: s.moment, Value: wall}
		case ms:
			values[i] = excelize.Cell{StyleID: s.length, Value: float64(c) / 86_400_000}
		default:
			values[i] = c
		}
	}
	return s.SetRow(at, values)
}

// definitions hands over what columns and figures mean.
func (x *Export) definitions(_ context.Context, do func([]cell) error) error {
	for _, c := range x.columns {
		if err := do([]cell{c.key, c.says, nil}); err != nil {
			return err
		}
	}
	for _, c := range partColumns {
		if err := do([]cell{c.key, c.says, nil}); err != nil {
			return err
		}
	}
	for _, d := range stats.Definitions {
		if err := do([]cell{d.Key, d.FormulaEn, d.FormulaKo}); err != nil {
			return err
		}
	}
	return nil
}
