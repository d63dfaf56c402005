-- How many calls came in a minute is counted for each one that comes (MISS-1, inboundRateLimit): in a busy
-- business that read some thousand rows where their index alone says it.
DROP INDEX calls_started;
CREATE INDEX calls_started ON calls(workspace_id, started_at, direction);
