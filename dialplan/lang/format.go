package lang

import (
	"bytes"

	"github.com/hashicorp/hcl/v2/hclwrite"
)

// Format gives a text its one form: indented by two spaces, the equals signs of
// neighbouring lines below each other, one empty line at most, and a line feed at
// its end. Comments stay. A text that is no HCL stays as it is.
func Format(name string, text []byte) []byte {
	if _, diags := parse(name, text); diags.HasErrors() {
		return text
	}
	made := hclwrite.Format(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
	for bytes.Contains(made, []byte("\n\n\n")) && !bytes.Contains(made, []byte("<<")) { // a text in lines of its own may have empty ones
		made = bytes.ReplaceAll(made, []byte("\n\n\n"), []byte("\n\n"))
	}
	made = bytes.TrimSpace(made)
	if len(made) == 0 {
		return nil
	}
	return append(made, '\n')
}
