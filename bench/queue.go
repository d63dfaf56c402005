package main

import (
	"context"
	"time"
)

// The steps of the part with one queue and many agents.
const (
	queueOffer   = "queue-offer"   // an agent is always free
	queueCrowded = "queue-crowded" // callers always wait
	queueDecline = "queue-decline" // every other agent declines
)

// A call of this part is short, so that few agents take many calls. Its agent
// hangs up: a caller who waits cannot know when the talk begins.
const (
	queueRing = 100 * time.Millisecond
	queueTalk = 400 * time.Millisecond
)

// waiting is how many callers wait for each agent in the crowded step: enough
// that nobody who becomes free must wait for a caller.
const waiting = 2

// agentsBound is how many calls per second the agents could take if no time
// were lost between two calls.
func (o *options) agentsBound() float64 { return float64(o.agents) / (queueRing + queueTalk).Seconds() }

// queuePart measures one business whose calls go to one agent at a time, to
// whoever has been free the longest.
func (b *run) queuePart(ctx context.Context) error {
	p, err := b.startPair(ctx, partQueue, b.engine.names().Queue, &scene{Team: b.agents})
	if err != nil {
		return err
	}
	short := manner{Ring: queueRing, Talk: queueTalk, AgentEnds: true}
	if err := p.warmUp(ctx, step{Part: partQueue, Number: queueNumber(willing), manner: short}); err != nil {
		return err
	}
	bound := int(b.agentsBound())
	for range b.rounds {
		for _, st := range []step{
			{Part: queueOffer, Rate: b.queueRate, Length: b.length, Number: queueNumber(willing)},
			{Part: queueDecline, Rate: max(1, b.queueRate/2), Length: b.length, Number: queueNumber(reluctant)},
			// They come faster than they can be taken until AtOnce are there, and then as they go.
			{Part: queueCrowded, Rate: 2 * bound, Length: b.length / 4, Number: crowdedNumber, AtOnce: (1 + waiting) * b.agents},
		} {
			st.manner = short
			for _, s := range p.systems() {
				m, err := b.step(ctx, p, s, st)
				if err != nil {
					return err
				}
				if st.Part != queueOffer {
					say("           taken %.1f/s, offered again after p50 %.1f ms, p99 %.1f ms", m.Taken, ms(percentile(m.reoffer, 50)), ms(percentile(m.reoffer, 99)))
				}
			}
		}
	}
	return nil
}
