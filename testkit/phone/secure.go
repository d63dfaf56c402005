package phone

import (
	"crypto/rand"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net"
	"net/netip"
	"strings"

	"github.com/emiago/sipgo/sip"
	"github.com/pion/srtp/v3"
)

// listenTLS is listen for SIP over TLS. The phone's own requests come from any
// port: that of the listener is taken.
func (p *Phone) listenTLS() (serve func(*sip.TransportLayer), err error) {
	tcp, err := net.Listen("tcp4", p.opt.Listen)
	if err != nil {
		return nil, err
	}
	listener := tls.NewListener(tcp, p.opt.TLS)
	p.conn, p.addr = listener, tcp.Addr().(*net.TCPAddr).AddrPort()
	p.from = netip.AddrPortFrom(p.addr.Addr(), 0)
	return func(layer *sip.TransportLayer) {
		p.wg.Go(func() { _ = layer.ServeTLS(listener) }) // it ends when the listener closes
	}, nil
}

// transport is what the phone's URIs say of how it is reached.
func (p *Phone) transport() string {
	if p.opt.TLS != nil {
		return ";transport=tls"
	}
	return ""
}

// read reads an SDP. One of plain RTP is none for a phone that takes SRTP alone,
// and the other way round.
func (p *Phone) read(body []byte) (session, error) {
	s, err := parseSDP(body)
	if err == nil && p.opt.Secure != (s.crypto.key != nil) {
		return s, errNoAudio
	}
	return s, err
}

func (p *Phone) newMedia() (*media, error) {
	m, err := newMedia(p.addr.Addr(), p.opt.Keep)
	if err == nil && p.opt.Secure {
		m.sealed, err = newSealed()
	}
	return m, err
}

// suite is the one that every implementation has (RFC 4568, section 6.2.1), and
// its lengths in bytes.
const (
	suite      = "AES_CM_128_HMAC_SHA1_80"
	profile    = srtp.ProtectionProfileAes128CmHmacSha1_80
	keyLength  = 16
	saltLength = 14
)

// crypto is the attribute a=crypto of an SDP.
type crypto struct {
	tag string
	key []byte // master key and salt; nil means plain RTP
}

func (c crypto) profile() string {
	if c.key == nil {
		return "RTP/AVP"
	}
	return "RTP/SAVP"
}

func (c crypto) line() string {
	if c.key == nil {
		return ""
	}
	return fmt.Sprintf("a=crypto:%s %s inline:%s\r\n", c.tag, suite, base64.StdEncoding.EncodeToString(c.key))
}

// take reads "crypto:1 AES_CM_128_HMAC_SHA1_80 inline:…|2^31". The first of the
// suite counts.
func (c *crypto) take(attribute string) {
	fields := strings.Fields(strings.TrimPrefix(attribute, "crypto:"))
	if c.key != nil || len(fields) < 3 || fields[1] != suite {
		return
	}
	text, _, _ := strings.Cut(strings.TrimPrefix(fields[2], "inline:"), "|")
	if key, err := base64.StdEncoding.DecodeString(text); err == nil && len(key) == keyLength+saltLength {
		c.tag, c.key = fields[0], key
	}
}

// sealed is the SRTP of one call's sound. A nil one is plain RTP.
type sealed struct {
	key     []byte // ours
	out     *srtp.Context
	theirs  []byte // the far side's key
	in      *srtp.Context
	wire    [][]byte // the last datagrams as they came
	refused int      // datagrams that were not the far side's
}

// mostWire is how many datagrams are kept as they came.
const mostWire = 200

func newSealed() (*sealed, error) {
	key := make([]byte, keyLength+saltLength)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	out, err := srtp.CreateContext(key[:keyLength], key[keyLength:], profile)
	return &sealed{key: key, out: out}, err
}

// own is our key for an offer, answering that for an answer to one.
func (s *sealed) own() crypto { return s.answering(crypto{tag: "1"}) }

func (s *sealed) answering(offer crypto) crypto {
	if s == nil {
		return crypto{}
	}
	return crypto{tag: offer.tag, key: s.key}
}

// far takes the far side's key. The same key goes on with the same numbers.
func (s *sealed) far(c crypto) {
	if c.key == nil || string(c.key) == string(s.theirs) {
		return
	}
	in, err := srtp.CreateContext(c.key[:keyLength], c.key[keyLength:], profile, srtp.SRTPReplayProtection(1024))
	if err != nil {
		panic(err) // the key has the right length
	}
	s.theirs, s.in = c.key, in
}

func (s *sealed) seal(packet []byte) []byte {
	out, err := s.out.EncryptRTP(nil, packet, nil)
	if err != nil {
		panic(err) // it is a packet of ours
	}
	return out
}

// open gives the packet in a datagram; nil where it is not the far side's.
func (s *sealed) open(datagram []byte) []byte {
	if len(s.wire) == mostWire {
		s.wire = s.wire[1:]
	}
	s.wire = append(s.wire, append([]byte(nil), datagram...))
	if s.in == nil {
		return nil
	}
	packet, err := s.in.DecryptRTP(nil, datagram, nil)
	if err != nil {
		s.refused++
		return nil
	}
	return packet
}

// Wire is the last datagrams of an encrypted call as they came, and how many of
// all were not the far side's.
func (c *Call) Wire() (datagrams [][]byte, refused int) {
	c.media.mu.Lock()
	defer c.media.mu.Unlock()
	if c.media.sealed == nil {
		return nil, 0
	}
	return append([][]byte(nil), c.media.sealed.wire...), c.media.sealed.refused
}

// OnWire is what somebody hears who takes datagrams for plain RTP.
func OnWire(datagrams [][]byte, codec Codec) []int16 {
	var all []int16
	for _, d := range datagrams {
		if p, ok := parseRTP(d); ok && p.PayloadType == uint8(codec) {
			pcm := make([]int16, min(len(p.Payload), frame))
			codec.decode(pcm, p.Payload[:len(pcm)])
			all = append(all, pcm...)
		}
	}
	return all
}
