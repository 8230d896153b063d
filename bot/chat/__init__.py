"""What people see and type, written once for every chat. Nothing here knows Slack, or any other platform."""
