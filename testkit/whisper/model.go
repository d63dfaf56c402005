package whisper

import (
	"bufio"
	"encoding/binary"
	"math/rand/v2"
	"os"
)

// What the canned model says of whatever it is given, and when, in seconds.
const (
	Says = "안녕하세요 고객 센터입니다."
	Ends = 2.0
)

// The model's size. A real one has the same vocabulary and more of all else.
const (
	state      = 64 // numbers in a vector
	vocabulary = 51865
	texts      = 50257 // tokens that are text
	mels       = 80
	frequency  = 201 // bins of a spectrum
	audio      = 1500
	positions  = 448
)

// Tokens of Whisper's multilingual models.
const (
	endOfText  = 50257
	korean     = 50264
	timestamps = 50364 // the one of 0.00 s; each further one is 0.02 s later
)

// pieces are the tokens of what is said: any that are text.
var pieces = []string{"안녕하세요", " 고객", " 센터입니다", "."}

const (
	firstPiece = 100
	space      = 220 // whisper.cpp looks it up by its text
)

// writeModel writes a model in the format of whisper.cpp (ggml), made of nothing but this
// program: all its layers give nothing, and the decoder's embedding of each position
// points at the embedding of the token that comes next. It shows that a real server is
// understood; of recognition it shows nothing.
func writeModel(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	m := &model{out: bufio.NewWriter(f)}
	m.header()
	m.encoder()
	m.decoder()
	if err := m.out.Flush(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// model writes; what goes wrong shows when it is flushed.
type model struct{ out *bufio.Writer }

func (m *model) words(all ...int32) {
	_ = binary.Write(m.out, binary.LittleEndian, all)
}

func (m *model) header() {
	const magic, layers, heads, half = 0x67676d6c, 1, 1, 1
	m.words(magic, vocabulary, audio, state, heads, layers, positions, state, heads, layers, mels, half)
	m.words(mels, frequency)
	_ = binary.Write(m.out, binary.LittleEndian, filled(mels*frequency, 1e-3))
	m.words(texts)
	for i := range texts {
		text := "?"
		if n := i - firstPiece; n >= 0 && n < len(pieces) {
			text = pieces[n]
		}
		if i == space {
			text = " "
		}
		m.words(int32(len(text)))
		_, _ = m.out.WriteString(text)
	}
}

func (m *model) encoder() {
	m.constant("encoder.positional_embedding", 0.01, state, audio)
	m.zeros("encoder.conv1.weight", 3, mels, state)
	m.constant("encoder.conv1.bias", 0, 1, state)
	m.zeros("encoder.conv2.weight", 3, state, state)
	m.constant("encoder.conv2.bias", 0, 1, state)
	m.norm("encoder.ln_post")
	m.block("encoder.blocks.0.", "attn")
}

func (m *model) decoder() {
	next := map[int]int{0: korean, 2: timestamps, 7: timestamps + Ends*50, 8: endOfText}
	for i := range pieces {
		next[3+i] = firstPiece + i
	}
	random := rand.New(rand.NewPCG(1, 1))
	vectors := make(map[int][]float32)
	for at := range positions { // in their order, so that the model is always the same
		if token, is := next[at]; is {
			vectors[token] = make([]float32, state)
			for i := range vectors[token] {
				vectors[token][i] = float32(random.NormFloat64() / 8)
			}
		}
	}
	var points []float32
	for at := range positions {
		token, is := next[at]
		if !is && at > 8 {
			token = endOfText
		}
		points = append(points, scaled(vectors[token], 20)...)
	}
	m.tensor("decoder.positional_embedding", full, points, state, positions)
	var tokens []float32
	for token := range vocabulary {
		tokens = append(tokens, scaled(vectors[token], 4)...)
	}
	m.tensor("decoder.token_embedding.weight", halfSize, tokens, state, vocabulary)
	m.norm("decoder.ln")
	m.block("decoder.blocks.0.", "attn", "cross_attn")
}

// block is a layer of attentions and a perceptron, all of zeros.
func (m *model) block(name string, attentions ...string) {
	for _, a := range attentions {
		m.norm(name + a + "_ln")
		m.linear(name+a+".query", state, state, true)
		m.linear(name+a+".key", state, state, false)
		m.linear(name+a+".value", state, state, true)
		m.linear(name+a+".out", state, state, true)
	}
	m.norm(name + "mlp_ln")
	m.linear(name+"mlp.0", state, 4*state, true)
	m.linear(name+"mlp.2", 4*state, state, true)
}

func (m *model) norm(name string) {
	m.constant(name+".weight", 1, state)
	m.constant(name+".bias", 0, state)
}

func (m *model) linear(name string, in, out int, bias bool) {
	m.zeros(name+".weight", in, out)
	if bias {
		m.constant(name+".bias", 0, out)
	}
}

func (m *model) zeros(name string, size ...int) {
	m.tensor(name, halfSize, filled(product(size), 0), size...)
}

func (m *model) constant(name string, value float32, size ...int) {
	m.tensor(name, full, filled(product(size), value), size...)
}

// The kinds of numbers in a tensor: 32 and 16 bits.
const (
	full     = 0
	halfSize = 1
)

func (m *model) tensor(name string, kind int32, values []float32, size ...int) {
	m.words(int32(len(size)), int32(len(name)), kind)
	for _, n := range size {
		m.words(int32(n))
	}
	_, _ = m.out.WriteString(name)
	if kind == full {
		_ = binary.Write(m.out, binary.LittleEndian, values)
		return
	}
	halves := make([]uint16, len(values))
	for i, v := range values {
		halves[i] = float16(v)
	}
	_ = binary.Write(m.out, binary.LittleEndian, halves)
}
