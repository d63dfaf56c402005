package stage_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"ringdesk/testkit/phone"
	"ringdesk/testkit/ports"
	"ringdesk/testkit/stage"
	"ringdesk/testkit/tone"
)

// sipp is a caller whose telephone is not of our making. It says a tone, presses a key
// each time it is told, by SIP INFO, and is hung up on at the end.
type sipp struct {
	t     testing.TB
	at    string // host:port of its SIP
	id    string // Call-ID
	from  string
	keys  int // pressed so far
	ended chan error
}

// sippCues are the requests that it is told by to press its first key, its second and so
// on. A cue may come before it listens, and so is given until it has worked: what comes
// twice means nothing to it.
var sippCues = []string{"MESSAGE", "NOTIFY", "SUBSCRIBE", "PUBLISH", "REFER", "OPTIONS"}

const (
	sippInvite = `<send retrans="500"><![CDATA[

INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:[caller]@[local_ip]>;tag=c1
To: <sip:[service]@[remote_ip]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:[caller]@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=caller 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [rtpstream_audio_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000

]]></send>
<recv response="100" optional="true"/>
<recv response="180" optional="true"/>
<recv response="200" rrs="true"/>
<send><![CDATA[

ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:[caller]@[local_ip]>;tag=c1
To: <sip:[service]@[remote_ip]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
<nop><action><exec rtp_stream="sound.ulaw,-1,0"/></action></nop>
`
	sippKey = `<recv request="%s"/>
<send retrans="500"><![CDATA[

INFO [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:[caller]@[local_ip]>;tag=c1
To: <sip:[service]@[remote_ip]>[peer_tag_param]
Call-ID: [call_id]
CSeq: %d INFO
Max-Forwards: 70
Content-Type: application/dtmf-relay
Content-Length: [len]

Signal=%c
Duration=100
]]></send>
<recv response="200"/>
`
	sippBye = `<recv request="BYE"/>
<send><![CDATA[

SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
`
)

// newSIPp lets SIPp call the stage's number by a trunk, who will press these keys one by
// one.
func newSIPp(t testing.TB, s *stage.Stage, trunk *stage.Trunk, from, keys string, hz int) *sipp {
	t.Helper()
	port, err := ports.Free()
	if err != nil {
		t.Fatal(err)
	}
	dir, ip := t.TempDir(), trunk.Name
	c := &sipp{t: t, at: net.JoinHostPort(ip, strconv.Itoa(port)), id: "sipp-" + from, from: from, ended: make(chan error, 1)}
	text := `<?xml version="1.0" encoding="UTF-8"?><scenario name="keys">` + sippInvite
	for i, key := range keys {
		text += fmt.Sprintf(sippKey, sippCues[i], i+2, key)
	}
	text += sippBye + `</scenario>`
	wav := tone.WAV{Rate: phone.Rate, PCM: tone.Make(phone.Rate, 20*time.Second, hz)}
	if err := wav.WriteFile(filepath.Join(dir, "sound.wav")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "keys.xml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(name string, args ...string) error {
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "TERM=dumb")
		out, err := cmd.CombinedOutput()
		if err != nil {
			err = fmt.Errorf("%s: %w: %s", name, err, out)
		}
		return err
	}
	if err := run("ffmpeg", "-v", "error", "-i", "sound.wav", "-f", "mulaw", "sound.ulaw"); err != nil {
		t.Fatal(err)
	}
	go func() {
		c.ended <- run("sipp", "-sf", "keys.xml", "-s", strings.TrimPrefix(s.Number.Number, "+"), "-key", "caller", from, "-cid_str", c.id, "-m", "1", "-nostdin", "-default_behaviors", "all,-abortunexp",
			"-i", ip, "-p", strconv.Itoa(port), "-mi", ip, s.SIP())
	}()
	return c
}

// press lets it press its next key, until that has an effect.
func (c *sipp) press(works func() bool) {
	c.t.Helper()
	conn, err := net.Dial("udp", c.at)
	if err != nil {
		c.t.Fatal(err)
	}
	defer conn.Close()
	cue := sippCues[c.keys]
	c.keys++
	stage.Await(c.t, fmt.Sprintf("key %d of %s has an effect", c.keys, c.from), stage.ActionTime, func() (bool, string) {
		_, err := fmt.Fprintf(conn, "%s sip:%s@%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%d\r\nFrom: <sip:test@127.0.0.1>\r\nTo: <sip:%s@%s>;tag=c1\r\nCall-ID: %s\r\nCSeq: 1 %s\r\nContent-Length: 0\r\n\r\n",
			cue, c.from, c.at, conn.LocalAddr(), time.Now().UnixNano(), c.from, c.at, c.id, cue)
		if err != nil {
			return false, err.Error()
		}
		time.Sleep(20 * time.Millisecond)
		return works(), ""
	})
}

// over waits until it has been hung up on.
func (c *sipp) over() {
	c.t.Helper()
	select {
	case err := <-c.ended:
		if err != nil {
			c.t.Error(err)
		}
	case <-time.After(stage.ActionTime):
		c.t.Error("SIPp was not hung up on")
	}
}
