package logkeep

import (
	"errors"
	"sync"
)

// Writer is a log that begins anew when it is full, with a few older ones beside it:
// NAME.1 is the newest of them. It may be used by several goroutines.
type Writer struct {
	mu   sync.Mutex
	file file
	done bool
}

// errClosed comes from a Writer that was closed.
var errClosed = errors.New("logkeep: the log is closed")

// NewWriter opens a log of at most max bytes, beside which old ones stay.
func NewWriter(path string, max int64, old int) (*Writer, error) {
	w := &Writer{file: file{path: path, max: max, old: old}}
	return w, w.file.open()
}

// Write adds lines. What cannot be written is lost, such as on a full disk: nobody
// waits for a log.
func (w *Writer) Write(lines []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.done {
		return 0, errClosed
	}
	w.file.write(string(lines))
	return len(lines), nil
}

// Close closes the file.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done = true
	return w.file.close()
}
