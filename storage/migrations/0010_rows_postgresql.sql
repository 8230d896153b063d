INSERT INTO outbox (workspace_id, message_id, recipient, due_at, created_at, attempts, sent_at, given_up_at, kind,
                    facts, ordering_key, number, queued_at, answer)
SELECT workspace_id, event_id, webhook_id, due_at, created_at, attempts, taken_at, given_up_at, 'webhook',
       '{"pair":' || facts || ',"type":"' || event_type || '"}', user_id, number, queued_at, answer
FROM webhook_calls;

DROP TABLE webhook_calls;
