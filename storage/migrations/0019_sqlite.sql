-- Which events a post in the log channel shows.
CREATE INDEX log_posts_by_post ON log_posts (workspace_id, channel, posted_ts);
