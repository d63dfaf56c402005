package e2e

import (
	"bytes"
	"strings"
	"testing"
)

// restored: an installation is backed up, destroyed with all its volumes, and made anew
// of the backup: people log in as before, and the recording is there and plays.
//
// Covers: OPS-2.
func (c *Compose) restored(t *testing.T, rec Recording) {
	before := c.API(t).Do("GET", strings.TrimPrefix(rec.URL, "/api/v1"), nil)
	if before.Status != 200 || len(before.Body) == 0 {
		t.Fatalf("the recording: %d, %d bytes", before.Status, len(before.Body))
	}
	const passphrase = "RINGDESK_BACKUP_PASSPHRASE=a passphrase of the test"
	archive, said, err := c.try(nil, "exec", "-T", "-e", passphrase, "ringdesk", "ringdesk", "backup", "-")
	if err != nil {
		t.Fatalf("backup: %v, %s", err, said)
	}
	c.docker("down", "--volumes", "--timeout=5")
	if left := dockerSays(t, "volume", "ls", "--quiet", "--filter", "label=com.docker.compose.project="+composeProject); left != "" {
		t.Fatalf("volumes are left: %s", left)
	}
	out, said, err := c.try(strings.NewReader(archive), "run", "--rm", "-T", "-e", passphrase, "ringdesk", "restore", "-")
	if err != nil || !strings.Contains(out+said, "Restored:") {
		t.Fatalf("restore: %v, %s %s", err, out, said)
	}
	c.up(t)
	after := c.API(t).Do("GET", strings.TrimPrefix(rec.URL, "/api/v1"), nil)
	if after.Status != 200 || !bytes.Equal(after.Body, before.Body) {
		t.Errorf("the recording of before: %d, %d bytes instead of %d", after.Status, len(after.Body), len(before.Body))
	}
	mina := c.Browser(t, c.Agents[0], MinaHz)
	c.awaitAvailable(t, mina)
	if why := eval[string](mina, plays, rec.URL); why != "" {
		t.Errorf("the recording does not play: %s", why)
	}
	caller := c.Call(t, "01021150006", CallerHz)
	mina.Answer()
	AwaitHears(t, "the caller", caller, MinaHz)
}

// plays lets the page play a sound, and says why it cannot.
const plays = `new Promise((tell) => {
  const sound = new Audio(%s);
  sound.onerror = () => tell(sound.error.message || 'error ' + sound.error.code);
  sound.ontimeupdate = () => sound.currentTime > 0.3 && tell('');
  sound.play().catch((why) => tell(String(why)));
})`
