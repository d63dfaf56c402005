// Package recording makes a call's recording: it mixes the tracks, one per
// speaker, into one MP3 with its waveform.
//
// The engine writes what each party says into a WAV file of its own. When a
// call is over and its tracks are closed, the call's transaction adds a task
// of kind TaskKind. The Worker takes it, lays the tracks on one time line
// (plan.go), mixes them (mix.go) and notes the result in one transaction. The
// tracks stay: they are the master.
//
// A task is done at least once. An attempt is counted before it is made, under
// a lease that is renewed while the work goes on; after a crash the lease runs
// out and the task is due again. The MP3 gets its name only when it is whole
// and on the disk, so a repetition replaces like with like.
package recording
