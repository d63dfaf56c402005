package local

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	conf "ringdesk/configs/asterisk"
	"ringdesk/controller/durable"
	"ringdesk/controller/logkeep"
)

// installation is where an Asterisk's program and data lie.
type installation struct {
	command []string // program and the arguments before Asterisk's own
	env     []string
	modules string
	docs    string // documentation/, without which modules refuse to load
	sounds  string // English prompts
	music   string
	guard   string // the library that keeps from Asterisk what it cannot take; "" where there is none
}

// inRoot finds the Asterisk of an unpacked root file system. Its programs run
// through its own dynamic linker, so neither chroot nor root's rights are
// needed and the machine's C library does not matter.
func inRoot(root string) (installation, error) {
	missing := fmt.Errorf("no Asterisk in %s: run `make engine` to install it", root)
	root, err := filepath.EvalSymlinks(root)
	if err == nil {
		root, err = filepath.Abs(root)
	}
	if err != nil {
		return installation{}, missing
	}
	linker := first(root+"/lib64/ld-linux-x86-64.so.2", root+"/usr/lib64/ld-linux-x86-64.so.2", root+"/lib/ld-linux-aarch64.so.1", root+"/usr/lib/ld-linux-aarch64.so.1")
	program := first(root + "/usr/sbin/asterisk")
	modules := first(glob(root + "/usr/lib/*/asterisk/modules")...)
	if linker == "" || program == "" || modules == "" {
		return installation{}, missing
	}
	libraries := filepath.Dir(filepath.Dir(modules))
	share := root + "/usr/share/asterisk"
	return installation{
		command: []string{linker, "--library-path", libraries + ":" + root + strings.TrimPrefix(libraries, root+"/usr"), program},
		env:     []string{"OPENSSL_MODULES=" + libraries + "/ossl-modules", "OPENSSL_CONF=/dev/null", "GCONV_PATH=" + libraries + "/gconv"},
		modules: modules,
		docs:    share + "/documentation",
		sounds:  englishSounds(share + "/sounds"),
		music:   share + "/moh",
		guard:   first(root + "/usr/lib/ringdesk/" + guardName),
	}, nil
}

// inSystem finds the Asterisk that the machine has installed.
func inSystem() (installation, error) {
	program, err := exec.LookPath("asterisk")
	if err != nil {
		program = first("/usr/sbin/asterisk", "/usr/local/sbin/asterisk")
	}
	modules := first(append(glob("/usr/lib/*/asterisk/modules"), "/usr/lib/asterisk/modules", "/usr/local/lib/asterisk/modules")...)
	if program == "" || modules == "" {
		return installation{}, errors.New("no Asterisk on this machine: run `make engine`, or install Asterisk 22.10.1 or newer")
	}
	share := cmp.Or(first("/usr/share/asterisk/documentation"), "/var/lib/asterisk/documentation")
	share = filepath.Dir(share)
	return installation{
		command: []string{program},
		modules: modules,
		docs:    share + "/documentation",
		sounds:  englishSounds(share + "/sounds"),
		music:   share + "/moh",
		guard:   first(besideUs(guardName), "/usr/local/lib/ringdesk/"+guardName, "/usr/lib/ringdesk/"+guardName),
	}, nil
}

// englishSounds is the folder of English prompts. In an unpacked root the
// folder "en" is an absolute link that leads outside, so the voice comes first.
func englishSounds(dir string) string {
	return first(append(glob(dir+"/en_US_*"), dir+"/en")...)
}

func glob(pattern string) []string {
	found, _ := filepath.Glob(pattern) // the only error is a bad pattern
	return found
}

// first gives the first path that exists, or "".
func first(paths ...string) string {
	for _, p := range paths {
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	return ""
}

// layout is one Asterisk's places below a data folder.
type layout struct {
	dir string // <Data>/asterisk
}

// RecordingsIn is the folder of the recordings of an Asterisk that keeps everything
// below a data folder.
func RecordingsIn(data string) string { return layout{filepath.Join(data, "asterisk")}.recordings() }

func (l layout) config() string     { return filepath.Join(l.dir, "etc") }
func (l layout) recordings() string { return filepath.Join(l.dir, "spool", "recording") }
func (l layout) state() string      { return filepath.Join(l.dir, "launcher.json") }
func (l layout) logs() string       { return filepath.Join(l.dir, "log") }

// run is the folder of the control socket and the pid file. A socket's path
// holds at most 107 bytes (unix(7)), so a deep data folder gets one elsewhere.
func (l layout) run() string {
	dir := filepath.Join(l.dir, "run")
	if len(dir) < 90 {
		return dir
	}
	sum := sha256.Sum256([]byte(l.dir))
	return filepath.Join(os.TempDir(), fmt.Sprintf("ringdesk-%d-%s", os.Getuid(), hex.EncodeToString(sum[:4])))
}

// prepare makes the folders, and the shared folder that Asterisk reads sounds
// and documentation from.
func (l layout) prepare(in installation) error {
	for _, d := range []string{l.config(), l.recordings(), l.run(), "lib", "log", "custom", "share/sounds"} {
		if !filepath.IsAbs(d) {
			d = filepath.Join(l.dir, d)
		}
		if err := durable.Folder(d, 0o700); err != nil {
			return unwritable(l.dir, err)
		}
	}
	for link, target := range map[string]string{"share/documentation": in.docs, "share/sounds/en": in.sounds} {
		link = filepath.Join(l.dir, link)
		if old, err := os.Readlink(link); err == nil && old == target {
			continue
		}
		if err := os.Remove(link); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return unwritable(l.dir, err)
		}
		if err := os.Symlink(target, link); err != nil {
			return unwritable(l.dir, err)
		}
	}
	return nil
}

func unwritable(dir string, err error) error {
	var cause error = err
	var pe *fs.PathError
	if errors.As(err, &pe) {
		cause = pe.Err
	}
	return fmt.Errorf("data folder %s cannot be written (%w): make it writable or choose another one (RINGDESK_DATA)", dir, cause)
}

// settings says how the Asterisk of this data folder is configured.
func (l layout) settings(opt Options, in installation, st state) conf.Settings {
	sub := func(s string) string { return filepath.Join(l.dir, s) }
	var limit syscall.Rlimit
	files := 0
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) == nil {
		files = int(min(limit.Max, 65536))
	}
	return conf.Settings{
		App: App, HTTP: st.HTTP, Username: "ringdesk", Password: st.Password,
		SIP: opt.SIP, TLS: opt.TLS, RTPFrom: opt.RTPFrom, RTPTo: opt.RTPTo, ICECandidates: ownAddress(),
		ModuleDir: in.modules, ShareDir: sub("share"), StateDir: sub("lib"), SpoolDir: sub("spool"),
		RunDir: l.run(), LogDir: sub("log"), Log: "/dev/stdout", SecurityLog: logkeep.SecurityPath,
		MusicDir: music(opt, in), CustomDir: sub("custom"), MaxFiles: files,
		InboundCalls: opt.InboundCalls, Outbound: opt.Outbound, Short: opt.Short,
	}
}

func music(opt Options, in installation) string {
	own := filepath.Join(opt.Data, "music")
	if opt.Music == "" && hasAudio(own) {
		return own
	}
	return cmp.Or(opt.Music, in.music)
}

func hasAudio(dir string) bool {
	entries, _ := os.ReadDir(dir) // a missing folder holds none
	return slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return slices.Contains([]string{".wav", ".wav16", ".sln", ".sln16", ".ulaw", ".alaw", ".g722"}, filepath.Ext(e.Name()))
	})
}

// ownAddress maps this machine's first IPv4 address outside 127/8, on any
// interface, to the loopback address, where browsers on this machine reach it.
func ownAddress() map[string]string {
	addresses, _ := net.InterfaceAddrs() // none are needed
	for _, a := range addresses {
		if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && !n.IP.IsLoopback() {
			return map[string]string{n.IP.String(): "127.0.0.1"}
		}
	}
	return nil
}
