package api

import (
	"context"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"ringdesk/controller/rawdata"
)

// longestExport is how long an export may take: whoever reads slower is given up.
const longestExport = writeTimeout

// ExportRawData streams what statistics are made of (STAT-4).
func (h *handlers) ExportRawData(ctx context.Context, req ExportRawDataRequestObject) (ExportRawDataResponseObject, error) {
	id, p := who(ctx), req.Params
	ask := rawdata.Request{From: p.From.Time, To: p.To.Time, Workbook: value(p.Format) == ExportRawDataParamsFormatXlsx, Table: rawdata.Calls, Reason: p.Reason}
	if p.Columns != nil {
		ask.Columns = strings.Split(*p.Columns, ",")
	}
	if value(p.Table) == ExportRawDataParamsTableAgents {
		ask.Table = rawdata.AgentParts
	}
	export, err := h.exports.Begin(ctx, id.by(), id.workspace, ask)
	if err != nil {
		return nil, err
	}
	kind := "text/csv; charset=utf-8"
	if ask.Workbook {
		kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return rawDataAnswer{h: h, export: export, kind: kind}, nil
}

// ListRawDataColumns lists what can be exported.
func (h *handlers) ListRawDataColumns(ctx context.Context, _ ListRawDataColumnsRequestObject) (ListRawDataColumnsResponseObject, error) {
	if _, err := asAdmin(ctx, "export raw data"); err != nil {
		return nil, err
	}
	shown := func(cs []rawdata.Column) []RawDataColumn {
		all := make([]RawDataColumn, len(cs))
		for i, c := range cs {
			all[i] = RawDataColumn{Key: c.Key, En: c.En, Ko: c.Ko}
		}
		return all
	}
	return ListRawDataColumns200JSONResponse{Calls: shown(rawdata.CallColumns()), Agents: shown(rawdata.PartColumns())}, nil
}

// rawDataAnswer is a table that is written while it is read.
type rawDataAnswer struct {
	h      *handlers
	export *rawdata.Export
	kind   string
}

// VisitExportRawDataResponse starts to write. A mistake on the way breaks the answer
// off, so that nobody takes half a table for all of it.
func (a rawDataAnswer) VisitExportRawDataResponse(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, a.kind)
	c.Set(fiber.HeaderContentDisposition, disposition(a.export.Name))
	c.Set("X-Rows", strconv.Itoa(a.export.Rows))
	a.h.stream(c, "the export "+a.export.Name+" was broken off", a.export.Write)
	return nil
}
