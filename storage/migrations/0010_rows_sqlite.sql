INSERT INTO pairs SELECT * FROM pairs_0009;

DROP TABLE pairs_0009;

INSERT INTO outbox
SELECT workspace_id, message_id, recipient, due_at, created_at, attempts, sent_at, given_up_at, key, kind,
       CASE WHEN kind = 'text' AND text <> '' THEN json_object('text', text) ELSE facts END,
       NULL, NULL, created_at, NULL
FROM outbox_0009;

DROP TABLE outbox_0009;

INSERT INTO outbox
SELECT workspace_id, event_id, webhook_id, due_at, created_at, attempts, taken_at, given_up_at, NULL, 'webhook',
       '{"pair":' || facts || ',"type":"' || event_type || '"}', user_id, number, queued_at, answer
FROM webhook_calls;

DROP TABLE webhook_calls;
