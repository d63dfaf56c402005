// Package webhook tells other systems what happens in calls (ADM-6).
//
// What is told is made from the journal of calls, behind the commits of their steps: a
// cursor goes through the changes of the store, and moves in the transaction that writes the
// events and their deliveries. So calls pay nothing for it, and no end of a process
// loses an event. A delivery is made at least once, with the same webhook-id
// each time, and in order for each call and webhook. The headers are those of
// Standard Webhooks (https://www.standardwebhooks.com).
package webhook
