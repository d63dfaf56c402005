package recording

import "math"

// reach is how many neighbours on each side an interpolated sample is made of:
// the mirror image of a sound up to 3 kHz then lies 60 dB below it.
const reach = 12

// interpolation holds the weights of the neighbours, nearest first: a half-band
// low-pass, sinc under a Blackman window, whose sum over both sides is 1.
var interpolation = func() (c [reach]float32) {
	var w [reach]float64
	sum := 0.0
	for k := range w {
		x := float64(k) + 0.5
		edge := math.Pi * x / reach
		w[k] = math.Sin(math.Pi*x) / (math.Pi * x) * (0.42 + 0.5*math.Cos(edge) + 0.08*math.Cos(2*edge))
		sum += 2 * w[k]
	}
	for k := range c {
		c[k] = float32(w[k] / sum)
	}
	return c
}()

// doubler gives an 8 kHz sound at 16 kHz, without delay: each sample stays
// where it is, and one is made between it and the next.
type doubler struct {
	src   *wav
	left  int64 // source samples that have not been given
	line  []float32
	ready bool
}

func newDoubler(src *wav) *doubler { return &doubler{src: src, left: src.left} }

// read fills pcm, whose length is even, as far as there is sound.
func (d *doubler) read(pcm []float32) (int, error) {
	const carry = 2*reach - 1 // samples around the next one that stay between reads
	if !d.ready {
		d.line = make([]float32, carry)
		if err := d.fill(reach-1, reach); err != nil {
			return 0, err
		}
		d.ready = true
	}
	n := int(min(int64(len(pcm)/2), d.left))
	if err := d.fill(carry, n); err != nil {
		return 0, err
	}
	for i := range n {
		around := d.line[i : i+2*reach]
		var between float32
		for k, c := range interpolation {
			between += c * (around[reach-1-k] + around[reach+k])
		}
		pcm[2*i], pcm[2*i+1] = around[reach-1], between
	}
	copy(d.line, d.line[n:n+carry])
	d.left -= int64(n)
	return 2 * n, nil
}

// fill puts the next n source samples into the line from at on; after the last
// comes silence.
func (d *doubler) fill(at, n int) error {
	if len(d.line) < at+n {
		d.line = append(d.line, make([]float32, at+n-len(d.line))...)
	}
	got, err := d.src.read(d.line[at : at+n])
	clear(d.line[at+got : at+n])
	return err
}
