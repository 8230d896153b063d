"""Which workspaces are served, with their installations, settings and schedules."""
