-- The setting turn is called turnAway. "->" gives JSON, so that true stays true.
UPDATE workspaces SET settings = json_remove(json_set(settings, '$.turnAway', json(settings -> '$.turn')), '$.turn')
  WHERE CASE WHEN json_valid(settings) THEN json_type(settings, '$.turn') END IS NOT NULL;
UPDATE teams SET settings = json_remove(json_set(settings, '$.turnAway', json(settings -> '$.turn')), '$.turn')
  WHERE CASE WHEN json_valid(settings) THEN json_type(settings, '$.turn') END IS NOT NULL;
UPDATE numbers SET settings = json_remove(json_set(settings, '$.turnAway', json(settings -> '$.turn')), '$.turn')
  WHERE CASE WHEN json_valid(settings) THEN json_type(settings, '$.turn') END IS NOT NULL;
