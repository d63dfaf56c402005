// Package powercut records what a program does to the files of a folder, and makes
// what a disk may hold of them after a power cut.
//
// What POSIX promises counts, and nothing else: of a file, what was written before an
// fsync of it began that has returned; of a folder, the names that were made, moved or
// removed before an fsync of the folder began that has returned. Of all later writes
// any sectors may be there and others not, in any order, and of all later changes to
// names any.
//
// What the program has acknowledged is in the same record: each of its writes to
// standard output, in the moment in which it begins.
package powercut

import "slices"

// sectorBytes are written by a disk as a whole or not at all.
const sectorBytes = 512

// Log is the record of a program.
type Log struct {
	Folder string // whose files are recorded

	root   *file
	start  map[*file]contents // before the program began, all of it on the disk
	events []event
}

// file is a file or a folder, whatever its name is.
type file struct {
	folder bool
	first  string // the first name that it had, below the log's folder
}

type contents struct {
	bytes []byte
	names map[string]*file
}

// event is one thing that happened. Only one of its fields after the first is used.
type event struct {
	of *file // nil for an acknowledgement

	write  *write
	length *int64 // a file was cut off, or made longer, to this
	name   *name
	synced *int   // everything of the file before this event is on the disk
	told   string // what was acknowledged
}

type write struct {
	at    int64
	bytes []byte
}

// name is what a name in a folder stands for from now on: nil for nothing.
type name struct {
	is string
	of *file
}

// Cuts is in how many moments the power can fail: before the first event, between two, and after the last.
func (l *Log) Cuts() int { return len(l.events) + 1 }

// Told is what the program has acknowledged before a cut, in order.
func (l *Log) Told(cut int) []string {
	var told []string
	for _, e := range l.events[:cut] {
		if e.of == nil {
			told = append(told, e.told)
		}
	}
	return told
}

// FirstTold is the first cut after an acknowledgement.
func (l *Log) FirstTold() int {
	return 1 + slices.IndexFunc(l.events, func(e event) bool { return e.of == nil })
}

// Without is the record of a program that had not synced the files that dropped chooses by
// the first names that they had, relative to the log's folder ("." is the folder itself). It shows whether a
// test would find that.
func (l *Log) Without(dropped func(file string) bool) *Log {
	other := *l
	other.events = slices.Clone(l.events)
	for i, e := range other.events {
		if e.synced != nil && dropped(e.of.first) {
			other.events[i].synced = new(0)
		}
	}
	return &other
}

// Syncs is how often the files that chosen chooses were synced.
func (l *Log) Syncs(chosen func(file string) bool) (n int) {
	for _, e := range l.events {
		if e.synced != nil && chosen(e.of.first) {
			n++
		}
	}
	return n
}
