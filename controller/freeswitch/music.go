package freeswitch

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// silenceStream has no end, and is sent as sound: a far side that gets nothing
// takes a call for dead.
const silenceStream = "silence_stream://-1"

const (
	musicRate  = 8000 // samples per second of Options.MusicFile
	wavHeader  = 44   // bytes before its samples
	sampleSize = 2    // bytes
)

// music is the applications that play the hold music without an end and without
// a hole (FreeSWITCH's local_stream pauses for a second at each round of its
// folder). The music runs as if it had never stopped: a customer who is put on hold
// for the second time does not hear the same beginning. Should the file be gone,
// silence follows.
func (a *Adapter) music(now time.Time) string {
	file := a.opt.MusicFile
	if file == "" {
		return "playback:" + silenceStream
	}
	rest := "endless_playback:" + file + ",playback:" + silenceStream
	info, err := os.Stat(file)
	if err != nil {
		return rest
	}
	samples := (info.Size() - wavHeader) / sampleSize
	if samples <= 0 {
		return rest
	}
	at := now.UnixMilli() * (musicRate / 1000) % samples
	return fmt.Sprintf("playback:%s@@%d,%s", file, at, rest)
}

// isMusic says whether what an application was given is of music's.
func (a *Adapter) isMusic(data string) bool {
	file, _, _ := strings.Cut(data, "@@")
	return data != "" && (file == a.opt.MusicFile || data == silenceStream)
}
