package freeswitch

import (
	"context"
	"errors"
	"strings"

	"ringdesk/controller/engine"
	"ringdesk/controller/freeswitch/esl"
)

// gone stands for something that is not there.
type gone struct{ what string }

func (g *gone) Error() string { return g.what + " is not there" }

// errElsewhere stands for a leg that is not where a command needs it, and
// errUnanswered for one that is not connected yet.
var (
	errElsewhere  = errors.New("the leg is elsewhere")
	errUnanswered = errors.New("the leg is not answered")
)

// command gives a failure the port's form.
func command(op string, err error) error {
	if err == nil {
		return nil
	}
	return &engine.Error{Op: op, Kind: classify(err), Err: err}
}

// classify says what a caller does about an error; see engine.Kind.
func classify(err error) engine.Kind {
	var away *gone
	var failure *esl.Failure
	switch {
	case errors.Is(err, esl.ErrUnsafe):
		return engine.KindRefused
	case errors.As(err, &away):
		return engine.KindGone
	case errors.Is(err, errElsewhere), errors.Is(err, errUnanswered):
		return engine.KindBusy
	case errors.As(err, &failure):
		return classifyFailure(failure.Text)
	case errors.Is(err, context.Canceled):
		return engine.KindTimeout // the caller did not wait: it may have happened
	default:
		return engine.KindOf(err)
	}
}

// goneWords are what FreeSWITCH's commands say of a channel or conference that
// is not there, in lower case.
var goneWords = []string{"no such", "cannot locate", "can't locate", "not found", "doesn't exist"}

func classifyFailure(text string) engine.Kind {
	text = strings.ToLower(text)
	for _, w := range goneWords {
		if strings.Contains(text, w) {
			return engine.KindGone
		}
	}
	return engine.KindRefused
}

// isGone says whether the thing that was meant is not there.
func isGone(err error) bool { return err != nil && classify(err) == engine.KindGone }
