package spreadsheet

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// MostRows is how many rows a sheet takes below its head (Excel's limit).
const MostRows = excelize.TotalRows - 1

// Sheet is a sheet of a workbook.
type Sheet struct {
	Name string
	Head []string
	// Rows hands over the rows in their order. A cell is a string, a time.Time, a
	// time.Duration, an int, a bool, or nil.
	Rows func(add func(row []any) error) error
}

// Workbook writes XLSX: moments as they are on clocks in zone, real durations, and texts
// that are never formulas. It writes rows as it is given them, so that its memory does
// not grow with them.
func Workbook(out io.Writer, zone *time.Location, sheets []Sheet) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	for i, s := range sheets {
		if err := begin(f, i, s); err != nil {
			return err
		}
	}
	rows, err := newRowWriter(f, zone)
	if err != nil {
		return err
	}
	filled := &filler{zip: zip.NewWriter(out), rows: rows, sheets: sheets}
	filled.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	f.SetZipWriter(func(io.Writer) excelize.ZipWriter { return filled })
	_, err = f.WriteToBuffer() // the buffer stays empty: filler writes to out
	return err
}

// begin makes a sheet with its head alone.
func begin(f *excelize.File, i int, s Sheet) error {
	if i == 0 {
		if err := f.SetSheetName("Sheet1", s.Name); err != nil {
			return err
		}
	} else if _, err := f.NewSheet(s.Name); err != nil {
		return err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	last, err := excelize.ColumnNumberToName(len(s.Head))
	if err != nil {
		return err
	}
	return errors.Join(f.SetSheetRow(s.Name, "A1", &s.Head), f.SetCellStyle(s.Name, "A1", last+"1", bold), f.SetColWidth(s.Name, "A", last, 16),
		f.SetPanes(s.Name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
}

// filler is the ZIP that excelize writes the parts of a workbook to. It puts the rows
// into the sheets on the way: excelize itself would keep all of the file in memory.
type filler struct {
	zip    *zip.Writer
	rows   *rowWriter
	sheets []Sheet
	part   bytes.Buffer // the sheet that is being given, with its head alone
	into   io.Writer
	sheet  int // its index
	err    error
}

// Create begins a part.
func (f *filler) Create(name string) (io.Writer, error) {
	if err := f.finish(); err != nil {
		return nil, err
	}
	w, err := f.zip.Create(name)
	if err != nil {
		return nil, err
	}
	var n int
	if strings.HasPrefix(name, "xl/worksheets/sheet") {
		if _, err := fmt.Sscanf(name, "xl/worksheets/sheet%d.xml", &n); err != nil || n < 1 || n > len(f.sheets) {
			return nil, fmt.Errorf("spreadsheet: a sheet %s that nobody asked for", name)
		}
		f.into, f.sheet = w, n-1
		return &f.part, nil
	}
	return w, nil
}

// AddFS is asked for by excelize's interface, and never called when it writes.
func (f *filler) AddFS(files fs.FS) error { return f.zip.AddFS(files) }

// Close ends the file.
func (f *filler) Close() error {
	if err := f.finish(); err != nil {
		return err
	}
	return f.zip.Close()
}

// finish writes the sheet that was being given, with its rows. What has failed once
// fails from then on, so that no half file looks whole.
func (f *filler) finish() error {
	if f.err != nil || f.into == nil {
		return f.err
	}
	const end = "</sheetData>"
	head, tail, found := bytes.Cut(f.part.Bytes(), []byte(end))
	if !found {
		f.err = errors.New("spreadsheet: a sheet without data")
		return f.err
	}
	if _, f.err = f.into.Write(head); f.err == nil {
		f.rows.begin(f.into)
		f.err = f.sheets[f.sheet].Rows(f.rows.add)
	}
	if f.err == nil {
		_, f.err = f.into.Write(append([]byte(end), tail...))
	}
	f.part.Reset()
	f.into = nil
	return f.err
}
