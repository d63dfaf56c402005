package local

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	conf "ringdesk/configs/asterisk"
	"ringdesk/controller/asterisk/guardparts"
)

// guardName is the library that is loaded into Asterisk's process and keeps
// from it what it cannot take; controller/asterisk/guard has its sources.
const guardName = "libringdesk-guard.so"

// guardWith puts the guard into Asterisk's environment. An Asterisk without it
// can be ended by one datagram from anybody, so it is started only where that
// was asked for.
func (in *installation) guardWith(opt Options) error {
	if opt.Unguarded {
		return nil
	}
	if in.guard == "" {
		return errors.New("its guard (" + guardName + ") is not built: run `make engine`, or set RINGDESK_GUARD=false to do without, and read SECURITY.md first")
	}
	in.env = append(in.env, "LD_PRELOAD="+in.guard, "RINGDESK_GUARD_SIP="+opt.SIP, "RINGDESK_GUARD_SIP_TLS="+opt.TLS.Address)
	return nil
}

// checkGuard says whether a new Asterisk has all of the guard: the dynamic
// linker only warns when it cannot load it, and another pjproject may lack what
// a part needs.
func (s *Server) checkGuard(ctx context.Context, opt Options) error {
	var guard struct{ Value string }
	if err := s.get(ctx, "/asterisk/variable?variable="+guardparts.Variable, &guard); err != nil {
		return fmt.Errorf("asking for the guard: %w", err)
	}
	missing := guardparts.Missing(guard.Value)
	if len(missing) == 0 || opt.Unguarded {
		return nil
	}
	if guard.Value == "" {
		return errors.New("the guard was not loaded into it: run `make engine`")
	}
	return fmt.Errorf("these parts of the guard do not work in it: %s; its console log says why: run `make engine`, or set RINGDESK_GUARD=false to do without, and read SECURITY.md first",
		strings.Join(missing, ", "))
}

// fingerprint tells configurations apart, and builds of the guard.
func (l layout) fingerprint(opt Options, in installation, st state) (string, error) {
	print, err := conf.Fingerprint(l.config(), l.settings(opt, in, st))
	if err != nil || opt.Unguarded {
		return print, err
	}
	text, err := os.ReadFile(in.guard)
	if err != nil {
		return "", fmt.Errorf("the guard cannot be read: %w", err)
	}
	return fmt.Sprintf("%s %x", print, sha256.Sum256(text)), nil
}

// besideUs is a file in the folder of this program.
func besideUs(name string) string {
	self, err := os.Executable()
	if err != nil {
		return ""
	}
	return filepath.Join(filepath.Dir(self), name)
}
