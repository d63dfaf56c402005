package recording

// ceiling is the loudest the mix may be: -1 dBFS. MP3 coding overshoots a little.
const ceiling = 29204

// recovery is how much the gain may rise in one block: from half back to full
// in a quarter of a second.
const recovery = 0.02

// limiter turns the mix down while parties speak loudly at once, so that their
// sum never clips. It looks one block ahead: the gain is down before the loud
// block begins. Over a block the gain goes in a straight line between two
// values that are both low enough for that block.
type limiter struct {
	gain  float32
	block []float32 // waits to be given
	peak  float32   // of block
}

func newLimiter() *limiter {
	return &limiter{gain: 1, block: make([]float32, 0, blockSamples)}
}

// next takes a block and gives the one before it, which is valid until the
// next call. The first call gives nothing.
func (l *limiter) next(block, out []float32) []float32 {
	peak := loudest(block)
	out = l.emit(peak, out)
	l.block, l.peak = append(l.block[:0], block...), peak
	return out
}

// last gives the last block.
func (l *limiter) last(out []float32) []float32 { return l.emit(0, out) }

func (l *limiter) emit(nextPeak float32, out []float32) []float32 {
	to := min(l.gain+recovery, gainFor(l.peak), gainFor(nextPeak))
	out = out[:len(l.block)]
	step := (to - l.gain) / float32(max(1, len(out)))
	for i, v := range l.block {
		out[i] = v * (l.gain + step*float32(i+1))
	}
	l.gain = to
	return out
}

func gainFor(peak float32) float32 {
	if peak <= ceiling {
		return 1
	}
	return ceiling / peak
}

func loudest(block []float32) float32 {
	var peak float32
	for _, v := range block {
		peak = max(peak, v, -v)
	}
	return peak
}
