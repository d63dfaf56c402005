package tone

import "time"

// The tones of DTMF keys in Hz, a low one of the row and a high one of the
// column (ITU-T Q.23).
var (
	lowHz   = []int{697, 770, 852, 941}
	highHz  = []int{1209, 1336, 1477, 1633}
	keyRows = []string{"123A", "456B", "789C", "*0#D"}
)

// KeyTones gives the two tones of a key.
func KeyTones(key rune) (low, high int, ok bool) {
	for row, keys := range keyRows {
		for column, k := range keys {
			if k == key {
				return lowHz[row], highHz[column], true
			}
		}
	}
	return 0, 0, false
}

const (
	// keyWindow tells neighbouring tones of keys apart.
	keyWindow = 30 * time.Millisecond
	// keyHop is the step from window to window; a key sounds for two of them at
	// least (ITU-T Q.24: 40 ms).
	keyHop = 10 * time.Millisecond
	// keyShare is the least share of the energy that each of a key's tones has.
	keyShare = 0.2
)

// Keys reads the keys that sound, in order.
func Keys(pcm []int16, rate int) string {
	var keys []byte
	last, run := byte(0), 0
	window, hop := Samples(rate, keyWindow), Samples(rate, keyHop)
	for at := 0; at+window <= len(pcm); at += hop {
		key := keyIn(pcm[at:at+window], rate)
		if key != last {
			last, run = key, 0
		}
		if run++; key != 0 && run == 2 {
			keys = append(keys, key)
		}
	}
	return string(keys)
}

// keyIn is the key that sounds all through; 0 for none.
func keyIn(pcm []int16, rate int) byte {
	if RMS(pcm) < 200 { // far below any key, and above what silence becomes in transit
		return 0
	}
	row, column := strongest(pcm, rate, lowHz), strongest(pcm, rate, highHz)
	if row < 0 || column < 0 {
		return 0
	}
	return keyRows[row][column]
}

func strongest(pcm []int16, rate int, hz []int) int {
	best, most := -1, keyShare
	for i, f := range hz {
		if s := share(pcm, rate, f); s > most {
			best, most = i, s
		}
	}
	return best
}
