package spreadsheet_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"ringdesk/controller/spreadsheet"
)

// What a cell is given stands in the workbook, whatever it is.
//
// Covers: STAT-4.
func TestWorkbook(t *testing.T) {
	seoul := time.FixedZone("", 9*3600)
	for _, c := range []struct {
		cell      any
		raw, form string // as it stands in the file, and as it is shown
	}{
		{nil, "", ""},
		{"", "", ""},
		{"김민아 <&> \"x\"", "김민아 <&> \"x\"", "김민아 <&> \"x\""},
		{"=1+1", "=1+1", "=1+1"},
		{"  two\nlines ", "  two\nlines ", "  two\nlines "},
		{"_x0041_", "_x0041_", "_x0041_"},
		{strings.Repeat("가", 40_000), strings.Repeat("가", 32_767), strings.Repeat("가", 32_767)},
		{42, "42", "42"},
		{true, "1", "TRUE"},
		{time.Date(2026, 3, 1, 15, 30, 0, 0, time.UTC), "46083.020833333336", "2026-03-02 00:30:00.000"},
		{90*time.Minute + 61*time.Second + 7*time.Millisecond, "0.06320609953703704", "1:31:01.007"},
		{49 * time.Hour, "2.0416666666666665", "49:00:00.000"},
	} {
		var out bytes.Buffer
		err := spreadsheet.Workbook(&out, seoul, []spreadsheet.Sheet{
			{Name: "one", Head: []string{"a"}, Rows: func(add func([]any) error) error { return add([]any{c.cell}) }},
			{Name: "two", Head: []string{"b", "c"}, Rows: func(add func([]any) error) error { return add([]any{nil, 7}) }},
		})
		if err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(&out)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := f.GetCellValue("one", "A2", excelize.Options{RawCellValue: true})
		shown, err2 := f.GetCellValue("one", "A2")
		head, err3 := f.GetCellValue("one", "A1")
		second, err4 := f.GetCellValue("two", "B2")
		if err := errors.Join(err, err2, err3, err4, f.Close()); err != nil {
			t.Fatal(err)
		}
		if raw != c.raw || shown != c.form || head != "a" || second != "7" {
			t.Errorf("%.40v is %.40q, shown as %.40q; the head %q, the second sheet %q", c.cell, raw, shown, head, second)
		}
	}
}

// A source of rows that fails, or gives more than a sheet takes, fails the workbook.
//
// Covers: STAT-4.
func TestWorkbook_Fails(t *testing.T) {
	broken := errors.New("the database is away")
	for what, c := range map[string]struct {
		rows func(add func([]any) error) error
		want string
	}{
		"the source":   {func(func([]any) error) error { return broken }, broken.Error()},
		"a cell":       {func(add func([]any) error) error { return add([]any{struct{}{}}) }, "cannot hold"},
		"too many":     {func(add func([]any) error) error { return many(spreadsheet.MostRows+1, []any{1}, add) }, "at most 1048575 rows"},
		"nobody reads": {func(add func([]any) error) error { return many(200_000, []any{"text"}, add) }, io.ErrClosedPipe.Error()},
	} {
		in, out := io.Pipe()
		if what == "nobody reads" {
			_ = in.Close()
		} else {
			go func() { _, _ = io.Copy(io.Discard, in) }()
		}
		err := spreadsheet.Workbook(out, time.UTC, []spreadsheet.Sheet{{Name: "one", Head: []string{"a"}, Rows: c.rows}})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", what, err)
		}
		_ = in.Close()
	}
}

func many(n int, row []any, add func([]any) error) error {
	for range n {
		if err := add(row); err != nil {
			return err
		}
	}
	return nil
}

// The memory of a workbook does not grow with its rows.
//
// Covers: STAT-4, SEC-4.
func TestWorkbook_Memory(t *testing.T) {
	const most = 16 << 20 // bytes
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	grown := uint64(0)
	row := make([]any, 12)
	err := spreadsheet.Workbook(io.Discard, time.UTC, []spreadsheet.Sheet{{Name: "one", Head: make([]string, len(row)), Rows: func(add func([]any) error) error {
		for n := range 60_000 {
			for i := range row {
				row[i] = fmt.Sprint("text ", n, i)
			}
			if err := add(row); err != nil {
				return err
			}
			if n%20_000 == 19_999 {
				runtime.GC()
				runtime.ReadMemStats(&now)
				grown = max(grown, now.HeapAlloc-min(now.HeapAlloc, before.HeapAlloc))
			}
		}
		return nil
	}}})
	if err != nil || grown > most {
		t.Errorf("%d MB more in use, %v", grown>>20, err)
	}
}
