-- What a report of months adds up: by person and month of the work dates, without deleted records. Lengths are from
-- minute to minute. `days` are those with a record, `breaks` the gaps of less than three hours between the records of a
-- day, `by_hand` counts the records that were entered later. `zones` are those of the clock-ins, with commas between them.
CREATE TABLE monthly_sums (
    workspace_id text NOT NULL,
    user_id      text NOT NULL,
    month        date NOT NULL,
    pairs        bigint NOT NULL,
    days         bigint NOT NULL,
    worked       interval NOT NULL,
    breaks       interval NOT NULL,
    by_hand      bigint NOT NULL,
    zones        text NOT NULL,
    PRIMARY KEY (workspace_id, user_id, month)
);

-- Adds up one person's month again, with the rights of the owner: the role that serves only reads the sums. So every
-- function is named with its schema. Work dates are at most a day from their clock-in in UTC.
CREATE OR REPLACE FUNCTION monthly_sums_renew(workspace text, whose text, first_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET enable_seqscan = off AS $$
DECLARE
    next_month date := (first_day + interval '1 month')::date;
BEGIN
    INSERT INTO monthly_sums
    SELECT workspace, whose, first_day, pg_catalog.count(*), pg_catalog.count(*) FILTER (WHERE is_first),
        coalesce(pg_catalog.sum(ends - starts), interval '0'),
        coalesce(pg_catalog.sum(starts - before) FILTER (WHERE starts - before < interval '3 hours'), interval '0'),
        pg_catalog.count(*) FILTER (WHERE by_hand), pg_catalog.string_agg(DISTINCT in_zone, ',')
    FROM (
        SELECT pg_catalog.date_trunc('minute', in_at) AS starts, pg_catalog.date_trunc('minute', out_at) AS ends,
            pg_catalog.lag(pg_catalog.date_trunc('minute', out_at)) OVER day AS before,
            pg_catalog.row_number() OVER day = 1 AS is_first, in_zone,
            in_recorded_at - in_at > interval '15 minutes' OR out_recorded_at - out_at > interval '15 minutes' AS by_hand
        FROM pairs
        WHERE workspace_id = workspace AND user_id = whose AND deleted_at IS NULL
          AND work_date >= first_day AND work_date < next_month
          AND in_at >= (first_day - 1)::timestamp AT TIME ZONE 'UTC'
          AND in_at < (next_month + 1)::timestamp AT TIME ZONE 'UTC'
        WINDOW day AS (PARTITION BY work_date ORDER BY in_at)
    ) AS records
    HAVING pg_catalog.count(*) > 0
    ON CONFLICT (workspace_id, user_id, month) DO UPDATE SET pairs = excluded.pairs, days = excluded.days,
        worked = excluded.worked, breaks = excluded.breaks, by_hand = excluded.by_hand, zones = excluded.zones;
    IF NOT FOUND THEN
        DELETE FROM monthly_sums WHERE workspace_id = workspace AND user_id = whose AND month = first_day;
    END IF;
END $$;

REVOKE EXECUTE ON FUNCTION monthly_sums_renew(text, text, date) FROM PUBLIC;

CREATE OR REPLACE FUNCTION monthly_sums_follow() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT DISTINCT workspace_id, user_id, pg_catalog.date_trunc('month', work_date::timestamp)::date AS month
        FROM changed ORDER BY 1, 2, 3
    LOOP
        PERFORM monthly_sums_renew(one.workspace_id, one.user_id, one.month);
    END LOOP;
    RETURN NULL;
END $$;

CREATE TRIGGER monthly_sums_follow_new AFTER INSERT ON pairs
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION monthly_sums_follow();

CREATE TRIGGER monthly_sums_follow_changed AFTER UPDATE ON pairs
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION monthly_sums_follow();

CREATE TRIGGER monthly_sums_follow_removed AFTER DELETE ON pairs
REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION monthly_sums_follow();

CREATE OR REPLACE FUNCTION monthly_sums_leave() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM monthly_sums_renew(
        OLD.workspace_id, OLD.user_id, pg_catalog.date_trunc('month', OLD.work_date::timestamp)::date);
    RETURN NULL;
END $$;

CREATE TRIGGER monthly_sums_leave AFTER UPDATE OF work_date ON pairs FOR EACH ROW
WHEN (NEW.work_date <> OLD.work_date) EXECUTE FUNCTION monthly_sums_leave();

-- As at the end of the baseline, for these functions.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['monthly_sums_renew(text, text, date)', 'monthly_sums_follow()', 'monthly_sums_leave()']
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', name, current_schema());
    END LOOP;
END $$;
