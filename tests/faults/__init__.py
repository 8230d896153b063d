"""What may break: the bot itself at any moment, a disk, a file, a server. Nothing acknowledged is ever lost."""
