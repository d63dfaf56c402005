// Package recording makes a call's recording: it mixes the tracks, one per
// speaker, into one MP3 with its waveform.
//
// The engine writes what each party says into a WAV file of its own. When a
// call is over and its tracks are closed, the call's transaction adds a task
// of kind models.TaskMix. The Mixer does it (package tasks): it lays the tracks
// on one time line (plan.go), mixes them (mix.go), and writes the result in one
// transaction with the task's end. The tracks stay: they are the master.
//
// The MP3 gets its name only when it is whole and on the disk, so a repetition
// replaces like with like.
package recording
