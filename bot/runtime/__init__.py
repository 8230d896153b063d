"""What runs the program: its settings, background jobs, logs, tracing and encryption."""
