package transcription

import "strings"

// languages are those of Whisper's models: their codes (ISO 639) and their names, as
// servers tell them.
const languages = `af afrikaans|am amharic|ar arabic|as assamese|az azerbaijani|ba bashkir|be belarusian|bg bulgarian|bn bengali|bo tibetan|br breton|bs bosnian|ca catalan|
cs czech|cy welsh|da danish|de german|el greek|en english|es spanish|et estonian|eu basque|fa persian|fi finnish|fo faroese|fr french|gl galician|gu gujarati|ha hausa|haw hawaiian|
he hebrew|hi hindi|hr croatian|ht haitian creole|hu hungarian|hy armenian|id indonesian|is icelandic|it italian|ja japanese|jv javanese|ka georgian|kk kazakh|km khmer|kn kannada|
ko korean|la latin|lb luxembourgish|ln lingala|lo lao|lt lithuanian|lv latvian|mg malagasy|mi maori|mk macedonian|ml malayalam|mn mongolian|mr marathi|ms malay|mt maltese|
my myanmar|ne nepali|nl dutch|nn nynorsk|no norwegian|oc occitan|pa punjabi|pl polish|ps pashto|pt portuguese|ro romanian|ru russian|sa sanskrit|sd sindhi|si sinhala|sk slovak|
sl slovenian|sn shona|so somali|sq albanian|sr serbian|su sundanese|sv swedish|sw swahili|ta tamil|te telugu|tg tajik|th thai|tk turkmen|tl tagalog|tr turkish|tt tatar|
uk ukrainian|ur urdu|uz uzbek|vi vietnamese|yi yiddish|yo yoruba|yue cantonese|zh chinese`

// codes are the languages' by name and by themselves.
var codes = func() map[string]string {
	all := make(map[string]string)
	for entry := range strings.SplitSeq(languages, "|") {
		code, name, _ := strings.Cut(strings.TrimSpace(entry), " ")
		all[code], all[name] = code, code
	}
	return all
}()

// languageCode gives the code of a language that a server tells by its name or its code,
// perhaps with a region behind it; "" for what is no language.
func languageCode(text string) string {
	text = strings.ToLower(strings.TrimSpace(text))
	if code := codes[text]; code != "" {
		return code
	}
	code, _, _ := strings.Cut(strings.ReplaceAll(text, "_", "-"), "-")
	return codes[code]
}
