-- Lists and pages of everybody's events are read in the order of these, as many as a page takes. All clock-ins are in
-- the first one. Its condition keeps SQLite, which doesn't count rows, from taking it for whatever is asked of a
-- workspace: only statements that say the same may use it.
CREATE INDEX pairs_by_clock_in ON pairs (workspace_id, in_at) WHERE in_at >= -62135596800000000;

CREATE INDEX pairs_by_clock_out ON pairs (workspace_id, out_at) WHERE out_at IS NOT NULL;

-- A person's change history asks for their deleted records too.
CREATE INDEX pairs_deleted_by_user ON pairs (workspace_id, user_id, in_at) WHERE deleted_at IS NOT NULL;
