"""The practice workspace: a small Slack for tests and for `attendance demo`.

Like Slack, it talks to the bot over HTTP only, and imports nothing of it. `workspace.Workspace` has everything that
people do and see. `server.serve` answers the bot's calls and serves the page in the browser.
"""
