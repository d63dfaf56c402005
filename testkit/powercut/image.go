package powercut

import (
	"errors"
	"iter"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
)

// Image writes into an empty folder what the disk may hold after a power cut: everything that was on it for certain, and
// of the rest as much as the dice say.
func (l *Log) Image(cut int, dice *rand.Rand, to string) error {
	i := image{events: l.events[:cut], dice: dice, kept: keeping[dice.IntN(len(keeping))], safe: make(map[*file]int)}
	for _, e := range i.events {
		if e.synced != nil {
			i.safe[e.of] = max(i.safe[e.of], *e.synced)
		}
	}
	return i.folder(l, l.root, to)
}

// keeping are the shares of what was not synced that a disk keeps: the extremes are the likeliest to show a fault.
var keeping = []float64{0, 0.05, 0.5, 0.95, 1}

type image struct {
	events []event
	dice   *rand.Rand
	kept   float64
	safe   map[*file]int // events before this are on the disk
}

// keeps says whether something of an event is on the disk.
func (i *image) keeps(of *file, event int) bool {
	return event < i.safe[of] || i.dice.Float64() < i.kept
}

func (i *image) folder(l *Log, of *file, to string) error {
	names, order := make(map[string]*file), []string{}
	put := func(is string, f *file) {
		if _, known := names[is]; !known {
			order = append(order, is)
		}
		names[is] = f
	}
	for is, f := range sorted(l.start[of].names) {
		put(is, f)
	}
	for n, e := range i.events {
		if e.of == of && e.name != nil && i.keeps(of, n) {
			put(e.name.is, e.name.of)
		}
	}
	for _, is := range order {
		f, path := names[is], filepath.Join(to, is)
		var err error
		switch {
		case f == nil: // nothing has this name
		case f.folder:
			err = errors.Join(os.Mkdir(path, 0o700), i.folder(l, f, path))
		default:
			err = os.WriteFile(path, i.bytes(l, f), 0o600)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// bytes are what is in a file.
func (i *image) bytes(l *Log, of *file) []byte {
	b := append([]byte(nil), l.start[of].bytes...)
	for n, e := range i.events {
		switch {
		case e.of != of:
		case e.length != nil:
			if i.keeps(of, n) {
				b = resized(b, *e.length)
			}
		case e.write != nil:
			b = i.written(b, of, n, *e.write)
		}
	}
	return b
}

// written keeps of a write some of its sectors.
func (i *image) written(b []byte, of *file, n int, w write) []byte {
	for from := 0; from < len(w.bytes); {
		at := w.at + int64(from)
		size := min(len(w.bytes)-from, int(sectorBytes-at%sectorBytes))
		end := at + int64(size)
		if i.keeps(of, n) {
			b = resized(b, max(end, int64(len(b))))
			copy(b[at:end], w.bytes[from:from+size])
		} else if end > int64(len(b)) && i.dice.IntN(2) == 0 { // the file is longer, but what belongs there is not written
			b = resized(b, end)
		}
		from += size
	}
	return b
}

func resized(b []byte, length int64) []byte {
	if length <= int64(len(b)) {
		return b[:length:length]
	}
	return append(b, make([]byte, length-int64(len(b)))...)
}

func sorted(names map[string]*file) iter.Seq2[string, *file] {
	return func(yield func(string, *file) bool) {
		for _, is := range slices.Sorted(maps.Keys(names)) {
			if !yield(is, names[is]) {
				return
			}
		}
	}
}
