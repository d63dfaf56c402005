package logkeep

import (
	"errors"
	"fmt"
	"os"
)

// file is a log that is never larger than max, with a few older ones beside
// it: NAME.1 is the newest of them.
type file struct {
	path string
	max  int64 // bytes
	old  int
	f    *os.File
	size int64
}

// write adds a line. A line that cannot be written is lost: nobody waits for a log.
func (l *file) write(line string) {
	if l.f == nil && l.open() != nil {
		return
	}
	if l.size+int64(len(line)) > l.max {
		if l.rotate() != nil {
			return
		}
	}
	n, err := l.f.WriteString(line)
	l.size += int64(n)
	if err != nil {
		_ = l.close()
	}
}

func (l *file) open() error {
	f, err := os.OpenFile(l.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	l.f, l.size = f, info.Size()
	return nil
}

func (l *file) rotate() error {
	err := l.close()
	for n := l.old; n > 0; n-- {
		from := fmt.Sprintf("%s.%d", l.path, n-1)
		if n == 1 {
			from = l.path
		}
		_ = os.Rename(from, fmt.Sprintf("%s.%d", l.path, n)) // there may be none yet
	}
	return errors.Join(err, l.open())
}

func (l *file) close() error {
	if l.f == nil {
		return nil
	}
	f := l.f
	l.f = nil
	return f.Close()
}
