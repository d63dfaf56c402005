package rawdata

import (
	"bufio"
	"context"
	"encoding/csv"
	"io"
	"strconv"
	"time"

	"ringdesk/controller/spreadsheet"
)

// csv writes a table by RFC 4180: moments with the workspace's offset, times in seconds.
func (x *Export) csv(ctx context.Context, out io.Writer) error {
	buffer := bufio.NewWriterSize(out, 64<<10)
	if _, err := buffer.WriteString(spreadsheet.Mark); err != nil {
		return err
	}
	w := csv.NewWriter(buffer)
	w.UseCRLF = true
	each, names := x.calls, heads(x.ofCalls)
	if x.request.Table == AgentParts {
		each, names = x.parts, heads(x.ofParts)
	}
	if err := w.Write(names); err != nil {
		return err
	}
	line := make([]string, len(names))
	err := each(ctx, func(row []any) error {
		for i, c := range row {
			line[i] = x.text(c)
		}
		return w.Write(line)
	})
	if err != nil {
		return err
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return err
	}
	return buffer.Flush()
}

func (x *Export) text(c any) string {
	switch c := c.(type) {
	case string:
		return spreadsheet.Harmless(c)
	case time.Time:
		return c.In(x.zone).Format("2006-01-02T15:04:05.000Z07:00")
	case time.Duration:
		return strconv.FormatFloat(c.Seconds(), 'f', 3, 64)
	case int:
		return strconv.Itoa(c)
	case bool:
		return strconv.FormatBool(c)
	default:
		return ""
	}
}
