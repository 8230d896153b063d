"""The use cases on records: clock in and out, add, delete, restore, ask about missing clock-outs."""
