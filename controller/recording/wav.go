package recording

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// Why a track cannot be mixed.
var (
	errNotWAV      = errors.New("not a RIFF/WAVE file")
	errUnsupported = errors.New("not mono 16-bit PCM of 8 or 16 kHz")
)

// wav is an open sound file that stands at its first sample.
type wav struct {
	file *os.File
	rate int   // samples per second: 8000 or 16000
	left int64 // samples that have not been read
	r    *bufio.Reader
	raw  []byte
}

// openWAV opens a mono WAV of 16-bit samples. A file that its writer never
// finished, whose header gives no length or a wrong one, counts to its end;
// an empty file is a sound of length 0.
func openWAV(path string) (*wav, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	w := &wav{file: f}
	if err := w.header(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	w.r = bufio.NewReaderSize(f, 64<<10)
	return w, nil
}

func (w *wav) close() error { return w.file.Close() }

// length is how long the unread sound lasts.
func (w *wav) length() time.Duration {
	if w.rate == 0 {
		return 0
	}
	return time.Duration(w.left) * time.Second / time.Duration(w.rate)
}

// header finds the samples. The chunks are those of RIFF (Microsoft,
// Multimedia Programming Interface and Data Specifications 1.0, 1991, chapter
// 2): an id, the length of the body, the body padded to an even length.
func (w *wav) header() error {
	info, err := w.file.Stat()
	if err != nil {
		return err
	}
	end := info.Size()
	if end == 0 {
		return nil
	}
	var riff [12]byte
	if n, err := w.file.ReadAt(riff[:], 0); err != nil && n < len(riff) {
		return errNotWAV
	}
	if string(riff[:4]) != "RIFF" || string(riff[8:]) != "WAVE" {
		return errNotWAV
	}
	for at := int64(len(riff)); at+8 <= end; {
		id, size, err := w.chunk(at)
		if err != nil {
			return err
		}
		at += 8
		switch id {
		case "fmt ":
			if err := w.format(at, size); err != nil {
				return err
			}
		case "data":
			return w.data(at, size, end)
		}
		at += size + size%2
	}
	return nil // it was cut off before the first sample
}

func (w *wav) chunk(at int64) (id string, size int64, err error) {
	var b [8]byte
	if _, err := w.file.ReadAt(b[:], at); err != nil {
		return "", 0, err
	}
	return string(b[:4]), int64(binary.LittleEndian.Uint32(b[4:])), nil
}

func (w *wav) format(at, size int64) error {
	var b [16]byte
	if size < int64(len(b)) {
		return errNotWAV
	}
	if n, err := w.file.ReadAt(b[:], at); err != nil && n < len(b) {
		return errNotWAV
	}
	const pcm = 1
	le := binary.LittleEndian
	coding, channels, rate, bits := le.Uint16(b[:]), le.Uint16(b[2:]), le.Uint32(b[4:]), le.Uint16(b[14:])
	if coding != pcm || channels != 1 || bits != 16 || (rate != 8000 && rate != 16000) {
		return fmt.Errorf("%w: coding %d, %d channels, %d Hz, %d bits", errUnsupported, coding, channels, rate, bits)
	}
	w.rate = int(rate)
	return nil
}

func (w *wav) data(at, size, end int64) error {
	if w.rate == 0 {
		return errNotWAV
	}
	if size == 0 || at+size > end || !w.chunksFrom(at+size+size%2, end) {
		size = end - at
	}
	w.left = size / 2
	_, err := w.file.Seek(at, io.SeekStart)
	return err
}

// chunksFrom says whether whole chunks with ids in ASCII fill the file from at
// to its end. If they do not, what stands there is sound, and the length
// before it is wrong.
func (w *wav) chunksFrom(at, end int64) bool {
	for at < end {
		if at+8 > end {
			return false
		}
		id, size, err := w.chunk(at)
		if err != nil || strings.ContainsFunc(id, func(r rune) bool { return r < ' ' || r > '~' }) {
			return false
		}
		at += 8 + size + size%2
	}
	return at <= end+1 // the last pad byte may be missing
}

// read fills pcm, as far as there is sound, with samples of ±32768.
func (w *wav) read(pcm []float32) (int, error) {
	n := int(min(int64(len(pcm)), w.left))
	if cap(w.raw) < 2*n {
		w.raw = make([]byte, 2*n)
	}
	raw := w.raw[:2*n]
	if _, err := io.ReadFull(w.r, raw); err != nil {
		return 0, fmt.Errorf("%s: %w", w.file.Name(), err)
	}
	for i := range n {
		pcm[i] = float32(int16(binary.LittleEndian.Uint16(raw[2*i:])))
	}
	w.left -= int64(n)
	return n, nil
}
