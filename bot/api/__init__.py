"""The HTTP door: a drop-in for the attendance part of the GoodDay API 2.0."""
