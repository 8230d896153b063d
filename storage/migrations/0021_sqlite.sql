-- What a report of months adds up: by person and month of the work dates, without deleted records. Lengths are in
-- microseconds, from minute to minute. `days` are those with a record, `breaks` the gaps of less than three hours between
-- the records of a day, `by_hand` counts the records that were entered later. `zones` are those of the clock-ins, with
-- commas between them.
CREATE TABLE monthly_sums (
    workspace_id TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    month        TEXT NOT NULL,
    pairs        INTEGER NOT NULL,
    days         INTEGER NOT NULL,
    worked       INTEGER NOT NULL,
    breaks       INTEGER NOT NULL,
    by_hand      INTEGER NOT NULL,
    zones        TEXT NOT NULL,
    PRIMARY KEY (workspace_id, user_id, month)
) STRICT, WITHOUT ROWID;

-- A record adds its length, and the breaks on both sides of it instead of the one in its place. What it was before is
-- taken away in the same way.
CREATE TRIGGER monthly_sums_follow_new AFTER INSERT ON pairs
BEGIN
    INSERT INTO monthly_sums
    SELECT workspace_id, user_id, substr(work_date, 1, 8) || '01', sign,
        sign * (before IS NULL AND after IS NULL), sign * coalesce(ends - starts, 0),
        sign * (iif(starts - before < 10800000000, starts - before, 0)
              + iif(after - ends < 10800000000, after - ends, 0)
              - iif(after - before < 10800000000, after - before, 0)),
        sign * by_hand, in_zone
    FROM (SELECT *,
        (SELECT out_at - out_at % 60000000 FROM pairs
         WHERE workspace_id = changed.workspace_id AND work_date = changed.work_date AND user_id = changed.user_id
           AND in_at < changed.in_at AND in_id <> changed.in_id AND deleted_at IS NULL
         ORDER BY in_at DESC LIMIT 1) AS before,
        (SELECT in_at - in_at % 60000000 FROM pairs
         WHERE workspace_id = changed.workspace_id AND work_date = changed.work_date AND user_id = changed.user_id
           AND in_at > changed.in_at AND in_id <> changed.in_id AND deleted_at IS NULL
         ORDER BY in_at LIMIT 1) AS after
    FROM (
        SELECT 1 AS sign, NEW.workspace_id AS workspace_id, NEW.user_id AS user_id, NEW.work_date AS work_date,
            NEW.in_id AS in_id, NEW.in_at AS in_at, NEW.in_zone AS in_zone,
            NEW.in_at - NEW.in_at % 60000000 AS starts, NEW.out_at - NEW.out_at % 60000000 AS ends,
            coalesce(NEW.in_recorded_at - NEW.in_at > 900000000 OR NEW.out_recorded_at - NEW.out_at > 900000000, 0)
                AS by_hand
        WHERE NEW.deleted_at IS NULL
    ) AS changed)
    WHERE true ON CONFLICT DO UPDATE SET
        pairs = pairs + excluded.pairs,
        days = days + excluded.days,
        worked = worked + excluded.worked,
        breaks = breaks + excluded.breaks,
        by_hand = by_hand + excluded.by_hand,
        zones = iif(instr(',' || zones || ',', ',' || excluded.zones || ','), zones, zones || ',' || excluded.zones);
END;

CREATE TRIGGER monthly_sums_follow_changed
AFTER UPDATE OF work_date, in_at, out_at, in_recorded_at, out_recorded_at, in_zone, deleted_at ON pairs
BEGIN
    INSERT INTO monthly_sums
    SELECT workspace_id, user_id, substr(work_date, 1, 8) || '01', sign,
        sign * (before IS NULL AND after IS NULL), sign * coalesce(ends - starts, 0),
        sign * (iif(starts - before < 10800000000, starts - before, 0)
              + iif(after - ends < 10800000000, after - ends, 0)
              - iif(after - before < 10800000000, after - before, 0)),
        sign * by_hand, in_zone
    FROM (SELECT *,
        (SELECT out_at - out_at % 60000000 FROM pairs
         WHERE workspace_id = changed.workspace_id AND work_date = changed.work_date AND user_id = changed.user_id
           AND in_at < changed.in_at AND in_id <> changed.in_id AND deleted_at IS NULL
         ORDER BY in_at DESC LIMIT 1) AS before,
        (SELECT in_at - in_at % 60000000 FROM pairs
         WHERE workspace_id = changed.workspace_id AND work_date = changed.work_date AND user_id = changed.user_id
           AND in_at > changed.in_at AND in_id <> changed.in_id AND deleted_at IS NULL
         ORDER BY in_at LIMIT 1) AS after
    FROM (
        SELECT -1 AS sign, OLD.workspace_id AS workspace_id, OLD.user_id AS user_id, OLD.work_date AS work_date,
            OLD.in_id AS in_id, OLD.in_at AS in_at, OLD.in_zone AS in_zone,
            OLD.in_at - OLD.in_at % 60000000 AS starts, OLD.out_at - OLD.out_at % 60000000 AS ends,
            coalesce(OLD.in_recorded_at - OLD.in_at > 900000000 OR OLD.out_recorded_at - OLD.out_at > 900000000, 0)
                AS by_hand
        WHERE OLD.deleted_at IS NULL
        UNION ALL
        SELECT 1 AS sign, NEW.workspace_id AS workspace_id, NEW.user_id AS user_id, NEW.work_date AS work_date,
            NEW.in_id AS in_id, NEW.in_at AS in_at, NEW.in_zone AS in_zone,
            NEW.in_at - NEW.in_at % 60000000 AS starts, NEW.out_at - NEW.out_at % 60000000 AS ends,
            coalesce(NEW.in_recorded_at - NEW.in_at > 900000000 OR NEW.out_recorded_at - NEW.out_at > 900000000, 0)
                AS by_hand
        WHERE NEW.deleted_at IS NULL
    ) AS changed)
    WHERE true ON CONFLICT DO UPDATE SET
        pairs = pairs + excluded.pairs,
        days = days + excluded.days,
        worked = worked + excluded.worked,
        breaks = breaks + excluded.breaks,
        by_hand = by_hand + excluded.by_hand,
        zones = iif(instr(',' || zones || ',', ',' || excluded.zones || ','), zones, zones || ',' || excluded.zones);
    DELETE FROM monthly_sums
    WHERE workspace_id = OLD.workspace_id AND user_id = OLD.user_id AND month = substr(OLD.work_date, 1, 8) || '01' AND pairs = 0;
    UPDATE monthly_sums SET zones = (
        SELECT group_concat(DISTINCT in_zone) FROM pairs
        WHERE workspace_id = OLD.workspace_id AND user_id = OLD.user_id AND deleted_at IS NULL
          AND in_at BETWEEN OLD.in_at - 34 * 86400000000 AND OLD.in_at + 34 * 86400000000
          AND substr(work_date, 1, 8) = substr(OLD.work_date, 1, 8))
    WHERE OLD.deleted_at IS NULL
      AND (NEW.deleted_at IS NOT NULL OR NEW.in_zone <> OLD.in_zone OR NEW.work_date <> OLD.work_date)
      AND workspace_id = OLD.workspace_id AND user_id = OLD.user_id AND month = substr(OLD.work_date, 1, 8) || '01';
END;

CREATE TRIGGER monthly_sums_follow_removed AFTER DELETE ON pairs
BEGIN
    INSERT INTO monthly_sums
    SELECT workspace_id, user_id, substr(work_date, 1, 8) || '01', sign,
        sign * (before IS NULL AND after IS NULL), sign * coalesce(ends - starts, 0),
        sign * (iif(starts - before < 10800000000, starts - before, 0)
              + iif(after - ends < 10800000000, after - ends, 0)
              - iif(after - before < 10800000000, after - before, 0)),
        sign * by_hand, in_zone
    FROM (SELECT *,
        (SELECT out_at - out_at % 60000000 FROM pairs
         WHERE workspace_id = changed.workspace_id AND work_date = changed.work_date AND user_id = changed.user_id
           AND in_at < changed.in_at AND in_id <> changed.in_id AND deleted_at IS NULL
         ORDER BY in_at DESC LIMIT 1) AS before,
        (SELECT in_at - in_at % 60000000 FROM pairs
         WHERE workspace_id = changed.workspace_id AND work_date = changed.work_date AND user_id = changed.user_id
           AND in_at > changed.in_at AND in_id <> changed.in_id AND deleted_at IS NULL
         ORDER BY in_at LIMIT 1) AS after
    FROM (
        SELECT -1 AS sign, OLD.workspace_id AS workspace_id, OLD.user_id AS user_id, OLD.work_date AS work_date,
            OLD.in_id AS in_id, OLD.in_at AS in_at, OLD.in_zone AS in_zone,
            OLD.in_at - OLD.in_at % 60000000 AS starts, OLD.out_at - OLD.out_at % 60000000 AS ends,
            coalesce(OLD.in_recorded_at - OLD.in_at > 900000000 OR OLD.out_recorded_at - OLD.out_at > 900000000, 0)
                AS by_hand
        WHERE OLD.deleted_at IS NULL
    ) AS changed)
    WHERE true ON CONFLICT DO UPDATE SET
        pairs = pairs + excluded.pairs,
        days = days + excluded.days,
        worked = worked + excluded.worked,
        breaks = breaks + excluded.breaks,
        by_hand = by_hand + excluded.by_hand,
        zones = iif(instr(',' || zones || ',', ',' || excluded.zones || ','), zones, zones || ',' || excluded.zones);
    DELETE FROM monthly_sums
    WHERE workspace_id = OLD.workspace_id AND user_id = OLD.user_id AND month = substr(OLD.work_date, 1, 8) || '01' AND pairs = 0;
    UPDATE monthly_sums SET zones = (
        SELECT group_concat(DISTINCT in_zone) FROM pairs
        WHERE workspace_id = OLD.workspace_id AND user_id = OLD.user_id AND deleted_at IS NULL
          AND in_at BETWEEN OLD.in_at - 34 * 86400000000 AND OLD.in_at + 34 * 86400000000
          AND substr(work_date, 1, 8) = substr(OLD.work_date, 1, 8))
    WHERE OLD.deleted_at IS NULL
      AND workspace_id = OLD.workspace_id AND user_id = OLD.user_id AND month = substr(OLD.work_date, 1, 8) || '01';
END;
