package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"ringdesk/api"
	"ringdesk/configs"
	"ringdesk/controller/flows"
	"ringdesk/controller/verb"
	"ringdesk/dialplan/lang"
	"ringdesk/models"
)

// flowsAt are the flows of a workspace, of this installation or of a ringdesk elsewhere.
type flowsAt interface {
	Current(ctx context.Context) (flows.Current, error)
	Files(ctx context.Context, version int) ([]models.FlowFile, error)
	FileOf(ctx context.Context, number string) (models.FlowFile, error)
	Publish(ctx context.Context, d flows.Draft) (models.FlowVersion, error)
}

// remote names a ringdesk elsewhere.
type remote struct {
	URL     string `name:"url" help:"Address of a ringdesk elsewhere, such as https://desk.example.com: its API is asked, with the key in RINGDESK_KEY (ID.SECRET) or in --key-file." placeholder:"URL"`
	KeyFile string `help:"File that holds the API key, ID.SECRET." type:"existingfile" placeholder:"FILE"`
}

// keyVariable is the environment's word for the API key.
const keyVariable = "RINGDESK_KEY"

// remoteTime limits one request.
const remoteTime = 30 * time.Second

// flows gives do the flows of the ringdesk at --url, otherwise those of this installation.
func (r remote) flows(s configs.Settings, workspace string, do func(ctx context.Context, f flowsAt) error) error {
	if r.URL == "" {
		return withFlows(s, workspace, func(ctx context.Context, f *flows.Flows, workspace string) error {
			return do(ctx, storedFlows{f, workspace})
		})
	}
	at, err := r.open()
	if err != nil {
		return usageError{Err: err}
	}
	return do(context.Background(), at)
}

func (r remote) open() (*remoteFlows, error) {
	base, err := url.Parse(r.URL)
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" {
		return nil, fmt.Errorf("--url %s is no address: write it as https://desk.example.com", r.URL)
	}
	if err := configs.KeyInClear("--url", base); err != nil {
		return nil, err
	}
	text := os.Getenv(keyVariable)
	if r.KeyFile != "" {
		file, err := os.ReadFile(r.KeyFile)
		if err != nil {
			return nil, err
		}
		text = string(file)
	}
	id, secret, found := strings.Cut(strings.TrimSpace(text), ".")
	if !found || id == "" || secret == "" || strings.ContainsAny(id+secret, " \r\n\t") {
		return nil, fmt.Errorf("there is no API key: put ID.SECRET into %s, or into a file that --key-file names", keyVariable)
	}
	return &remoteFlows{base: base.JoinPath("api", "v1"), id: id, secret: secret, client: &http.Client{Timeout: remoteTime}}, nil
}

// storedFlows are those of a workspace of this installation.
type storedFlows struct {
	*flows.Flows
	workspace string
}

func (f storedFlows) Current(ctx context.Context) (flows.Current, error) {
	return f.Flows.Current(ctx, f.workspace)
}

func (f storedFlows) Files(ctx context.Context, version int) ([]models.FlowFile, error) {
	return f.Flows.Files(ctx, f.workspace, version)
}

func (f storedFlows) FileOf(ctx context.Context, number string) (models.FlowFile, error) {
	return f.Flows.FileOf(ctx, f.workspace, number)
}

func (f storedFlows) Publish(ctx context.Context, d flows.Draft) (models.FlowVersion, error) {
	return f.Flows.Publish(ctx, verb.Operator, f.workspace, d)
}

// remoteFlows are those of the workspace whose API key it is.
type remoteFlows struct {
	base       *url.URL
	id, secret string
	client     *http.Client
}

func (f *remoteFlows) Current(ctx context.Context) (c flows.Current, err error) {
	var now api.Flows
	err = f.ask(ctx, http.MethodGet, "flows", nil, &now)
	c.Files, c.Version.Version = read(now.Files), now.Active
	if now.Version != nil {
		c.Version.Checksum = now.Version.Checksum
	}
	return c, err
}

func (f *remoteFlows) Files(ctx context.Context, version int) ([]models.FlowFile, error) {
	var v api.FlowVersionFiles
	err := f.ask(ctx, http.MethodGet, "flows/versions/"+strconv.Itoa(version), nil, &v)
	return read(v.Files), err
}

func (f *remoteFlows) FileOf(ctx context.Context, number string) (models.FlowFile, error) {
	var file api.FlowFile
	err := f.ask(ctx, http.MethodGet, "flows/text?number="+url.QueryEscape(number), nil, &file)
	return models.FlowFile{Name: file.Name, Text: file.Text}, err
}

func (f *remoteFlows) Publish(ctx context.Context, d flows.Draft) (models.FlowVersion, error) {
	draft := api.FlowDraft{Files: make([]api.FlowFile, len(d.Files)), Base: d.Base, Message: &d.Message, Source: new(api.FlowDraftSource(d.Source))}
	for i, file := range d.Files {
		draft.Files[i] = api.FlowFile{Name: file.Name, Text: file.Text}
	}
	var v api.FlowVersion
	err := f.ask(ctx, http.MethodPost, "flows/versions", draft, &v)
	if wrong, is := errors.AsType[flows.Mistakes](err); is {
		withSource(wrong, d.Files)
	}
	return models.FlowVersion{Version: v.Version}, err
}

func read(files []api.FlowFile) []models.FlowFile {
	all := make([]models.FlowFile, len(files))
	for i, file := range files {
		all[i] = models.FlowFile{Name: file.Name, Text: file.Text}
	}
	return all
}

// withSource adds the lines that mistakes are in: the answer names only their places.
func withSource(wrong flows.Mistakes, files []models.FlowFile) {
	for i := range wrong {
		for _, file := range files {
			if lines := strings.Split(file.Text, "\n"); file.Name == wrong[i].File && wrong[i].Line >= 1 && wrong[i].Line <= len(lines) {
				wrong[i].Source = lines[wrong[i].Line-1]
			}
		}
	}
}

// ask sends a request and reads its answer. What the server refuses is the operator's to mend,
// as what the store refuses.
func (f *remoteFlows) ask(ctx context.Context, method, path string, body, into any) error {
	path, query, _ := strings.Cut(path, "?")
	to := *f.base.JoinPath(path)
	to.RawQuery = query
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, to.String(), bytes.NewReader(text))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("x-access-key", f.id)
	req.Header.Set("x-access-secret", f.secret)
	resp, err := f.client.Do(req)
	if err != nil {
		return usageError{Err: err}
	}
	defer resp.Body.Close()
	d := json.NewDecoder(resp.Body)
	switch {
	case resp.StatusCode < http.StatusMultipleChoices:
		if err := d.Decode(into); err != nil {
			return usageError{Err: fmt.Errorf("%s does not answer as ringdesk does: %w", f.base.Host, err)}
		}
		return nil
	case resp.StatusCode == http.StatusUnprocessableEntity:
		var found api.FlowCheck
		if err := d.Decode(&found); err == nil && len(found.Diagnostics) > 0 {
			return mistakes(found)
		}
	default:
		var p api.Problem
		if err := d.Decode(&p); err == nil && p.Title != "" {
			return usageError{Err: errors.New(p.Title)}
		}
	}
	return usageError{Err: fmt.Errorf("%s answers %s", f.base.Host, cmp.Or(resp.Status, strconv.Itoa(resp.StatusCode)))}
}

func mistakes(found api.FlowCheck) flows.Mistakes {
	all := make(flows.Mistakes, len(found.Diagnostics))
	for i, d := range found.Diagnostics {
		all[i] = lang.Diagnostic{File: d.File, Line: d.Line, Column: d.Column, EndLine: d.EndLine, End: d.EndColumn, Severity: lang.Severity(d.Severity), Text: d.Text}
	}
	return all
}
