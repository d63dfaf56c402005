package sounds

import (
	"encoding/binary"
	"math"
)

// musicRecipe is raised when the tune changes, so that it is made anew.
const musicRecipe = 1

// The tune: one chord a bar, broken into eight notes, as MIDI numbers (69 is
// 440 Hz). All lie between 196 and 880 Hz, which a telephone carries.
var bars = [][8]int{
	{60, 64, 67, 71, 72, 71, 67, 64}, // C major 7
	{57, 60, 64, 67, 72, 67, 64, 60}, // A minor 7
	{62, 65, 69, 72, 74, 72, 69, 65}, // D minor 7
	{55, 62, 65, 71, 74, 71, 65, 62}, // G 7
	{60, 64, 67, 71, 76, 71, 67, 64}, // C major 7
	{65, 69, 72, 76, 77, 76, 72, 69}, // F major 7
	{62, 65, 69, 72, 77, 72, 69, 65}, // D minor 7
	{55, 60, 62, 67, 71, 67, 65, 62}, // G 7, suspended and resolved
}

const (
	noteLength = rate * 2 / 5 // samples from one note to the next: 0.4 s
	noteDecay  = 0.9          // seconds until a note has a third of its loudness
	noteAttack = 0.01         // seconds in which it begins
	noteLevel  = 0.09         // of full scale; five notes sound at a time
)

// overtones are how loud each multiple of a note's frequency is.
var overtones = [...]float64{1, 0.35, 0.12, 0.05}

// tune is some 26 s of quiet music that goes on where it began: what still sounds
// at its end sounds into its beginning.
func tune() []int16 {
	sum := make([]float64, len(bars)*len(bars[0])*noteLength)
	for b, bar := range bars {
		for i, note := range bar {
			addNote(sum, (b*len(bar)+i)*noteLength, 440*math.Exp2(float64(note-69)/12))
		}
	}
	pcm := make([]int16, len(sum))
	for i, v := range sum {
		pcm[i] = int16(math.Round(math.MaxInt16 * math.Tanh(v)))
	}
	return pcm
}

// addNote strikes a note of a frequency in Hz.
func addNote(sum []float64, at int, hz float64) {
	for i := range int(5 * noteDecay * rate) {
		t := float64(i) / rate
		v := noteLevel * math.Exp(-t/noteDecay) * min(1, t/noteAttack)
		for n, share := range overtones {
			sum[(at+i)%len(sum)] += v * share * math.Sin(2*math.Pi*hz*float64(n+1)*t)
		}
	}
}

// samplesOf gives samples as a WAV file holds them.
func samplesOf(pcm []int16) []byte {
	b := make([]byte, 0, 2*len(pcm))
	for _, v := range pcm {
		b = binary.LittleEndian.AppendUint16(b, uint16(v))
	}
	return b
}
