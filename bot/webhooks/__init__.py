"""Calls to other programs, and where they may go."""
