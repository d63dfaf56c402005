// Package sim plays days of calls that never were: the product's Exchange with
// all that it consists of, on a store in memory, the in-memory media engine, a
// virtual clock and one thread. A seed is a whole history, down to the last
// event, so that what went wrong once goes wrong again.
//
// # A day
//
// A day invents one to three businesses with teams, agents, numbers and
// settings (scenario.go). Customers call, wait, press keys, talk and hang up at
// any moment (callers.go); agents answer, decline, ignore, reload their browser
// or lose it, do all that can be done in a call, place calls and supervise
// (agents.go). On most days things fail (faults.go): commands are refused, or
// run out of time, be they done or not; events come late, or again after a gap;
// the link breaks, at once or half-open; the disk is full; carriers answer
// nothing; the controller dies, also between saving a step and its effects.
//
// # What is real
//
// The Exchange runs as it does in earnest; only what it runs on is different.
// Its goroutines are coroutines here (threads.go), whose turns the dice decide;
// each transaction (tape.go) and each command (wire.go) takes its time, in which
// others go on. testkit/memstore keeps the rules of package models, by a test
// that compares them.
//
// # What must hold
//
// After every step (check.go): an agent has at most one live offer; a call has
// at most one winner and at most ten participants, nobody twice; it ends once,
// with one class, a missed one with one reason; its phases add up to its
// length; nothing changes after that; time has handled every deadline; no agent
// is offered to a call that an earlier one could have had; whoever has left a
// talk is idle since then, and nobody else. After every transaction nobody is
// claimed by a call that is not live.
//
// With every dial (hangups.go): no phone is dialled before the call before it
// has hung it up, and no dial waits for anything else.
//
// When nothing is under way for a call (sound.go): customer and agents hear whom
// they should and nobody else; one on hold hears no agent; a muted agent and a
// supervisor are not heard; a paused recording takes nothing down, one that
// runs is known; the store has the state that the call has. After a command that
// failed only what must never happen is looked at.
//
// Every two seconds (audit.go), for longer than is needed to mend it: claims and
// participants are the same; nobody waits in silence, nor for an agent who is
// free; no deadline has passed.
//
// At the end of the day: no leg, room, recording, playback, call or claim is
// left, every recording is to be mixed, every journal is without a gap, and the
// statistics made from it are those of the calls (seen.go). The product has
// logged no error, unless the disk was full.
//
// # When it fails
//
// The seed is printed. Show the day again with -trace (scripts/sim), mend what is
// wrong, and add the seed to the table in sim_test.go. A seed means another
// history once this package is changed.
package sim
