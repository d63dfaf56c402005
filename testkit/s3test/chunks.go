package s3test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// unchunk takes the signed chunks off a request's body, which gofakes3 does for whole
// files only
// (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html).
func unchunk(r *http.Request) error {
	if !strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		return nil
	}
	in := bufio.NewReader(r.Body)
	var plain bytes.Buffer
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return err
		}
		var size int64
		if _, err := fmt.Sscanf(line, "%x", &size); err != nil {
			return err
		}
		if size == 0 {
			break
		}
		if _, err := io.CopyN(&plain, in, size); err != nil {
			return err
		}
		if _, err := in.Discard(len("\r\n")); err != nil {
			return err
		}
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		return err
	}
	for _, name := range []string{"X-Amz-Content-Sha256", "X-Amz-Decoded-Content-Length", "X-Amz-Trailer", "Content-Encoding"} {
		r.Header.Del(name)
	}
	r.Body, r.ContentLength = io.NopCloser(&plain), int64(plain.Len())
	r.Header.Set("Content-Length", fmt.Sprint(plain.Len()))
	return nil
}
