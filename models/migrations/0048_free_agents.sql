-- A call is offered to who has been free, or was offered one, the longest: of a thousand agents the first ones are
-- read, and not all for each call (IN-4).
CREATE INDEX agents_free ON agents(workspace_id, idle_since, offered_at, id);
CREATE INDEX agents_offered ON agents(workspace_id, offered_at, idle_since, id);
