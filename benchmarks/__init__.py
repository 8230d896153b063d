"""Speed as ratios to a floor that is measured in the same run: absolute figures differ from machine to machine."""
