package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"net/url"
	"time"

	"ringdesk/app"
	"ringdesk/configs"
	"ringdesk/controller/sounds/built"
	"ringdesk/controller/transcription"
	"ringdesk/models"
)

const (
	// speechWait is how long the doctor waits for the text of a few seconds of speech: a
	// server that takes longer would take more than an hour for a track of an hour.
	speechWait = window
	// window is what Whisper's models work on at once: less sound costs as much.
	window = 30 * time.Second
	// loadDays is over how many days recordings are counted.
	loadDays = 7
	// mostLoad is what share of its time a server may work: calls do not come evenly.
	mostLoad = 0.7
	// tracks is how many each call has: the customer's and an agent's.
	tracks = 2
	// slow is the share of a track's length from which a call's tracks take as long as it.
	slow = 1.0 / tracks
)

// speechPart is what the findings are called.
const speechPart = "speech"

// lookAtSpeech asks the speech-to-text server, if there is one, for the text of a
// built-in prompt.
func lookAtSpeech(ctx context.Context, s configs.Settings) []finding {
	client, err := app.NewTranscription(s)
	if err != nil {
		return found(speechPart, wrong, "%v", err)
	}
	if client == nil {
		return found(speechPart, well, "no speech-to-text server is set up; RINGDESK_TRANSCRIPTION_URL names one")
	}
	took, err := tryServer(ctx, client, s.Transcription.Language)
	if err != nil {
		return append(speechFault(ctx, client, err), strangersAt(ctx, s, client)...)
	}
	recorded, err := models.RecordedIn(ctx, s.Database(), time.Now().AddDate(0, 0, -loadDays))
	if err != nil {
		recorded = 0 // the look at the database tells it
	}
	return append(paceFinding(client.Address(), took, recorded), strangersAt(ctx, s, client)...)
}

// tryServer has a prompt transcribed, and tells how long it took. What the server makes
// of it is not judged.
func tryServer(ctx context.Context, client *transcription.Client, language string) (time.Duration, error) {
	prompt, err := built.Files.Open("files/" + language + "/greeting.wav")
	if errors.Is(err, fs.ErrNotExist) {
		prompt, err = built.Files.Open("files/en/greeting.wav")
	}
	if err != nil {
		return 0, fmt.Errorf("this build has no prompts to try it with (make sounds): %w", err)
	}
	defer prompt.Close()
	info, err := prompt.Stat()
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, speechWait)
	defer cancel()
	began := time.Now()
	_, err = client.Transcribe(ctx, prompt, info.Size())
	return time.Since(began), err
}

// speechFault tells a failure; one of being late also whether the server is there.
func speechFault(ctx context.Context, client *transcription.Client, err error) []finding {
	if !errors.Is(err, transcription.ErrSlow) {
		return found(speechPart, wrong, "%v", err)
	}
	ctx, cancel := context.WithTimeout(ctx, doctorWait)
	defer cancel()
	if client.Healthy(ctx) {
		return found(speechPart, wrong, "%v: it is there, but had no text of a few seconds of speech after %v. It works on other sound meanwhile, or is too slow for calls: "+
			"give it a smaller model or more processors", err, speechWait)
	}
	return found(speechPart, wrong, "%v: it took the sound, and neither gave its text within %v nor answers at /health. See whether it hangs, and its log", err, speechWait)
}

// paceFinding judges how fast a server is beside what is recorded in loadDays.
func paceFinding(address string, took, recorded time.Duration) []finding {
	factor := took.Seconds() / window.Seconds()
	load := recorded.Hours() * tracks * factor / (loadDays * 24)
	pace := fmt.Sprintf("%s answers: a piece of up to %.0f s took %.1f s, a real-time factor of about %.2f", address, window.Seconds(), took.Seconds(), factor)
	advice := "give it a smaller model, more processors (whisper-server -t) or a graphics card"
	switch {
	case load > mostLoad:
		return found(speechPart, wrong, "%s. It would work %.0f %% of the time on the %.0f hours that were recorded in %d days, and fall behind: %s", pace, load*100, recorded.Hours(), loadDays, advice)
	case factor > slow:
		return found(speechPart, note, "%s. The two tracks of a call take it longer than the call lasts: %s", pace, advice)
	}
	if recorded == 0 {
		return found(speechPart, well, "%s", pace)
	}
	return found(speechPart, well, "%s; what was recorded in %d days takes it %.1f hours", pace, loadDays, recorded.Hours()*tracks*factor)
}

// strangersAt says who else than this machine may use the server, or do more with it.
func strangersAt(ctx context.Context, s configs.Settings, client *transcription.Client) []finding {
	at, err := url.Parse(s.Transcription.URL)
	if err != nil { // its check has read it
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, doctorWait)
	defer cancel()
	if configs.Loopback(at.Hostname()) {
		return besideLoopback(ctx, client, ownAddresses())
	}
	return elsewhere(at.Hostname(), client.Exposed(ctx, ""))
}

// elsewhere judges a server on another machine.
func elsewhere(host string, e transcription.Exposure) []finding {
	if !e.Open {
		return nil
	}
	addr, err := netip.ParseAddr(host)
	if err == nil && addr.IsGlobalUnicast() && !addr.IsPrivate() {
		return found(speechPart, wrong, "%s is on the public Internet and takes sound without a key%s: put it behind a proxy with a key, or let a firewall keep all others away", host, loads(e))
	}
	return found(speechPart, note, "%s takes sound without a key%s: see that nobody but ringdesk reaches it (a network of its own, or a firewall)", host, loads(e))
}

// besideLoopback tells of a server that is used over loopback, and listens at this
// machine's other addresses, too.
func besideLoopback(ctx context.Context, client *transcription.Client, addresses []string) []finding {
	for _, a := range addresses {
		if e := client.Exposed(ctx, a); e.Open {
			return found(speechPart, wrong, "the server listens to other machines, too (at %s), and takes sound without a key%s: start it with --host 127.0.0.1", a, loads(e))
		}
	}
	return nil
}

// loads says what strangers can do with a whisper-server.
func loads(e transcription.Exposure) string {
	if !e.Loads {
		return ""
	}
	return "; a whisper-server also opens any file that a stranger names (/load), and ends if it is no model"
}

// ownAddresses are this machine's own that others may reach.
func ownAddresses() []string {
	all, _ := net.InterfaceAddrs() // without them nothing is asked
	var others []string
	for _, a := range all {
		if p, ok := a.(*net.IPNet); ok && p.IP.IsGlobalUnicast() && !p.IP.IsLoopback() {
			others = append(others, p.IP.String())
		}
	}
	return others
}
