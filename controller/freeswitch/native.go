package freeswitch

import (
	"context"
	"encoding/xml"
	"fmt"
	"regexp"
	"time"

	"ringdesk/controller/engine"
)

const (
	// nativeContext is the context of the installation's own extensions that calls
	// are handed over to.
	nativeContext = "native"
	// nativeCall is the variable that tells such an extension our call id.
	nativeCall = "ringdesk_call"
	// roleNative is the role of a call that was handed over.
	roleNative = "native"
)

// HandOver implements engine.Commands. The limit on waiting callers is taken off: it
// would end the call in the middle of the extension.
func (a *Adapter) HandOver(ctx context.Context, req engine.HandOverRequest) error {
	return command("HandOver", a.handOver(ctx, req))
}

func (a *Adapter) handOver(ctx context.Context, req engine.HandOverRequest) error {
	if err := req.Check(); err != nil {
		return err
	}
	if !a.with(req.Leg, func(*leg) {}) {
		return &gone{"leg " + string(req.Leg)}
	}
	there, err := a.hasNative(ctx, req.Extension)
	if err != nil {
		return err
	}
	if !there {
		return engine.Refuse("there is no extension %q in the context %s of the own dialplan", req.Extension, nativeContext)
	}
	// From here on the keeper of limits leaves it alone.
	marked := false
	a.with(req.Leg, func(l *leg) { l.leaving, marked = true, l.marked })
	err = a.dropLimit(ctx, req.Leg)
	if err == nil {
		settings := nativeCall + "=" + req.Call + ";" + roleVariable + "=" + roleNative
		if marked {
			settings += unpairedSettings()
		}
		err = a.onLeg(ctx, req.Leg, "uuid_setvar_multi", settings)
	}
	if err == nil {
		err = a.onLeg(ctx, req.Leg, "uuid_transfer", req.Extension+" XML "+nativeContext)
	}
	if err != nil {
		a.with(req.Leg, func(l *leg) { l.leaving = false })
		return err
	}
	// The channel goes on: nothing tells that it is ours no longer.
	a.made.Emit(engine.LegEnded{Leg: req.Leg, At: time.Now(), Cause: engine.CauseNormal, HandedOver: true})
	return nil
}

// hasNative says whether the own dialplan has an extension for a name: one whose
// condition on destination_number fits it. A pattern that only FreeSWITCH can read
// counts as one that fits.
func (a *Adapter) hasNative(ctx context.Context, name string) (bool, error) {
	text, err := a.commands.API(ctx, "xml_locate dialplan context name "+nativeContext)
	if err != nil {
		return false, err
	}
	var found struct {
		Extensions []struct {
			Conditions []struct {
				Field      string `xml:"field,attr"`
				Expression string `xml:"expression,attr"`
			} `xml:"condition"`
		} `xml:"extension"`
	}
	if err := xml.Unmarshal([]byte(text), &found); err != nil {
		return false, fmt.Errorf("xml_locate: %w", err)
	}
	for _, e := range found.Extensions {
		for _, c := range e.Conditions {
			if c.Field != "destination_number" {
				continue
			}
			if pattern, err := regexp.Compile(c.Expression); err != nil || pattern.MatchString(name) {
				return true, nil
			}
		}
	}
	return false, nil
}
