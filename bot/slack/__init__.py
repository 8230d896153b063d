"""The Slack door: listeners by feature, their look, the edge, and the Web API client."""
