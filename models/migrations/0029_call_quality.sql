-- How the sound was for those who took part in a call by a browser, as that measured it: the sums and means of the whole call.
CREATE TABLE call_quality (
  call_id TEXT NOT NULL,
  participant_id TEXT NOT NULL,
  workspace_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  seconds BIGINT NOT NULL,
  fair_seconds BIGINT NOT NULL,
  bad_seconds BIGINT NOT NULL,
  silent_seconds BIGINT NOT NULL,
  codec TEXT NOT NULL,
  rtt_ms BIGINT NOT NULL,
  received_packets BIGINT NOT NULL,
  received_lost BIGINT NOT NULL,
  received_jitter_ms BIGINT NOT NULL,
  sent_packets BIGINT NOT NULL,
  sent_lost BIGINT NOT NULL,
  sent_jitter_ms BIGINT NOT NULL,
  PRIMARY KEY (call_id, participant_id)
);
