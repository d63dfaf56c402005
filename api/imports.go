package api

import (
	"context"
	"io"
	"strings"

	"ringdesk/models"
)

const (
	importsPath = apiPrefix + "/contact-imports"

	previewed = 20 // entries of a file that are shown before it is read in
)

// CreateImport takes in a file of contacts and shows how it would be read.
func (h *handlers) CreateImport(ctx context.Context, req CreateImportRequestObject) (CreateImportResponseObject, error) {
	raw, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	p, err := h.inbox.AddImport(ctx, who(ctx).by(), value(req.Params.Name), raw)
	if err != nil {
		return nil, err
	}
	v := ImportPreview{Id: p.Import.ID, Kind: ImportPreviewKind(p.File.Kind), Encoding: ImportPreviewEncoding(p.File.Encoding), Total: p.Import.Total,
		Columns: make([]ImportColumn, len(p.File.Columns)), Rows: [][]string{}, Fields: []ImportField{}}
	for i, c := range p.File.Columns {
		v.Columns[i] = ImportColumn{Name: c.Name, Is: c.Is}
	}
	for _, f := range p.Fields {
		v.Fields = append(v.Fields, ImportField{Key: f.Key, Label: f.Label})
	}
	for _, row := range p.File.Rows[:min(previewed, len(p.File.Rows))] {
		v.Rows = append(v.Rows, row.Cells)
	}
	return CreateImport201JSONResponse(v), nil
}

// StartImport has a file read in.
func (h *handlers) StartImport(ctx context.Context, req StartImportRequestObject) (StartImportResponseObject, error) {
	i, err := h.inbox.StartImport(ctx, who(ctx).by(), req.Id, req.Body.Columns)
	return StartImport200JSONResponse{ImportJSONResponse(viewImport(i))}, err
}

// GetImport says how far an import has come.
func (h *handlers) GetImport(ctx context.Context, req GetImportRequestObject) (GetImportResponseObject, error) {
	i, err := h.inbox.Import(ctx, who(ctx).by(), req.Id)
	return GetImport200JSONResponse{ImportJSONResponse(viewImport(i))}, err
}

// GetImportReport says which entries were left out, in one of our languages.
func (h *handlers) GetImportReport(ctx context.Context, req GetImportReportRequestObject) (GetImportReportResponseObject, error) {
	id := who(ctx)
	csv, err := h.inbox.ImportReport(ctx, id.by(), req.Id, value(req.Params.Language) == PromptLanguageKo)
	return GetImportReport200TextcsvResponse{table(csv, "contacts-left-out.csv")}, err
}

// ExportContacts gives out all contacts.
func (h *handlers) ExportContacts(ctx context.Context, req ExportContactsRequestObject) (ExportContactsResponseObject, error) {
	id := who(ctx)
	csv, err := h.inbox.ExportContacts(ctx, id.by(), value(req.Params.Language) == PromptLanguageKo)
	return ExportContacts200TextcsvResponse{table(csv, "contacts.csv")}, err
}

// table is an answer that a browser saves under a name.
func table(csv, name string) TableTextcsvResponse {
	return TableTextcsvResponse{Body: strings.NewReader(csv), ContentLength: int64(len(csv)), Headers: TableResponseHeaders{ContentDisposition: new(disposition(name))}}
}

func viewImport(i models.ContactImport) Import {
	return Import{Id: i.ID, Name: i.Name, State: ImportState(i.State), Total: i.Total, Done: i.Done, Added: i.Added, Updated: i.Updated, Left: len(i.BadEntries())}
}
