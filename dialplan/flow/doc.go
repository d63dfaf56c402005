// Package flow runs the flows of a workspace (DP-1, INBOX-6).
//
// A Program is what package lang makes of flows in text form: data, that nobody
// changes, that can be written as JSON, and that each part of knows the line it
// stands in. Next is the one way in which a call goes through it: a pure, total
// function of the program, where the call stands, one input and the moment. It
// gives where the call stands then, and what shall happen. The controller runs
// calls by it, and package simulate shows what a call would do.
//
// Nothing here does I/O: a lookup is an action, its result an input.
package flow
