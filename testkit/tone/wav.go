package tone

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// WAV is a mono 16-bit sound.
type WAV struct {
	Rate int
	PCM  []int16
}

// Errors of reading a WAV file.
var (
	ErrNotWAV      = errors.New("tone: not a RIFF/WAVE file")
	ErrUnsupported = errors.New("tone: only 16-bit PCM, mono")
)

// ReadFile reads a WAV file. A file that is still being written, whose header
// gives no length yet, is read to its end.
func ReadFile(path string) (WAV, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return WAV{}, err
	}
	w, err := parse(b)
	if err != nil {
		return WAV{}, fmt.Errorf("%s: %w", path, err)
	}
	return w, nil
}

// parse walks the RIFF chunks (Microsoft, Multimedia Programming Interface and
// Data Specifications 1.0, 1991).
func parse(b []byte) (WAV, error) {
	if len(b) < 12 || string(b[:4]) != "RIFF" || string(b[8:12]) != "WAVE" {
		return WAV{}, ErrNotWAV
	}
	var w WAV
	for b = b[12:]; len(b) >= 8; {
		id, size := string(b[:4]), int64(binary.LittleEndian.Uint32(b[4:8]))
		body := b[8:]
		unfinished := id == "data" && (size == 0 || size > int64(len(body)))
		if unfinished {
			size = int64(len(body))
		}
		if size > int64(len(body)) {
			return WAV{}, io.ErrUnexpectedEOF
		}
		switch id {
		case "fmt ":
			if size < 16 {
				return WAV{}, io.ErrUnexpectedEOF
			}
			format, channels := binary.LittleEndian.Uint16(body), binary.LittleEndian.Uint16(body[2:])
			bits := binary.LittleEndian.Uint16(body[14:])
			if format != 1 || channels != 1 || bits != 16 {
				return WAV{}, fmt.Errorf("%w: format %d, %d channels, %d bits", ErrUnsupported, format, channels, bits)
			}
			w.Rate = int(binary.LittleEndian.Uint32(body[4:]))
		case "data":
			if w.Rate == 0 {
				return WAV{}, ErrNotWAV
			}
			w.PCM = make([]int16, size/2)
			for i := range w.PCM {
				w.PCM[i] = int16(binary.LittleEndian.Uint16(body[2*i:]))
			}
			return w, nil
		}
		b = body[min(int64(len(body)), size+size%2):]
	}
	return WAV{}, io.ErrUnexpectedEOF
}

// WriteFile writes a WAV file.
func (w WAV) WriteFile(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	err = w.write(f)
	return errors.Join(err, f.Close())
}

func (w WAV) write(out io.Writer) error {
	size := 2 * len(w.PCM)
	b := make([]byte, 0, 44+size)
	b = append(b, "RIFF"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(36+size))
	b = append(b, "WAVEfmt "...)
	b = binary.LittleEndian.AppendUint32(b, 16)
	b = binary.LittleEndian.AppendUint16(b, 1)
	b = binary.LittleEndian.AppendUint16(b, 1)
	b = binary.LittleEndian.AppendUint32(b, uint32(w.Rate))
	b = binary.LittleEndian.AppendUint32(b, uint32(2*w.Rate))
	b = binary.LittleEndian.AppendUint16(b, 2)
	b = binary.LittleEndian.AppendUint16(b, 16)
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(size))
	for _, s := range w.PCM {
		b = binary.LittleEndian.AppendUint16(b, uint16(s))
	}
	_, err := out.Write(b)
	return err
}
