package freeswitch

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"ringdesk/controller/durable"
	"ringdesk/controller/engine"
)

// Names in FreeSWITCH's configuration (configs/freeswitch).
const (
	trunkProfile = "trunks" // SIP to carriers, and plain phones
	agentProfile = "agents" // SIP over WebSocket
	domain       = "ringdesk"
)

// Folders below Options.EndpointsDir. FreeSWITCH reads the *.xml in them, this
// package the *.json, which holds an endpoint as it was put.
const (
	gatewaysDir = "gateways" // what we call, and register with
	aclDir      = "acl"      // where calls come from
	inboundDir  = "inbound"  // what calls from there become
	lineDir     = "line"     // what calls become that come to our registration
	phonesDir   = "phones"
	keptDir     = "kept"
)

// endpoints is what was put.
type endpoints struct {
	change *sync.Mutex // held while files and FreeSWITCH change
	mu     *sync.Mutex
	trunks map[string]trunk
	phones map[string]engine.Phone
}

func newEndpoints() endpoints {
	return endpoints{change: new(sync.Mutex), mu: new(sync.Mutex), trunks: make(map[string]trunk), phones: make(map[string]engine.Phone)}
}

func (a *Adapter) phoneOf(id string) (engine.Phone, bool) {
	a.endpoints.mu.Lock()
	defer a.endpoints.mu.Unlock()
	p, ok := a.endpoints.phones[id]
	return p, ok
}

// PutPhone implements engine.Commands.
func (a *Adapter) PutPhone(ctx context.Context, p engine.Phone) error {
	return command("PutPhone", a.putPhone(ctx, p))
}

func (a *Adapter) putPhone(ctx context.Context, p engine.Phone) error {
	if err := p.Check(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	a.endpoints.change.Lock()
	defer a.endpoints.change.Unlock()
	files := map[string]string{}
	if p.Contact == "" { // a fixed address needs no endpoint
		var err error
		if files[phonesDir], err = a.phoneXML(ctx, p); err != nil {
			return err
		}
	}
	if old, ok := a.phoneOf(p.ID); ok && old == p && a.written(p.ID, phonesDir, files[phonesDir]) {
		return nil
	}
	if err := a.write(p.ID, "phone-", p, files, phonesDir); err != nil {
		return err
	}
	if _, err := a.commands.API(ctx, "reloadxml"); err != nil {
		return err
	}
	a.endpoints.mu.Lock()
	defer a.endpoints.mu.Unlock()
	a.endpoints.phones[p.ID] = p
	return nil
}

// PhoneLine implements engine.Commands. FreeSWITCH calls a phone on the connection
// that it registered over; see registeredPattern.
func (a *Adapter) PhoneLine(string, netip.AddrPort, bool) {}

func (a *Adapter) phoneXML(ctx context.Context, p engine.Phone) (string, error) {
	params := param("password", p.Password)
	if a.opt.SIPSocket != "" {
		source, err := engine.Source(ctx, a.opt.SIPSocket)
		if err != nil {
			return "", err
		}
		params += param("auth-acl", netip.PrefixFrom(source, source.BitLen()).String())
	}
	return "<include>\n<user id=\"" + p.ID + "\"><params>" + params + "</params></user>\n</include>\n", nil
}

// written says whether FreeSWITCH's file of an endpoint is like this already; ""
// stands for none.
func (a *Adapter) written(id, dir, text string) bool {
	old, err := os.ReadFile(filepath.Join(a.opt.EndpointsDir, dir, id+".xml"))
	return string(old) == text && (err == nil || text == "" && errors.Is(err, fs.ErrNotExist))
}

// DeletePhone implements engine.Commands.
func (a *Adapter) DeletePhone(ctx context.Context, id string) error {
	return command("DeletePhone", a.deletePhone(ctx, id))
}

func (a *Adapter) deletePhone(ctx context.Context, id string) error {
	if err := engine.CheckEndpoint("phone", id); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	a.endpoints.change.Lock()
	defer a.endpoints.change.Unlock()
	if err := a.remove(id, "phone-", phonesDir); err != nil {
		return err
	}
	a.endpoints.mu.Lock()
	delete(a.endpoints.phones, id)
	a.endpoints.mu.Unlock()
	if _, err := a.commands.API(ctx, "reloadxml"); err != nil {
		return err
	}
	_, err := a.commands.API(ctx, "sofia profile "+agentProfile+" flush_inbound_reg "+id+"@"+domain)
	return err
}

// param writes a parameter of FreeSWITCH's configuration.
func param(name, value string) string {
	return "<param name=\"" + name + "\" value=\"" + escape(value) + "\"/>"
}

// escape makes a value harmless in XML, and to the preprocessor of FreeSWITCH's
// configuration, which knows "$${".
func escape(value string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(value)) // a bytes.Buffer takes everything
	return strings.ReplaceAll(b.String(), "$", "&#36;")
}

// write keeps an endpoint and the files that FreeSWITCH reads of it, by folder;
// those of all the other folders that it may have are removed.
func (a *Adapter) write(id, kind string, endpoint any, files map[string]string, all ...string) error {
	for _, dir := range all {
		path := filepath.Join(a.opt.EndpointsDir, dir, id+".xml")
		text, ok := files[dir]
		if !ok {
			if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("endpoints: %w", err)
			}
			continue
		}
		if err := writeFile(path, []byte(text)); err != nil {
			return err
		}
	}
	kept, err := json.Marshal(endpoint)
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(a.opt.EndpointsDir, keptDir, kind+id+".json"), kept)
}

// writeFile replaces a file at once, readable by the owner only: it may hold a
// password. Half a file would keep a later controller from starting.
func writeFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("endpoints: %w", err)
	}
	if err := durable.Replace(path, data, 0o600); err != nil {
		return fmt.Errorf("endpoints: %w", err)
	}
	return nil
}

func (a *Adapter) remove(id, kind string, dirs ...string) error {
	paths := []string{filepath.Join(a.opt.EndpointsDir, keptDir, kind+id+".json")}
	for _, dir := range dirs {
		paths = append(paths, filepath.Join(a.opt.EndpointsDir, dir, id+".xml"))
	}
	for _, path := range paths {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("endpoints: %w", err)
		}
	}
	return nil
}

// loadEndpoints reads what an earlier controller put.
func (a *Adapter) loadEndpoints() error {
	files, err := filepath.Glob(filepath.Join(a.opt.EndpointsDir, keptDir, "*.json"))
	if err != nil {
		return err
	}
	a.endpoints.mu.Lock()
	defer a.endpoints.mu.Unlock()
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("endpoints: %w", err)
		}
		var t engine.Trunk
		var p engine.Phone
		var into any = &t
		phone := strings.HasPrefix(filepath.Base(path), "phone-")
		if phone {
			into = &p
		}
		if err := json.Unmarshal(data, into); err != nil {
			return fmt.Errorf("endpoints: %s: %w", path, err)
		}
		if _, known := a.endpoints.trunks[t.ID]; !known && !phone {
			a.endpoints.trunks[t.ID] = trunk{Trunk: t}
		}
		if phone {
			a.endpoints.phones[p.ID] = p
		}
	}
	return nil
}
