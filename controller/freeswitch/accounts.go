package freeswitch

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"ringdesk/controller/engine"
)

// Names in FreeSWITCH's configuration (configs/freeswitch).
const (
	trunkProfile = "trunks" // SIP to carriers, and plain phones
	agentProfile = "agents" // SIP over WebSocket
	domain       = "ringdesk"
)

// Folders below Options.AccountsDir. FreeSWITCH reads the *.xml in them, this
// package the *.json, which holds an account as it was put.
const (
	gatewaysDir = "gateways" // what we call, and register with
	aclDir      = "acl"      // where calls come from
	inboundDir  = "inbound"  // what calls from there become
	phonesDir   = "phones"
	keptDir     = "kept"
)

// accounts is what was put.
type accounts struct {
	change *sync.Mutex // held while files and FreeSWITCH change
	mu     *sync.Mutex
	trunks map[string]trunk
	phones map[string]engine.Phone
}

func newAccounts() accounts {
	return accounts{change: new(sync.Mutex), mu: new(sync.Mutex), trunks: make(map[string]trunk), phones: make(map[string]engine.Phone)}
}

func (a *Adapter) phoneOf(id string) (engine.Phone, bool) {
	a.accounts.mu.Lock()
	defer a.accounts.mu.Unlock()
	p, ok := a.accounts.phones[id]
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
	a.accounts.change.Lock()
	defer a.accounts.change.Unlock()
	if old, ok := a.phoneOf(p.ID); ok && old == p {
		return nil
	}
	files := map[string]string{}
	if p.Contact == "" { // a fixed address needs no account
		files[phonesDir] = phoneXML(p)
	}
	if err := a.write(p.ID, "phone-", p, files, phonesDir); err != nil {
		return err
	}
	if _, err := a.commands.API(ctx, "reloadxml"); err != nil {
		return err
	}
	a.accounts.mu.Lock()
	defer a.accounts.mu.Unlock()
	a.accounts.phones[p.ID] = p
	return nil
}

func phoneXML(p engine.Phone) string {
	return "<include>\n<user id=\"" + p.ID + "\"><params>" + param("password", p.Password) + "</params></user>\n</include>\n"
}

// DeletePhone implements engine.Commands.
func (a *Adapter) DeletePhone(ctx context.Context, id string) error {
	return command("DeletePhone", a.deletePhone(ctx, id))
}

func (a *Adapter) deletePhone(ctx context.Context, id string) error {
	if err := engine.CheckAccount("phone", id); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	a.accounts.change.Lock()
	defer a.accounts.change.Unlock()
	if err := a.remove(id, "phone-", phonesDir); err != nil {
		return err
	}
	a.accounts.mu.Lock()
	delete(a.accounts.phones, id)
	a.accounts.mu.Unlock()
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

// write keeps an account and the files that FreeSWITCH reads of it, by folder;
// those of all the other folders that it may have are removed.
func (a *Adapter) write(id, kind string, account any, files map[string]string, all ...string) error {
	for _, dir := range all {
		path := filepath.Join(a.opt.AccountsDir, dir, id+".xml")
		text, ok := files[dir]
		if !ok {
			if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("accounts: %w", err)
			}
			continue
		}
		if err := writeFile(path, []byte(text)); err != nil {
			return err
		}
	}
	kept, err := json.Marshal(account)
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(a.opt.AccountsDir, keptDir, kind+id+".json"), kept)
}

// writeFile replaces a file at once, readable by the owner only: it may hold a
// password.
func writeFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("accounts: %w", err)
	}
	fresh := path + ".new"
	if err := os.WriteFile(fresh, data, 0o600); err != nil {
		return fmt.Errorf("accounts: %w", err)
	}
	if err := os.Rename(fresh, path); err != nil {
		return fmt.Errorf("accounts: %w", err)
	}
	return nil
}

func (a *Adapter) remove(id, kind string, dirs ...string) error {
	paths := []string{filepath.Join(a.opt.AccountsDir, keptDir, kind+id+".json")}
	for _, dir := range dirs {
		paths = append(paths, filepath.Join(a.opt.AccountsDir, dir, id+".xml"))
	}
	for _, path := range paths {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("accounts: %w", err)
		}
	}
	return nil
}

// loadAccounts reads what an earlier controller put.
func (a *Adapter) loadAccounts() error {
	files, err := filepath.Glob(filepath.Join(a.opt.AccountsDir, keptDir, "*.json"))
	if err != nil {
		return err
	}
	a.accounts.mu.Lock()
	defer a.accounts.mu.Unlock()
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("accounts: %w", err)
		}
		var t engine.Trunk
		var p engine.Phone
		var into any = &t
		phone := strings.HasPrefix(filepath.Base(path), "phone-")
		if phone {
			into = &p
		}
		if err := json.Unmarshal(data, into); err != nil {
			return fmt.Errorf("accounts: %s: %w", path, err)
		}
		if _, known := a.accounts.trunks[t.ID]; !known && !phone {
			a.accounts.trunks[t.ID] = trunk{Trunk: t}
		}
		if phone {
			a.accounts.phones[p.ID] = p
		}
	}
	return nil
}
