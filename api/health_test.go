package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"ringdesk/api"
	"ringdesk/controller/disk"
)

// A disk that fills up is told: with a reserve left calls are taken and not
// recorded; without any, the database is not said to be fine.
//
// Covers: SEC-4, OPS-3
func TestReadyzTellsOfTheDisk(t *testing.T) {
	var room error
	e := start(t, func(o *api.Options) { o.Room = func() error { return room } })
	for name, c := range map[string]struct {
		room           error
		status         int
		disk, database string
	}{
		"room": {nil, 200, "ok", "ok"},
		"low":  {fmt.Errorf("%w: 3 MiB are free where /data is", disk.ErrLow), 200, "nearly full: 3 MiB are free where /data is; calls go on, and new recordings are refused", "ok"},
		"hung": {fmt.Errorf("%w: /data has not told its room for 10s", disk.ErrHung), 200, "does not answer: /data has not told its room for 10s; calls go on", "ok"},
		"full": {fmt.Errorf("%w: 0 MiB are free where /data is", disk.ErrFull), 503, "new recordings are refused", "cannot be written"},
	} {
		room = c.room
		resp, err := http.Get("http://" + e.host + "/readyz")
		if err != nil {
			t.Fatal(err)
		}
		var parts map[string]string
		err = json.NewDecoder(resp.Body).Decode(&parts)
		resp.Body.Close()
		if err != nil || resp.StatusCode != c.status || !strings.Contains(parts["disk"], c.disk) || !strings.Contains(parts["database"], c.database) {
			t.Errorf("%s: %d %v, %v", name, resp.StatusCode, parts, err)
		}
	}
}
