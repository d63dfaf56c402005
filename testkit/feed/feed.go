// Package feed reads what the OData service gives out as a program would, page by page,
// without a network between.
package feed

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"ringdesk/controller/odata"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

const root = "http://ringdesk.example/odata/v4/"

// Reader asks one service for one workspace.
type Reader struct {
	Service   *odata.Service
	Workspace string
	PageSize  int // rows; 0 leaves it to the service
}

// New makes a Reader of a store, as of now.
func New(store *models.Store, workspace string, now time.Time) *Reader {
	return &Reader{Service: odata.New(store, func() time.Time { return now }), Workspace: workspace}
}

// Rows reads all pages of a set, such as Calls; options are names and values, such as
// "$filter" and "direction eq 'inbound'". Whole numbers are json.Number.
func (r *Reader) Rows(ctx context.Context, set string, options ...string) ([]map[string]any, error) {
	var pairs []string
	for i := 0; i < len(options); i += 2 {
		pairs = append(pairs, options[i]+"="+escaped.Replace(options[i+1]))
	}
	var rows []map[string]any
	for query := strings.Join(pairs, "&"); ; {
		body, err := r.Get(ctx, set, query)
		if err != nil {
			return nil, err
		}
		var page struct {
			Value []map[string]any
			Next  string `json:"@odata.nextLink"`
		}
		dec := json.NewDecoder(bytes.NewReader(body))
		dec.UseNumber()
		if err := dec.Decode(&page); err != nil {
			return nil, fmt.Errorf("%w: %s", err, body)
		}
		if rows = append(rows, page.Value...); page.Next == "" {
			return rows, nil
		}
		_, query, _ = strings.Cut(page.Next, "?")
	}
}

// Get gives the body of an answer.
func (r *Reader) Get(ctx context.Context, path, query string) ([]byte, error) {
	prefer := ""
	if r.PageSize > 0 {
		prefer = fmt.Sprintf("odata.maxpagesize=%d", r.PageSize)
	}
	a, err := r.Service.Ask(ctx, verb.By{Workspace: r.Workspace, Role: "admin", Key: "feed"}, r.Workspace, odata.Request{Root: root, Path: path, Query: query, Prefer: prefer})
	if err != nil {
		return nil, err
	}
	if a.Stream == nil {
		return []byte(a.Body), nil
	}
	var b bytes.Buffer
	err = a.Stream(ctx, io.Writer(&b))
	return b.Bytes(), err
}

// escaped writes a value as programs write it into an address.
var escaped = strings.NewReplacer("%", "%25", " ", "%20", "&", "%26", "+", "%2B", "#", "%23", "'", "%27", "=", "%3D")
