package engine

import (
	"cmp"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"time"
)

// What stands here is true of every engine: what a command's arguments may be.
// They become words of an engine's own commands, paths and settings, so only
// what can mean nothing else passes.

// Refusal is a command that is refused without asking the engine. Its kind is
// KindRefused.
type Refusal struct {
	Field string // of a trunk, as its settings name it; "" elsewhere
	text  string
}

func (r *Refusal) Error() string { return r.text }

// Refuse makes a Refusal; the text says what must be different.
func Refuse(format string, args ...any) error { return refuseField("", format, args...) }

func refuseField(field, format string, args ...any) error {
	return &Refusal{Field: field, text: fmt.Sprintf(format, args...)}
}

// Limits of names and lists.
const (
	longestFile = 200
	mostSounds  = 32
)

// CheckIDs refuses ids of legs, rooms, recordings or playbacks that are not 1 to
// 80 letters, digits, '.', '_' or '-'.
func CheckIDs(ids ...string) error {
	for _, id := range ids {
		if !idWord.is(id) {
			return Refuse("id %q is not allowed", id)
		}
	}
	return nil
}

// CheckEndpoint refuses the id of a phone or trunk, as what says, that is not 1 to
// 64 letters and digits.
func CheckEndpoint(what, id string) error {
	if !endpointWord.is(id) {
		return Refuse("%s id %q must be letters and digits", what, id)
	}
	return nil
}

// CheckNumber refuses what is not 1 to 32 digits with an optional leading +.
func CheckNumber(number string) error {
	if !isNumber(number) {
		return Refuse("number %q must be digits with an optional leading +", number)
	}
	return nil
}

// CheckCallerID is CheckNumber for a number that may be withheld ("").
func CheckCallerID(number string) error {
	if number != "" && !isNumber(number) {
		return Refuse("caller id %q must be digits with an optional leading +", number)
	}
	return nil
}

// CheckKeys refuses what is not 1 to 64 DTMF keys.
func CheckKeys(digits string) error {
	if !keysWord.is(digits) {
		return Refuse("digits must be 1 to 64 of 0-9, *, #, A-D")
	}
	return nil
}

// Check refuses a request that no engine could carry out. Whether the extension is
// there the engine knows.
func (r HandOverRequest) Check() error {
	switch {
	case !nativeWord.is(r.Extension):
		return Refuse("extension %q must be 1 to 32 letters, digits, '-' and '_'", r.Extension)
	case !callWord.is(r.Call):
		return Refuse("call id %q is not allowed", r.Call)
	}
	return CheckIDs(string(r.Leg))
}

// CheckSounds refuses what PlayRequest.Sounds may not be. Whether the sounds are
// there only the engine knows.
func CheckSounds(sounds []string) error {
	if len(sounds) == 0 || len(sounds) > mostSounds {
		return Refuse("1 to %d sounds can be played, not %d", mostSounds, len(sounds))
	}
	if slices.Contains(sounds, RingTone) && len(sounds) > 1 {
		return Refuse("the ring tone has no end: play it alone")
	}
	for _, sound := range sounds {
		if !ValidFile(sound) {
			return Refuse("sound %q is not allowed", sound)
		}
	}
	return nil
}

// Check refuses a request that cannot be dialled. Whether its phone or trunk is
// there, and whether the number may be called, the engine knows.
func (r DialRequest) Check() error {
	if (r.Phone == "") == (r.Trunk == "") {
		return Refuse("exactly one of phone and trunk must be given")
	}
	err := CheckIDs(string(r.Leg))
	switch {
	case err != nil:
	case r.Phone != "":
		err = CheckEndpoint("phone", r.Phone)
	default:
		if err = CheckEndpoint("trunk", r.Trunk); err == nil {
			err = CheckNumber(r.Number)
		}
	}
	if err == nil {
		err = CheckCallerID(r.CallerID)
	}
	if err == nil && !callWord.is(r.Call) {
		err = Refuse("call id %q is not allowed", r.Call)
	}
	return err
}

// CheckFile refuses a file that may lie outside the recordings folder.
func (r RecordingRequest) CheckFile() error {
	if !ValidFile(r.File) {
		return Refuse("file %q is not allowed", r.File)
	}
	return nil
}

// Longest is the limit with its default.
func (r RecordingRequest) Longest() time.Duration {
	if r.Limit <= 0 {
		return time.Hour // END-1
	}
	return r.Limit
}

// Check refuses a phone that cannot be put.
func (p Phone) Check() error {
	if err := CheckEndpoint("phone", p.ID); err != nil {
		return err
	}
	switch {
	case p.Contact != "" && !contactPattern().MatchString(p.Contact):
		return Refuse("contact %q is not allowed", p.Contact)
	case p.Contact == "" && (p.Password == "" || !endpointWord.is(p.Proof)):
		return Refuse("phone %s needs a password, and a proof of letters and digits", p.ID)
	case !passwordWord.is(p.Password):
		return Refuse("the password of phone %s holds a character that is not allowed", p.ID)
	}
	return nil
}

// Check refuses a trunk that cannot be put.
func (t Trunk) Check() error {
	if err := CheckEndpoint("trunk", t.ID); err != nil {
		return err
	}
	switch {
	case t.Username != "" && !userWord.is(t.Username):
		return refuseField("username", "user name %q must be letters, digits, '+', '.', '_' or '-', at most 64", t.Username)
	case !passwordWord.is(t.Password):
		return refuseField("password", "the password of the trunk holds a character that is not allowed: use ASCII without ';', at most 128")
	case t.Register && (t.Username == "" || t.Remote == ""):
		return refuseField("register", "a trunk needs a user name and a remote to register")
	case t.FromDomain != "" && !hostWord.is(t.FromDomain):
		return refuseField("fromDomain", "domain %q is not allowed: give one such as sip.example.com", t.FromDomain)
	case t.Remote != "" && !validRemote(t.Remote):
		return refuseField("remote", "remote %q must be host:port, such as sip.example.com:5060", t.Remote)
	case t.FirstAnswer < 0:
		return refuseField("firstAnswerSeconds", "a trunk must give its carrier time to answer")
	case !slices.Contains([]DTMFMode{DTMFAuto, DTMFRFC4733, DTMFInfo, DTMFInband}, t.DTMFOrDefault()):
		return refuseField("dtmf", "dtmf %q is not one of auto, rfc4733, info, inband", t.DTMF)
	}
	if err := t.checkTransport(); err != nil {
		return err
	}
	for i, c := range t.Codecs {
		if !slices.Contains([]string{"alaw", "ulaw", "g722", "opus"}, c) {
			return refuseField("codecs", "codec %q is not one of alaw, ulaw, g722, opus", c)
		}
		if slices.Contains(t.Codecs[:i], c) {
			return refuseField("codecs", "codec %q is named twice", c)
		}
	}
	_, err := t.Networks()
	return err
}

func (t Trunk) checkTransport() error {
	switch {
	case !slices.Contains([]Transport{TransportUDP, TransportTCP, TransportTLS}, t.TransportOrDefault()):
		return refuseField("transport", "transport %q is not one of udp, tcp, tls", t.Transport)
	case !slices.Contains([]Encryption{EncryptionNone, EncryptionSDES}, t.EncryptionOrDefault()):
		return refuseField("mediaEncryption", "mediaEncryption %q is not one of none, sdes", t.Encryption)
	case t.EncryptionOrDefault() == EncryptionSDES && t.TransportOrDefault() != TransportTLS:
		return refuseField("mediaEncryption", "SRTP needs transport tls: its keys travel in SIP, where everybody could read them")
	}
	return nil
}

func validRemote(remote string) bool {
	host, port, err := net.SplitHostPort(remote)
	n, perr := strconv.ParseUint(port, 10, 16)
	return err == nil && perr == nil && n > 0 && hostWord.is(host)
}

// Networks are the addresses that the trunk's calls come from.
func (t Trunk) Networks() ([]netip.Prefix, error) {
	all := make([]netip.Prefix, len(t.Hosts))
	for i, h := range t.Hosts {
		prefix, err := netip.ParsePrefix(h)
		if err != nil {
			addr, addrErr := netip.ParseAddr(h)
			if addrErr != nil {
				return nil, refuseField("hosts", "host %q must be an IP address or network", h)
			}
			prefix = netip.PrefixFrom(addr, addr.BitLen())
		}
		all[i] = prefix.Masked()
	}
	return all, nil
}

// FirstAnswerOrDefault is the time limit for a carrier's first answer.
func (t Trunk) FirstAnswerOrDefault() time.Duration { return cmp.Or(t.FirstAnswer, DefaultFirstAnswer) }

// DTMFOrDefault is how keys come and go.
func (t Trunk) DTMFOrDefault() DTMFMode { return cmp.Or(t.DTMF, DTMFAuto) }

// TransportOrDefault is what carries SIP.
func (t Trunk) TransportOrDefault() Transport { return cmp.Or(t.Transport, TransportUDP) }

// EncryptionOrDefault is how the sound is protected.
func (t Trunk) EncryptionOrDefault() Encryption { return cmp.Or(t.Encryption, EncryptionNone) }

// CodecsOrDefault are the trunk's codecs, preferred first.
func (t Trunk) CodecsOrDefault() []string {
	if len(t.Codecs) == 0 {
		return []string{"alaw", "ulaw"}
	}
	return t.Codecs
}
