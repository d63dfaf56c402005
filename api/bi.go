package api

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"ringdesk/controller/bi"
)

// GetBITemplate gives a file that opens the OData service in another program (STAT-5).
func (h *handlers) GetBITemplate(ctx context.Context, req GetBITemplateRequestObject) (GetBITemplateResponseObject, error) {
	if _, err := asAdmin(ctx, "connect other programs"); err != nil {
		return nil, err
	}
	return biTemplate{h, bi.Program(req.Program)}, nil
}

// biTemplate is a file that names the address at which it was asked for.
type biTemplate struct {
	h       *handlers
	program bi.Program
}

// VisitGetBITemplateResponse makes the file.
func (t biTemplate) VisitGetBITemplateResponse(c *fiber.Ctx) error {
	file, err := bi.Template(t.program, t.h.odataRoot(c))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEOctetStream)
	c.Set(fiber.HeaderContentDisposition, disposition(file.Name))
	return c.Send(file.Data)
}
