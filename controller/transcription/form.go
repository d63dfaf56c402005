package transcription

import (
	"bytes"
	"mime/multipart"
)

// fileName is what the sound is called in a form: servers look at its ending, and no
// name of ours has to leave.
const fileName = "sound.wav"

// form gives what stands before and behind the file in a multipart form with fields,
// and the form's content type. The file itself, which may have a hundred MB, is sent
// between the two as it is read.
func form(fields [][2]string) (head, tail, kind string, err error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, f := range fields {
		if err := w.WriteField(f[0], f[1]); err != nil {
			return "", "", "", err
		}
	}
	if _, err := w.CreateFormFile("file", fileName); err != nil {
		return "", "", "", err
	}
	head = b.String()
	b.Reset()
	if err := w.Close(); err != nil {
		return "", "", "", err
	}
	return head, b.String(), w.FormDataContentType(), nil
}
