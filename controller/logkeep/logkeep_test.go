package logkeep_test

import (
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ringdesk/controller/logkeep"
)

// keep runs a keeper in a bubble; the writers end when the test closes them.
func keep(t *testing.T, do func(dir string, log, security *io.PipeWriter)) (log, refused string) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		logOut, logIn := io.Pipe()
		securityOut, securityIn := io.Pipe()
		done := make(chan bool)
		go func() {
			logkeep.NewKeeper(dir).Run(logOut, securityOut)
			close(done)
		}()
		do(dir, logIn, securityIn)
		logIn.Close()
		securityIn.Close()
		<-done
	})
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		return string(text)
	}
	return read(logkeep.LogFile), read(logkeep.RefusedFile)
}

// securityEvent is one as Asterisk writes it.
func securityEvent(kind, account, remote string) string {
	return fmt.Sprintf(`[2026-11-29 01:07:36.382] SECURITY[1] res_security_log.c: SecurityEvent="%s",EventTV="2026-11-29T01:07:36.382+0000",Severity="Error",Service="PJSIP",EventVersion="1",`+
		`AccountID="%s",SessionID="abc",LocalAddress="IPV4/UDP/192.0.2.1/5060",RemoteAddress="%s"`+"\n", kind, account, remote)
}

// Covers: SEC-4. Each address has one line a minute; who is not refused has
// none, nor has an address that somebody else's request names.
func TestRefusalsAreCounted(t *testing.T) {
	const forged = `x",LocalAddress="IPV4/UDP/1.1.1.1/5060",RemoteAddress="IPV4/UDP/7.7.7.7/1`
	_, refused := keep(t, func(_ string, _, security *io.PipeWriter) {
		for range 1000 {
			_, _ = io.WriteString(security, securityEvent("InvalidAccountID", "100", "IPV4/UDP/203.0.113.9/5060"))
		}
		for _, e := range []string{
			securityEvent("ChallengeResponseFailed", "200", "IPV6/TCP/2001:db8::7/5060"),
			securityEvent("InvalidAccountID", "300", "IPV4/UDP/198.51.100.7/5060"),
			securityEvent("InvalidAccountID", forged, "IPV4/UDP/203.0.113.9/5060"),
			securityEvent("InvalidAccountID", `x",RemoteAddress="IPV4/UDP/7.7.7.7/1`, "IPV4/UDP/203.0.113.9/5060"),
			securityEvent("SuccessfulAuth", "100", "IPV4/UDP/192.0.2.50/5060"),
			securityEvent("ChallengeSent", "100", "IPV4/UDP/192.0.2.50/5060"),
			"nonsense\n", "\n", strings.Repeat("x", 100_000) + "\n",
		} {
			_, _ = io.WriteString(security, e)
		}
		time.Sleep(time.Minute)
		_, _ = io.WriteString(security, securityEvent("InvalidAccountID", "300", "IPV4/UDP/198.51.100.7/5060"))
		time.Sleep(3 * time.Minute)
	})
	// A bubble begins on a full minute.
	const want = `00:00:00 refused address=203.0.113.9 requests=1 why=InvalidAccountID
00:00:00 refused address=2001:db8::7 requests=1 why=ChallengeResponseFailed
00:00:00 refused address=198.51.100.7 requests=1 why=InvalidAccountID
00:01:00 refused further requests=2: from more addresses than are told apart
00:01:00 refused address=203.0.113.9 requests=999 why=InvalidAccountID
00:01:00 refused address=198.51.100.7 requests=1 why=InvalidAccountID
`
	if got := regexp.MustCompile(`(?m)^\d{4}-\d\d-\d\d `).ReplaceAllString(refused, ""); got != want {
		t.Errorf("refused.log:\n%s\nwant:\n%s", got, want)
	}
}

// Covers: SEC-4. Pretended addresses fill neither memory nor disk.
func TestRefusalsOfManyAddresses(t *testing.T) {
	r := logkeep.NewRefusals()
	now := time.Date(2026, 11, 29, 1, 0, 0, 0, time.UTC)
	lines, total := 0, 0
	for i := range 100_000 {
		addr := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
		lines += len(r.Add(now, addr.String(), "InvalidAccountID"))
	}
	if lines > 200 {
		t.Errorf("%d lines in a minute", lines)
	}
	for _, l := range r.Tick(now.Add(time.Minute)) {
		lines++
		if l.Address == "" {
			total = l.Requests
		}
	}
	if lines > 401 || total != 100_000-200 {
		t.Errorf("%d lines in all, %d requests told as further ones", lines, total)
	}
}

// Covers: SEC-4. More lines than anybody reads are left out, and counted.
func TestLogIsLimited(t *testing.T) {
	log, _ := keep(t, func(_ string, log, _ *io.PipeWriter) {
		for i := range 10_000 {
			fmt.Fprintf(log, "line %d\n", i)
		}
		_, _ = io.WriteString(log, strings.Repeat("x", 100_000)+"\n")
		time.Sleep(61 * time.Second)
		_, _ = io.WriteString(log, "after\n"+strings.Repeat("y", 100_000)+"\n")
		time.Sleep(time.Second)
	})
	if n := strings.Count(log, "\n"); n < 1000 || n > 1010 {
		t.Errorf("%d lines", n)
	}
	if !strings.Contains(log, "left out 9001 lines") || !strings.Contains(log, "after\n") || strings.Contains(log, strings.Repeat("y", 3000)) {
		t.Errorf("it ends with %.300s", log[max(0, len(log)-2600):])
	}
}

// Covers: SEC-4. Old logs go.
func TestLogIsRotated(t *testing.T) {
	var most int64
	keep(t, func(dir string, log, _ *io.PipeWriter) {
		for range 5 * 60 { // five hours of as much as is let through
			for range 1200 {
				_, _ = io.WriteString(log, strings.Repeat("x", 1900)+"\n")
			}
			time.Sleep(time.Minute)
		}
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			info, err := f.Info()
			if err != nil {
				t.Fatal(err)
			}
			most += info.Size()
		}
		if len(files) != 5 {
			t.Errorf("%d files", len(files))
		}
	})
	if most < 40<<20 || most > 50<<20 {
		t.Errorf("%d bytes are kept", most)
	}
}

// What the keeper writes, the filter for fail2ban reads.
//
// Covers: SEC-4
func TestFail2banFilter(t *testing.T) {
	text, err := os.ReadFile("../../configs/fail2ban/ringdesk.conf")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^failregex = \^ (.*)$`).FindSubmatch(text)
	if m == nil {
		t.Fatal("there is no failregex")
	}
	// fail2ban takes the date away first, and knows what an address is.
	filter := regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ` + strings.Replace(string(m[1]), "<ADDR>", `([0-9a-f:.]+)`, 1))
	now := time.Date(2026, 11, 29, 1, 2, 3, 0, time.UTC)
	for _, addr := range []string{"203.0.113.9", "2001:db8::7"} {
		line := now.Format(time.DateTime) + " " + logkeep.Line{Address: addr, Why: "InvalidAccountID", Requests: 3}.String()
		if got := filter.FindStringSubmatch(line); got == nil || got[1] != addr {
			t.Errorf("%q is read as %q", line, got)
		}
	}
}
