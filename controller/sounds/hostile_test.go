package sounds_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"ringdesk/controller/sounds"
)

// mostMemory is what no upload may make the converter exceed, in KiB: its
// limit of private memory, and the libraries that it shares.
const mostMemory = 320 << 10

// format is a WAV's "fmt " chunk.
type format struct {
	tag, channels  uint16
	rate           uint32
	block, bits    uint16
	extra, trailer []byte // behind the chunk's fields, and between it and the samples
}

// file makes a WAV with these samples.
func (f format) file(samples int) []byte {
	le := binary.LittleEndian
	fmtChunk := le.AppendUint16(le.AppendUint16(nil, f.tag), f.channels)
	fmtChunk = le.AppendUint32(le.AppendUint32(fmtChunk, f.rate), f.rate*uint32(f.block))
	fmtChunk = append(le.AppendUint16(le.AppendUint16(fmtChunk, f.block), f.bits), f.extra...)
	body := le.AppendUint32([]byte("WAVEfmt "), uint32(len(fmtChunk)))
	body = append(append(body, fmtChunk...), f.trailer...)
	body = le.AppendUint32(append(body, "data"...), uint32(samples))
	body = append(body, bytes.Repeat([]byte{1}, samples)...)
	return append(le.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

// hostile are files that are small, and declare something huge.
func hostile() map[string][]byte {
	pcm := func(rate uint32, channels uint16) []byte {
		return format{tag: 1, channels: channels, rate: rate, block: 2 * channels, bits: 16}.file(288)
	}
	files := map[string][]byte{}
	// The resampler's table grows with the rate: 200 MHz took 1.7 GB.
	for _, rate := range []uint32{0, 1, 2, 384_000, 8_000_000, 20_000_000, 50_000_000, 100_000_007, 150_000_001, 200_000_033, 250_000_000, 1<<31 - 1, 1<<32 - 1} {
		files[fmt.Sprintf("WAV of %d Hz", rate)] = pcm(rate, 1)
	}
	for _, channels := range []uint16{0, 2, 8, 64, 512, 65535} {
		files[fmt.Sprintf("WAV of %d channels", channels)] = pcm(8000, channels)
		files[fmt.Sprintf("WAV of %d channels at 1 Hz", channels)] = pcm(1, channels)
	}
	// Codings of other programs, each with the smallest and the largest block.
	for _, tag := range []uint16{2, 3, 6, 7, 0x11, 0x22, 0x31, 0x45, 0x50, 0x55, 0x61, 0x69, 0x75, 0xFF, 0x160, 0x161, 0x162, 0x163, 0x166, 0x270, 0x401, 0x1602, 0x2000, 0xA106, 0xF1AC, 0xFFFE} {
		for _, block := range []uint16{1, 65535} {
			files[fmt.Sprintf("WAV of coding %#x, block %d", tag, block)] = format{tag: tag, channels: 2, rate: 8000, block: block, bits: 16, extra: make([]byte, 24)}.file(288)
		}
	}
	for _, size := range []uint32{1 << 20, 1 << 30, 1<<31 - 1, 1<<32 - 1} {
		long := binary.LittleEndian.AppendUint32
		for _, chunk := range []string{"LIST", "ID3 ", "bext", "SMV0", "XMA2", "ds64", "cue ", "fact", "fmt ", "JUNK"} {
			files[fmt.Sprintf("WAV with %s of %d bytes", chunk, size)] = format{tag: 1, channels: 1, rate: 8000, block: 2, bits: 16, trailer: long([]byte(chunk), size)}.file(288)
		}
		// ID3v2 tells sizes in 7 bits a byte (id3.org, ID3v2.4.0 3.1).
		tag := append([]byte("ID3\x04\x00\x00"), byte(size>>21&127), byte(size>>14&127), byte(size>>7&127), byte(size&127))
		files[fmt.Sprintf("MP3 with a tag of %d bytes", size)] = append(tag, "APIC\x7f\x7f\x7f\x7f\x00\x00\x00image/png\x00"...)
		// A Xing header may tell any number of frames.
		frame := append([]byte{0xFF, 0xFB, 0x90, 0xC4}, make([]byte, 413)...)
		copy(frame[36:], binary.BigEndian.AppendUint32([]byte("Xing\x00\x00\x00\x0f"), size))
		files[fmt.Sprintf("MP3 that tells of %d frames", size)] = bytes.Repeat(frame, 3)
		files[fmt.Sprintf("Ogg with a page of %d", size)] = long([]byte("OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00"), size)
	}
	return files
}

// childrenPeak is the largest memory that a child of this process ever took, in KiB.
func childrenPeak(t *testing.T) int64 {
	t.Helper()
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &use); err != nil {
		t.Fatal(err)
	}
	return use.Maxrss
}

// No upload takes more of the machine than a sound may, and each that is
// refused is so in words.
//
// Covers: SEC-4
func TestPutLimitsHostileFiles(t *testing.T) {
	for name, data := range hostile() {
		before, began := childrenPeak(t), time.Now()
		_, err := sounds.NewLibrary(t.TempDir(), "sox").Put(t.Context(), newSound(), bytes.NewReader(data))
		var bad *sounds.BadSoundError
		if err != nil && !errors.As(err, &bad) {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(began); took > 12*time.Second {
			t.Errorf("%s: %v", name, took)
		}
		if peak := childrenPeak(t); peak > mostMemory && before <= mostMemory {
			t.Errorf("%s (%d bytes): took %d MiB", name, len(data), peak>>10)
		}
	}
	t.Logf("largest: %d MiB", childrenPeak(t)>>10)
}

// What wants more is told so. No file is known that makes sox want it, so a program
// that writes without end stands for sox.
//
// Covers: SEC-4
func TestPutSaysWhatIsTooMuch(t *testing.T) {
	endless := filepath.Join(t.TempDir(), "endless")
	if err := os.WriteFile(endless, []byte("#!/bin/sh\nexec cat /dev/zero\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	data := format{tag: 1, channels: 1, rate: 8000, block: 2, bits: 16}.file(288)
	_, err := sounds.NewLibrary(t.TempDir(), endless).Put(t.Context(), newSound(), bytes.NewReader(data))
	var bad *sounds.BadSoundError
	if !errors.As(err, &bad) || !bytes.Contains([]byte(bad.Reason), []byte("more memory or time")) {
		t.Errorf("%d bytes: %v", len(data), err)
	}
}

// One upload of a workspace is converted at a time, three wait, the next is
// refused; another workspace is let through meanwhile.
//
// Covers: SEC-3, SEC-4
func TestPutOneAtATime(t *testing.T) {
	data := ffmpeg(t, "a.wav", "-i", tone("1"), "-ar", "8000")
	l, s := sounds.NewLibrary(t.TempDir(), "sox"), newSound()
	first, open := io.Pipe() // its sound comes in only when the test lets it
	var all sync.WaitGroup
	all.Go(func() {
		if _, err := l.Put(t.Context(), s, first); err != nil {
			t.Errorf("the first: %v", err)
		}
	})
	for _, piece := range [][]byte{data[:100], data[100:200]} { // the second is read when its turn has come
		if _, err := open.Write(piece); err != nil {
			t.Fatal(err)
		}
	}
	results := make(chan error, 8)
	for range 8 {
		all.Go(func() {
			other := newSound()
			other.WorkspaceID = s.WorkspaceID
			_, err := l.Put(t.Context(), other, bytes.NewReader(data))
			results <- err
		})
	}
	for range 5 { // nobody else is through before the first is
		if err := <-results; !errors.Is(err, sounds.ErrBusy) {
			t.Errorf("beyond three who wait: %v", err)
		}
	}
	if _, err := l.Put(t.Context(), newSound(), bytes.NewReader(data)); err != nil {
		t.Errorf("another workspace: %v", err)
	}
	given, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Put(given, s, bytes.NewReader(data)); !errors.Is(err, context.Canceled) && !errors.Is(err, sounds.ErrBusy) {
		t.Errorf("one who has gone: %v", err)
	}
	if _, err := open.Write(data[200:]); err != nil {
		t.Fatal(err)
	}
	open.Close()
	all.Wait()
	close(results)
	for err := range results {
		if err != nil {
			t.Errorf("one of those who waited: %v", err)
		}
	}
}

// Nobody else runs programs that convert sound, and so without their limits.
//
// Covers: SEC-4
func TestOnlyOnePackageConverts(t *testing.T) {
	out, err := exec.Command("grep", "-rlE", `exec\.(Command|CommandContext)`, "../..", "--include=*.go", "--exclude=*_test.go",
		"--exclude-dir=node_modules", "--exclude-dir=e2e", "--exclude-dir=testkit", "--exclude-dir=bench", "--exclude-dir=scripts", "--exclude-dir=.engine").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range bytes.Fields(out) {
		switch string(file) {
		case "../../controller/converter/converter.go", "../../cli/run_controller.go", "../../controller/asterisk/local/process.go", "../../controller/logkeep/keeper.go":
		default:
			t.Errorf("%s runs programs: if it converts sound, through controller/converter; else name it here", file)
		}
	}
}
