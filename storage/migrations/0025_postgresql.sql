-- Somebody whom the bot didn't reach gets what was given up once they write to it.
CREATE INDEX outbox_given_up ON outbox (workspace_id, recipient, given_up_at) WHERE given_up_at IS NOT NULL
