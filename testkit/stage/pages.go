package stage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/presence"
	"ringdesk/models"
)

// page is an agent's page in a browser, which says again and again what it says
// of its phone: that is its heartbeat.
type page struct {
	Session, Account string
	Phone            string
	Ready            bool // the phone can take calls
}

// beatInterval is how often pages say so.
const beatInterval = models.PhoneTimeout / 4

// openPage lets a page say something now, and the same again and again.
func (in *installation) openPage(p page) error {
	in.saying.Lock()
	defer in.saying.Unlock()
	in.pages[p.Session] = p
	return in.process().ask("pages", []page{p}, nil)
}

// losePage closes a page, and tells the controller.
func (in *installation) losePage(p page) error {
	in.saying.Lock()
	defer in.saying.Unlock()
	delete(in.pages, p.Session)
	return in.process().ask("leave", p, nil)
}

// forgetPage lets a page say no more.
func (in *installation) forgetPage(session string) {
	in.saying.Lock()
	defer in.saying.Unlock()
	delete(in.pages, session)
}

// beat lets all pages say once more what they say. A new controller knows them
// then, as pages connect to it again.
func (in *installation) beat() {
	in.saying.Lock()
	defer in.saying.Unlock()
	p := in.process()
	if err := p.ask("pages", slices.Collect(maps.Values(in.pages)), nil); err != nil && !p.gone() {
		fmt.Fprintln(in.log, "stage: heartbeats:", err)
	}
}

// beats is beat until ctx ends.
func (in *installation) beats(ctx context.Context) {
	tick := time.NewTicker(beatInterval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			in.beat()
		case <-ctx.Done():
			return
		}
	}
}

// leave lets a page go that was closed.
func (c *controller) leave(ctx context.Context, p page) {
	c.browser(p).Left(ctx, presence.SaidGoodbye)
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.pages, p.Session)
}

// browser is the page as the controller knows it.
func (c *controller) browser(p page) *presence.Browser {
	c.mu.Lock()
	defer c.mu.Unlock()
	b := c.pages[p.Session]
	if b == nil {
		b = c.Presence.Connected(p.Session, p.Account, func() {})
		c.pages[p.Session] = b
	}
	return b
}

func (c *controller) say(ctx context.Context, open []page) error {
	var errs []error
	for _, p := range open {
		errs = append(errs, c.browser(p).Says(ctx, p.Phone, p.Ready))
	}
	return errors.Join(errs...)
}

// takePhone makes the phone of a session, which is the telephone at an address.
func (c *controller) takePhone(ctx context.Context, p phoneParams) (string, error) {
	session, err := c.Store.Session(ctx, p.Session, time.Now())
	if err != nil {
		return "", err
	}
	ph, err := c.Presence.TakePhone(context.WithValue(ctx, contactKey{}, p.Contact), session)
	return ph.ID, err
}

// change carries out what an agent changes of their own.
func (c *controller) change(ctx context.Context, p changeParams) error {
	session, err := c.Store.Session(ctx, p.Session, time.Now())
	if err == nil {
		_, err = c.Presence.Change(ctx, session, p.Change)
	}
	return err
}

// contactKey is where a context has the address of a new phone.
type contactKey struct{}

// plainPhones gives the engine plain SIP telephones in place of browsers. It
// keeps their addresses in a folder, for the next controller.
type plainPhones struct {
	engine.Engine
	folder string
}

// PutPhone makes the phone a plain one at its address, which needs no password.
func (p plainPhones) PutPhone(ctx context.Context, ph engine.Phone) error {
	file := filepath.Join(p.folder, ph.ID)
	contact, told := ctx.Value(contactKey{}).(string)
	if told {
		if err := errors.Join(os.MkdirAll(p.folder, 0o700), os.WriteFile(file, []byte(contact), 0o600)); err != nil {
			return err
		}
	} else {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		contact = string(text)
	}
	return p.Engine.PutPhone(ctx, engine.Phone{ID: ph.ID, Contact: contact})
}
