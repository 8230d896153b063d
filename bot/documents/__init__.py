"""A report or a person's file as PDF, XLSX, CSV or JSON."""
