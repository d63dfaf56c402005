package api_test

import (
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

var contract = sync.OnceValues(func() (*openapi3.T, error) { return openapi3.NewLoader().LoadFromFile("openapi.yaml") })

var parameter = regexp.MustCompile(`\{\w+\}`)

// routeOf finds the operation that a request is for; nil when it is none of
// the contract's.
func routeOf(t testing.TB, req *http.Request) *routers.Route {
	t.Helper()
	doc, err := contract()
	if err != nil {
		t.Fatal(err)
	}
	path, ok := strings.CutPrefix(req.URL.Path, "/api/v1")
	if !ok || strings.HasSuffix(path, ".mp3") {
		return nil
	}
	var best *routers.Route
	for pattern, item := range doc.Paths.Map() {
		op := item.GetOperation(req.Method)
		if op == nil || !regexp.MustCompile("^"+parameter.ReplaceAllString(pattern, `[^/]+`)+"$").MatchString(path) {
			continue
		}
		if best == nil || strings.Count(pattern, "{") < strings.Count(best.Path, "{") {
			best = &routers.Route{Spec: doc, Path: pattern, PathItem: item, Method: req.Method, Operation: op}
		}
	}
	return best
}

// checkContract fails the test when an answer is not as openapi.yaml says.
func checkContract(t testing.TB, req *http.Request, a *answer) {
	t.Helper()
	route := routeOf(t, req)
	if route == nil {
		return
	}
	in := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, Route: route},
		Status:                 a.status,
		Header:                 a.header,
		Options:                &openapi3filter.Options{IncludeResponseStatus: true},
	}
	in.SetBodyBytes(a.body)
	if err := openapi3filter.ValidateResponse(t.Context(), in); err != nil {
		t.Errorf("%s %d is not as openapi.yaml says: %v\n%s", a.what, a.status, err, a.body)
	}
}
