package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"ringdesk/controller/disk"
)

// readyTimeout bounds the database's part of GET /readyz.
const readyTimeout = 2 * time.Second

// healthz says that the process answers.
func (s *Server) healthz(c *fiber.Ctx) error {
	return c.JSON(fiber.Map{"status": "ok", "version": s.opts.Version})
}

// readyz says whether calls can be taken: the engine's link is up and the
// database answers. 503 if not, with what is wrong.
func (s *Server) readyz(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(c.UserContext(), readyTimeout)
	defer cancel()
	status, parts := http.StatusOK, fiber.Map{"engine": "ok", "database": "ok"}
	if _, err := s.opts.Store.LastChange(ctx); err != nil {
		s.log.Error("readyz: database", "error", err)
		status, parts["database"] = http.StatusServiceUnavailable, "does not answer"
	}
	if err := s.engineUp(); err != nil {
		status, parts["engine"] = http.StatusServiceUnavailable, err.Error()
	}
	if s.opts.EngineWarning != nil {
		if warning := s.opts.EngineWarning(); warning != "" {
			parts["warning"] = warning
		}
	}
	if s.opts.Room != nil {
		parts["disk"] = "ok"
		if err := s.opts.Room(); err != nil {
			parts["disk"] = err.Error() + "; calls go on, and new recordings are refused"
			if errors.Is(err, disk.ErrFull) {
				status, parts["database"] = http.StatusServiceUnavailable, "cannot be written, since the disk is full: what happens in calls is kept in memory meanwhile"
			}
		}
	}
	if s.opts.StorageTrouble != nil {
		parts["storage"] = "ok"
		if err := s.opts.StorageTrouble(); err != nil {
			parts["storage"] = err.Error()
		}
	}
	parts["status"] = "ok"
	if status != http.StatusOK {
		parts["status"] = "not ready"
	}
	return c.Status(status).JSON(parts)
}
