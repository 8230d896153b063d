"""What the bot says without being asked: reminders, posts in the log channel, the published audit head."""
