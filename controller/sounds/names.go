// Package sounds names what callers hear, puts sentences together from
// recorded parts, and keeps the sounds that workspaces bring themselves.
//
// A sound's name for the media engine is its path below the sounds folder
// without ".wav": "ko/please-wait" is built in, "custom/WORKSPACE/ID" was
// uploaded. The texts of the built-in ones stand in catalogue/;
// scripts/build-sounds.sh speaks them.
package sounds

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
)

// The languages of prompts.
const (
	Korean  = "ko"
	English = "en"
)

// Languages are all languages that there are prompts in.
var Languages = []string{Korean, English}

// The prompts that can be played as they are, with Say.
const (
	Greeting          = "greeting"           // without a word on recording
	GreetingRecorded  = "greeting-recorded"  // says that the call is recorded and a supervisor may listen (END-1, CALL-7)
	Closed            = "closed"             // outside operating hours
	Unavailable       = "unavailable"        // nobody can take the call
	TryLater          = "try-later"          // goes well after Unavailable
	QueueFull         = "queue-full"         // too many wait already
	PleaseWait        = "please-wait"        // all agents are busy, the caller waits
	CallbackConfirmed = "callback-confirmed" // the place in the queue is kept, the caller may hang up
	CallbackGreeting  = "callback-greeting"  // the first that a caller hears who is called back
	VoicemailPrompt   = "voicemail-prompt"   // asks for a message after the tone; Beep follows
	VoicemailThanks   = "voicemail-thanks"   // for callers who are still there after their message
	Beep              = "beep"               // a tone
	SurveyQuestion    = "survey-question"    // asks for a key from 1 to 5
	SurveyThanks      = "survey-thanks"      // after an answer
	KeyInvalid        = "key-invalid"        // the key that was pressed means nothing here
	Warning           = "warning"            // agent protection: abuse ends the call (CALL-7)
	Closing           = "closing"            // agent protection: the call ends now (CALL-7)
	Connecting        = "connecting"         // an agent is about to be connected
	Transferring      = "transferring"       // another agent is about to be connected
	BusyLine          = "busy-line"          // too many calls at the moment (MISS-1 inboundRateLimit)
	NumberInvalid     = "number-invalid"     // the number dialled is not in use (MISS-1 unregisteredNumber)
)

// What a key can be offered for, with Offer.
const (
	CallbackOffer  = "callback-offer"
	VoicemailOffer = "voicemail-offer"
)

// The parts of Position and Wait.
const (
	queueNext   = "queue-next"
	queueLong   = "queue-long"
	queueBefore = "queue-position-before"
	queueAfter  = "queue-position-after"
	waitShort   = "wait-short"
	waitMinute  = "wait-minute"
	waitBefore  = "wait-before"
	waitAfter   = "wait-after"
	waitLong    = "wait-long"
)

//go:embed catalogue/*.txt
var catalogueFiles embed.FS

// Prompt is a line of the catalogue.
type Prompt struct {
	Name     string
	Language string
	Text     string // what is said; of Beep: Hz and seconds
}

// Catalogue gives all built-in prompts, by language and then in the order of
// its file.
var Catalogue = sync.OnceValue(func() []Prompt {
	var all []Prompt
	for _, language := range Languages {
		text, err := catalogueFiles.ReadFile("catalogue/" + language + ".txt")
		if err != nil {
			panic(fmt.Sprintf("sounds: the build lacks a catalogue: %v", err))
		}
		for line := range strings.Lines(string(text)) {
			name, said, _ := strings.Cut(strings.TrimSpace(line), " ")
			if name != "" && !strings.HasPrefix(name, "#") {
				all = append(all, Prompt{Name: name, Language: language, Text: strings.TrimSpace(said)})
			}
		}
	}
	return all
})

var catalogueIndex = sync.OnceValue(func() map[string]Prompt {
	index := make(map[string]Prompt)
	for _, p := range Catalogue() {
		index[Say(p.Language, p.Name)] = p
	}
	return index
})

// Lookup finds a built-in prompt.
func Lookup(language, name string) (Prompt, bool) {
	p, ok := catalogueIndex()[path.Join(language, name)]
	return p, ok
}

// Say gives the engine's name of a prompt in a language; English stands in for
// a language that there is none in. The empty name stays empty.
func Say(language, name string) string {
	if name == "" {
		return ""
	}
	return spoken(language) + "/" + name
}

func spoken(language string) string {
	if slices.Contains(Languages, language) {
		return language
	}
	return English
}
