"""The practice workspace: a stand-in for Slack, for the tests and for `attendance demo`.

It knows the bot only as Slack does, over HTTP, and imports nothing of it. `workspace.Workspace` is what a person can
do and see; `server.serve` answers the bot's own calls and serves the page in the browser.
"""
