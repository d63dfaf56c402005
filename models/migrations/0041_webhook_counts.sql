-- How many deliveries of a webhook wait or were given up is read without the many that succeeded (ADM-6).
CREATE INDEX webhook_deliveries_failed ON webhook_deliveries(hook_id, pending) WHERE delivered_at IS NULL;
