-- When a caller's wait ends, so that a screen can show what is left of it. Calls that go on have it in their state, as RFC 3339.
ALTER TABLE calls ADD COLUMN queue_until INTEGER;
UPDATE calls SET queue_until = (
  SELECT unixepoch(at) * 1000000 + CASE instr(at, '.') WHEN 0 THEN 0 ELSE CAST(round(CAST('0' || substr(at, instr(at, '.'), 7) AS REAL) * 1000000) AS INTEGER) END
  FROM (SELECT json_extract(calls.data, '$.queueUntil') AS at)
) WHERE live AND json_valid(data) AND json_extract(data, '$.queueUntil') IS NOT NULL;
