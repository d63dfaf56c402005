package asterisk

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"sync"

	"ringdesk/controller/engine"
)

// phones is what is known of the phones: which are plain ones, and where the
// browsers' come from.
type phones struct {
	mu    sync.Mutex
	plain map[string]bool // by id, of those that were put
	lines map[string][]netip.AddrPort
}

func newPhones() *phones {
	return &phones{plain: make(map[string]bool), lines: make(map[string][]netip.AddrPort)}
}

func (p *phones) put(id string, plain bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.plain[id] = plain
}

func (p *phones) remove(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.plain, id)
}

// line is the newest line of a phone.
func (p *phones) line(id string) (at netip.AddrPort, up bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	lines := p.lines[id]
	if len(lines) == 0 {
		return at, false
	}
	return lines[len(lines)-1], true
}

func (p *phones) isPlain(id string) (plain, known bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	plain, known = p.plain[id]
	return plain, known
}

// PhoneLine implements engine.Commands.
func (a *Adapter) PhoneLine(phone string, from netip.AddrPort, up bool) {
	p := a.phones
	p.mu.Lock()
	defer p.mu.Unlock()
	lines := slices.DeleteFunc(p.lines[phone], func(l netip.AddrPort) bool { return l == from })
	if up {
		lines = append(lines, from)
	}
	if p.lines[phone] = lines; len(lines) == 0 {
		delete(p.lines, phone)
	}
}

// endpoint composes what to dial, from checked parts only. It is empty for a
// phone that is known but has no line.
func (a *Adapter) endpoint(ctx context.Context, phone string) (string, error) {
	plain, known := a.phones.isPlain(phone)
	if !known {
		var err error
		if plain, err = a.askPlain(ctx, phone); err != nil {
			return "", err
		}
		a.phones.put(phone, plain)
	}
	if plain {
		return "PJSIP/" + phone, nil
	}
	// Not what is registered: the connection that the controller holds for it.
	if line, up := a.phones.line(phone); up {
		return "PJSIP/" + phone + "/sip:" + phone + "@" + line.String() + ";transport=ws", nil
	}
	return "", nil
}

// askPlain says whether a phone that an earlier controller put is a plain one:
// those of browsers have a password.
func (a *Adapter) askPlain(ctx context.Context, id string) (bool, error) {
	var fields []field
	err := a.raw(ctx, http.MethodGet, dynamic+"endpoint/"+id, nil, &fields)
	if isGone(err) {
		return false, engine.Refuse("there is no phone %s", id)
	}
	if err != nil {
		return false, err
	}
	return !slices.ContainsFunc(fields, func(f field) bool { return f.Attribute == "auth" && f.Value != "" }), nil
}

// onlyFrom lets an endpoint's requests come from one address only, and by their
// proof only.
func onlyFrom(source netip.Addr) []field {
	return []field{
		// The second is how a registration finds its address of record; no module
		// that identifies a caller by it is loaded.
		{"identify_by", "header,username"},
		{"deny", "0.0.0.0/0"}, {"deny", "::/0"}, {"permit", netip.PrefixFrom(source, source.BitLen()).String()},
	}
}
