"""Microsoft's side of Teams for tests: login, keys, Bot Connector, and the people who use the bot there.

It is as strict as Microsoft's pages say, and a little stricter where they say nothing. `service.TeamsService` has
everything that people do and see, `server.serve` answers the bot's calls.
"""
