package api

import (
	"net/http"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"

	"ringdesk/controller/logkeep"
)

const (
	loginPath = apiPrefix + "/login"
	joinPath  = apiPrefix + "/join/" // an invitation is accepted with a password, too
)

// refusals counts who is not let in.
type refusals struct {
	mu sync.Mutex
	of *logkeep.Refusals
}

// noteRefusal lets the log tell of wrong passwords and API keys: one line for
// each address and minute, which configs/fail2ban/ringdesk-login.conf reads.
// A session that has ended is nobody's attack.
func (s *Server) noteRefusal(c *fiber.Ctx, status int) {
	why := ""
	switch {
	case status != http.StatusUnauthorized && status != http.StatusTooManyRequests:
		return
	case c.Path() == loginPath || strings.HasPrefix(c.Path(), joinPath):
		why = "password"
	case (c.Get("x-access-key") != "" || c.Get(fiber.HeaderAuthorization) != "" && below(c.Path(), odataPrefix)) && status == http.StatusUnauthorized:
		why = "key"
	default:
		return
	}
	s.refusals.mu.Lock()
	defer s.refusals.mu.Unlock()
	for _, l := range s.refusals.of.Add(s.now(), strings.Clone(s.address(c)), why) {
		if l.Address == "" {
			s.log.Warn("refused from more addresses than are told apart", "requests", l.Requests)
			continue
		}
		s.log.Warn("refused", "address", l.Address, "requests", l.Requests, "why", l.Why)
	}
}
