// Package sim plays days of calls that never were: the real call.Step, the
// real search for agents, the real plans and outbound policy, and the
// in-memory media engine, on a virtual clock and one thread. A seed is a whole
// history, down to the last event, so that what went wrong once goes wrong again.
//
// # A day
//
// A day invents one to three businesses with teams, agents, numbers and
// settings (scenario.go). Customers call, wait, press keys, talk and hang up at
// any moment (callers.go); agents answer, decline, ignore, reload their browser
// or lose it, do all that can be done in a call, place calls and supervise
// (agents.go). On most days things fail (faults.go): commands are refused, or
// run out of time, be they done or not; events come late, or again after a gap;
// the link breaks, at once or half-open; the controller dies, also between
// saving a step and its effects.
//
// Three parts stand in for what has goroutines and a database in earnest:
// controller and runner for call's Exchange and runners (controller.go,
// runner.go, intake.go), saving for what a step writes (saving.go), desk for
// package models (desk.go). They keep to the order of the real ones: inputs of
// a call one at a time, saved before its effects, commands of a call in
// sequence. A new controller reads the calls as JSON, as from the database.
//
// # What must hold
//
// After every step (check.go): an agent has at most one live offer; a call has
// at most one winner and at most ten participants, nobody twice; it ends once,
// with one class, a missed one with one reason; its phases add up to its
// length; nothing changes after that; time has handled every deadline; no agent
// is offered to a call that an earlier one could have had.
//
// When nothing is under way for a call (sound.go): customer and agents hear whom
// they should and nobody else; one on hold hears no agent; a muted agent and a
// supervisor are not heard; a paused recording takes nothing down, one that
// runs is known. After a command that failed only what must never happen is
// looked at.
//
// Every two seconds (audit.go), for longer than is needed to mend it: claims and
// participants are the same; nobody waits in silence, nor for an agent who is
// free; no deadline has passed.
//
// At the end of the day: no leg, room, recording, playback, call or claim is
// left, and the statistics made from the journal are those of the calls
// (seen.go).
//
// # When it fails
//
// The seed is printed. Show the day again with -trace (scripts/sim), mend what is
// wrong, and add the seed to the table in sim_test.go. A seed means another
// history once this package is changed.
package sim
