package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"ringdesk/configs"
)

type testcallCmd struct {
	URL    string `help:"ringdesk's address; default: the demo workspace's."`
	Key    string `help:"API access key; default: the demo workspace's."`
	Secret string `help:"API access secret; default: the demo workspace's."`
}

// Run asks the running controller for a test call.
func (c testcallCmd) Run(s configs.Settings) error {
	if c.URL == "" || c.Key == "" || c.Secret == "" {
		d, err := loadDemo(s)
		if err != nil {
			return usageError{fmt.Errorf("the demo workspace's access key cannot be read: %w; start `ringdesk run` first, or give --url, --key and --secret", err)}
		}
		c = testcallCmd{URL: d.URL, Key: d.AccessKey, Secret: d.AccessSecret}
	}
	req, err := http.NewRequest(http.MethodPost, c.URL+"/api/v1/calls/test", bytes.NewBufferString("{}"))
	if err != nil {
		return usageError{err}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("x-access-key", c.Key)
	req.Header.Set("x-access-secret", c.Secret)
	resp, err := (&http.Client{Timeout: 10 * time.Second}).Do(req)
	if err != nil {
		return fmt.Errorf("ringdesk cannot be reached: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusAccepted {
		fmt.Println("The call is on its way: answer it in the desk at", c.URL)
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	if err != nil {
		return err
	}
	var problem struct{ Title string }
	if json.Unmarshal(body, &problem) != nil || problem.Title == "" {
		problem.Title = resp.Status
	}
	return fmt.Errorf("no test call: %s", problem.Title)
}
