"""Figures: worked time, who is in, and what the Home tab shows."""
