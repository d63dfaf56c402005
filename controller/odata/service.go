package odata

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"ringdesk/controller/verb"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// atOnce is how many questions to the database run side by side: reports and the desk
// must not wait for them.
const atOnce = 2

// Service answers questions.
type Service struct {
	store *models.Store
	now   func() time.Time
	gate  chan struct{}
	noted *notes
}

// New makes a Service.
func New(store *models.Store, now func() time.Time) *Service {
	return &Service{store: store, now: now, gate: make(chan struct{}, atOnce), noted: &notes{of: map[note]bool{}}}
}

// Request is what a program asks.
type Request struct {
	Root      string // address of the service, with a slash at its end
	Path      string // behind it, decoded
	Query     string // as it stands in the address
	Accept    string
	Prefer    string
	Version   string // OData-MaxVersion
	NoneMatch string // If-None-Match
}

// Answer is what it is given.
type Answer struct {
	Status  int
	Type    string
	Version string // OData-Version
	ETag    string
	Applied string // Preference-Applied
	Body    string
	// Stream, if set, writes the body instead. It reads a page of rows at a time, so that
	// its memory does not grow with them.
	Stream func(ctx context.Context, out io.Writer) error
}

// versionOf is the version of OData that a program is answered in: of those who do not
// say that they know 4.01, some know 4.0 only.
func (r *Request) versionOf() (string, error) {
	switch r.Version {
	case "", "4.0":
		return "4.0", nil
	}
	if r.Version < "4.0" {
		return "", &Error{Status: http.StatusBadRequest, Code: "BadRequest", Target: "OData-MaxVersion", Message: "This service speaks OData 4.0 and 4.01: send OData-MaxVersion: 4.0 or newer."}
	}
	return "4.01", nil
}

// Ask answers a request of a workspace.
func (s *Service) Ask(ctx context.Context, by verb.By, workspace string, r Request) (*Answer, error) {
	version, err := r.versionOf()
	if err != nil {
		return nil, err
	}
	o, err := parseOptions(r.Query)
	if err != nil {
		return nil, err
	}
	f, err := formatOf(o, r.Accept, r.Path == "$metadata")
	if err != nil {
		return nil, err
	}
	var a *Answer
	switch {
	case r.Path == "":
		a, err = &Answer{Type: f.contentType(), Body: document(r.Root, f)}, only(o, "$format")
	case r.Path == "$metadata":
		a, err = &Answer{Type: "application/xml;charset=utf-8", Body: Metadata(version)}, only(o, "$format")
	case r.Path == "$batch":
		err = unsupported("", "$batch is not supported: send the questions one by one.")
	default:
		a, err = s.rows(ctx, by, workspace, &r, o, f)
	}
	if err != nil {
		return nil, err
	}
	if a.Status = http.StatusOK; a.Stream == nil && a.ETag == "" {
		a.ETag = etag(a.Type, a.Body)
	}
	if a.Version = version; a.ETag != "" && matches(r.NoneMatch, a.ETag) {
		return &Answer{Status: http.StatusNotModified, Version: version, ETag: a.ETag}, nil
	}
	return a, nil
}

// only refuses options that an address does not take.
func only(o options, names ...string) error {
	for name := range o.values {
		if !strings.Contains(strings.Join(names, " "), name) {
			return bad(name, "%s does not go with this address: it takes %s.", name, strings.Join(names, ", "))
		}
	}
	return nil
}

func etag(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return `W/"` + hex.EncodeToString(sum[:12]) + `"`
}

// matches says whether If-None-Match names a tag (RFC 9110, section 13.1.2: weakly).
func matches(header, tag string) bool {
	for one := range strings.SplitSeq(header, ",") {
		if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == strings.TrimPrefix(tag, "W/") {
			return one != ""
		}
	}
	return false
}

// document is the service document.
func document(root string, f format) string {
	type entry struct {
		Name string `json:"name"`
		Kind string `json:"kind"`
		URL  string `json:"url"`
	}
	d := struct {
		Context string  `json:"@odata.context,omitempty"`
		Value   []entry `json:"value"`
	}{}
	if f.level != none {
		d.Context = root + "$metadata"
	}
	for _, set := range entitySets {
		d.Value = append(d.Value, entry{set.table.Name, "EntitySet", set.table.Name})
	}
	b, err := json.Marshal(d)
	if err != nil { // strings only
		panic(err)
	}
	return string(b)
}

// rows answers a question about a set.
func (s *Service) rows(ctx context.Context, by verb.By, workspace string, r *Request, o options, f format) (*Answer, error) {
	w, err := s.store.Workspace(ctx, workspace)
	if err != nil {
		return nil, err
	}
	now, zone := s.now(), dialplan.Location(w.TimeZone)
	t, err := o.token(r.Path, now)
	if err != nil {
		return nil, err
	}
	if t != nil {
		now = time.UnixMicro(t.Now)
	}
	at, err := locate(r.Path)
	if err != nil {
		return nil, err
	}
	q, err := ask(at.set, workspace, zone, now, o, at.where, at.byKey)
	if err != nil {
		return nil, err
	}
	if t != nil {
		if err := t.begin(q); err != nil {
			return nil, err
		}
	}
	q.one = at.one
	tag, err := s.tag(ctx, q, r, f, now)
	if err != nil {
		return nil, err
	}
	if tag != "" && matches(r.NoneMatch, tag) {
		return &Answer{ETag: tag}, nil
	}
	if err := s.note(ctx, by, workspace, q, now); err != nil {
		return nil, err
	}
	p := &page{s: s, q: q, o: o, f: f, r: r, now: now, size: pageSize(r.Prefer)}
	var a *Answer
	switch {
	case at.count:
		a, err = p.total(ctx)
	case at.one:
		a, err = p.single(ctx)
	default:
		a, err = p.many(ctx)
	}
	if err != nil {
		return nil, worded(err)
	}
	a.ETag = tag
	return a, nil
}

// tag is that of an answer: another one as soon as anything has changed that it may be
// made of. Where the time was asked for there is none.
func (s *Service) tag(ctx context.Context, q *question, r *Request, f format, now time.Time) (string, error) {
	if q.clock {
		return "", nil
	}
	change, err := s.store.LastChange(ctx)
	if err != nil {
		return "", err
	}
	facts, err := s.store.Cursor(ctx, models.CursorFacts)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return "", err
	}
	return etag(q.Workspace, r.Root, r.Path, r.Query, r.Prefer, f.contentType(), fmt.Sprint(change, facts.Seq, q.Zone, now.In(q.Zone).Format(time.DateOnly))), nil
}

// read reads rows, when its turn has come.
func (s *Service) read(ctx context.Context, q *models.FeedQuery, row func([]any) error) error {
	leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	return s.store.Feed(ctx, q, row)
}

func (s *Service) enter(ctx context.Context) (leave func(), err error) {
	select {
	case s.gate <- struct{}{}:
		return func() { <-s.gate }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
