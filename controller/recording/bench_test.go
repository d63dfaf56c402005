package recording_test

import (
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"ringdesk/controller/recording"
)

// BenchmarkMix_Hour mixes an hour of two parties who speak in turn, and tells
// the CPU time of it: ours, and lame's.
func BenchmarkMix_Hour(b *testing.B) {
	d := b.TempDir()
	var p recording.Plan
	for i, hz := range []int{440, 1000} {
		var parts []part
		for turn := range 360 {
			if turn%2 == i {
				parts = append(parts, part{10 * time.Second, hz})
			} else {
				parts = append(parts, part{10 * time.Second, 0})
			}
		}
		f := filepath.Join(d, string(rune('a'+i))+".wav")
		sound(b, f, 8000, parts...)
		p.Tracks = append(p.Tracks, recording.PlanTrack{File: f})
	}
	p.Out, p.Limit, p.Lame = filepath.Join(d, "rec.mp3"), time.Hour, "lame"
	own, lame := cpu(b, syscall.RUSAGE_SELF), cpu(b, syscall.RUSAGE_CHILDREN)
	for b.Loop() {
		if _, err := recording.Mix(b.Context(), p); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric((cpu(b, syscall.RUSAGE_SELF)-own).Seconds()/float64(b.N), "own-CPU-s/op")
	b.ReportMetric((cpu(b, syscall.RUSAGE_CHILDREN)-lame).Seconds()/float64(b.N), "ffmpeg-CPU-s/op")
	b.ReportAllocs()
}

func cpu(b *testing.B, who int) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(who, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
