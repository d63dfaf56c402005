package main

import (
	"context"
	"errors"
	"path/filepath"
)

// pair are two equal media engines that take turns: one serves the controller,
// in the other the engine's own applications do the work.
type pair struct {
	*generator
	ours, peer *system
	dir        string
}

// systems lists both, ours first.
func (p *pair) systems() []*system { return []*system{p.ours, p.peer} }

// firstRTP begins the media ports: below those that outgoing connections take,
// and away from the product's own.
const firstRTP = 10000

// newPair starts two engines, without the controller. peer names what the
// product is compared with.
func (b *run) newPair(ctx context.Context, part, peer string, c *scene) (p *pair, err error) {
	p = &pair{dir: filepath.Join(b.dir, part), ours: &system{name: ringdesk}, peer: &system{name: peer}}
	b.pairs = append(b.pairs, p)
	if p.generator, err = newGenerator(p.dir, c); err != nil {
		return nil, err
	}
	say("Starting two of %s (%s)", b.engine.names().Engine, part)
	if p.ours.server, err = b.engine.start(ctx, p.home(), firstRTP, nil); err != nil {
		return nil, err
	}
	p.peer.server, err = b.engine.start(ctx, filepath.Join(p.dir, "peer"), firstRTP+rtpPorts, c)
	return p, err
}

// home is the folder of our engine and controller.
func (p *pair) home() string { return filepath.Join(p.dir, ringdesk) }

// startPair starts both systems, ready for calls.
func (b *run) startPair(ctx context.Context, part, peer string, c *scene) (*pair, error) {
	p, err := b.newPair(ctx, part, peer, c)
	if err == nil {
		err = b.connect(ctx, p, part, c)
	}
	return p, err
}

// profileOf is the file for a part's CPU profile; empty means none.
func (b *run) profileOf(part string) string {
	if !b.profile {
		return ""
	}
	return filepath.Join(b.out, "controller-"+part+".pprof")
}

// connect gives both systems their phones and lets them work.
func (b *run) connect(ctx context.Context, p *pair, part string, c *scene) error {
	if err := b.startOurs(ctx, p, part, c); err != nil {
		return err
	}
	return p.peer.startPeer(ctx, c)
}

// startOurs starts a part's controller.
func (b *run) startOurs(ctx context.Context, p *pair, part string, c *scene) error {
	o, err := b.optionsOf(part)
	if err != nil {
		return err
	}
	return startController(ctx, p.ours, p.home(), c, o)
}

// close ends everything that was started. It may be called again.
func (p *pair) close() error {
	var errs []error
	for _, s := range p.systems() {
		if s.controller != nil {
			errs = append(errs, s.controller.stop())
		}
		if s.server != nil {
			errs = append(errs, s.stop())
		}
		s.controller, s.server = nil, nil
	}
	return errors.Join(errs...)
}
