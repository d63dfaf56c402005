package api

import (
	_ "embed"
	"fmt"
	"regexp"
	"sync"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gofiber/fiber/v2"
)

const apiPrefix = "/api/v1"

//go:embed openapi.yaml
var contractYAML []byte

// operation is what the guard knows of one operation of the contract.
type operation struct {
	id     string
	method string
	path   string // as the router writes it, below apiPrefix
	open   bool   // anybody may ask
	params []*openapi3.Parameter
	body   *openapi3.Schema // nil when there is no JSON body
	audio  bool             // the body is a sound file
	file   bool             // the body is a file of contacts
	tags   []string
}

// operations reads the embedded contract once. A contract that cannot be read
// is a mistake in the build, not a condition of its use.
var operations = sync.OnceValue(func() []*operation {
	// The library's own check lets days through that no month has.
	openapi3.DefineStringFormatValidator("date-time", openapi3.NewCallbackValidator(func(text string) error {
		_, err := time.Parse(time.RFC3339, text)
		return err
	}))
	doc, err := openapi3.NewLoader().LoadFromData(contractYAML)
	if err != nil {
		panic(fmt.Sprintf("api: openapi.yaml: %v", err))
	}
	var ops []*operation
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			ops = append(ops, newOperation(path, method, item, op))
		}
	}
	return ops
})

var pathParameter = regexp.MustCompile(`\{(\w+)\}`)

func newOperation(path, method string, item *openapi3.PathItem, op *openapi3.Operation) *operation {
	o := &operation{id: op.OperationID, method: method, path: pathParameter.ReplaceAllString(path, ":$1"),
		tags: op.Tags,
		open: op.Security != nil && len(*op.Security) == 0}
	for _, refs := range []openapi3.Parameters{item.Parameters, op.Parameters} {
		for _, ref := range refs {
			o.params = append(o.params, ref.Value)
		}
	}
	if op.RequestBody != nil {
		content := op.RequestBody.Value.Content
		if json := content.Get(fiber.MIMEApplicationJSON); json != nil {
			o.body = json.Schema.Value
		}
		o.audio = content["audio/*"] != nil
		o.file = content[fiber.MIMEOctetStream] != nil
	}
	return o
}

// serveContract gives out the contract itself.
func serveContract(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, "application/yaml; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "no-cache")
	return c.Send(contractYAML)
}
