"""The command line: every command of `attendance`, the demo and the doctor."""
