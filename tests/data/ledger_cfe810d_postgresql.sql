
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

CREATE FUNCTION public.audit_begins() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET search_path TO 'public', 'pg_temp'
    AS $$ BEGIN INSERT INTO audit_heads VALUES (NEW.workspace_id, 0, repeat('0', 64)); RETURN NULL; END $$;

CREATE FUNCTION public.audit_begins_later() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET search_path TO 'public', 'pg_temp'
    AS $$ BEGIN UPDATE audit_heads SET sequence = NEW.sequence, hash = NEW.hash WHERE workspace_id = NEW.workspace_id AND sequence = 0; RETURN NULL; END $$;

CREATE FUNCTION public.audit_entries_are_not_changed() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET search_path TO 'public', 'pg_temp'
    AS $$ BEGIN IF (NEW.private IS NULL AND NEW.salt IS NULL AND NEW.workspace_id IS NOT DISTINCT FROM OLD.workspace_id AND NEW.sequence IS NOT DISTINCT FROM OLD.sequence AND NEW.at IS NOT DISTINCT FROM OLD.at AND NEW.actor IS NOT DISTINCT FROM OLD.actor AND NEW.via IS NOT DISTINCT FROM OLD.via AND NEW.action IS NOT DISTINCT FROM OLD.action AND NEW.subject IS NOT DISTINCT FROM OLD.subject AND NEW.facts IS NOT DISTINCT FROM OLD.facts AND NEW.previous_hash IS NOT DISTINCT FROM OLD.previous_hash AND NEW.hash IS NOT DISTINCT FROM OLD.hash AND NEW.seal IS NOT DISTINCT FROM OLD.seal AND 
    EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND action = 'erase'
            AND sequence > OLD.sequence AND subject = (
                SELECT user_id FROM pairs WHERE workspace_id = OLD.workspace_id AND in_id = OLD.subject))) IS NOT TRUE THEN RAISE EXCEPTION 'audit entries are never changed' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$;

CREATE FUNCTION public.audit_entries_are_not_emptied() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET search_path TO 'public', 'pg_temp'
    AS $$ BEGIN RAISE EXCEPTION 'audit entries are never removed' USING ERRCODE = 'integrity_constraint_violation'; END $$;

CREATE FUNCTION public.audit_entries_are_not_removed() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET search_path TO 'public', 'pg_temp'
    AS $$ BEGIN IF (EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = OLD.workspace_id AND sequence >= OLD.sequence)) IS NOT TRUE THEN RAISE EXCEPTION 'audit entries are never removed' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$;

CREATE FUNCTION public.audit_entries_only_grow() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET search_path TO 'public', 'pg_temp'
    AS $$ BEGIN IF ((NEW.sequence = 1 AND NEW.previous_hash = repeat('0', 64)) OR EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = NEW.workspace_id AND sequence = NEW.sequence - 1 AND hash = NEW.previous_hash) OR 
    EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = NEW.workspace_id
            AND sequence = NEW.sequence - 1 AND hash = NEW.previous_hash)) IS NOT TRUE THEN RAISE EXCEPTION 'an audit entry follows the last one' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$;

CREATE FUNCTION public.audit_heads_are_not_emptied() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET search_path TO 'public', 'pg_temp'
    AS $$ BEGIN RAISE EXCEPTION 'the head of the audit is never removed' USING ERRCODE = 'integrity_constraint_violation'; END $$;

CREATE FUNCTION public.audit_heads_are_not_removed() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET search_path TO 'public', 'pg_temp'
    AS $$ BEGIN RAISE EXCEPTION 'the head of the audit is never removed' USING ERRCODE = 'integrity_constraint_violation'; END $$;

CREATE FUNCTION public.audit_heads_follow() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$ BEGIN
        UPDATE audit_heads h SET sequence = a.sequence, hash = a.hash
        FROM (SELECT DISTINCT ON (workspace_id) workspace_id, sequence, hash FROM added
              ORDER BY workspace_id, sequence DESC) a
        WHERE h.workspace_id = a.workspace_id;
        RETURN NULL;
    END $$;

CREATE FUNCTION public.audit_heads_only_follow() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET search_path TO 'public', 'pg_temp'
    AS $$ BEGIN IF (EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = NEW.workspace_id AND sequence = NEW.sequence AND hash = NEW.hash AND sequence > OLD.sequence) OR (OLD.sequence = 0 AND 
    EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = NEW.workspace_id
            AND sequence = NEW.sequence AND hash = NEW.hash))) IS NOT TRUE THEN RAISE EXCEPTION 'the head of the audit follows its entries' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$;

CREATE FUNCTION public.audit_starts_are_not_emptied() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET search_path TO 'public', 'pg_temp'
    AS $$ BEGIN RAISE EXCEPTION 'the audit begins where an entry says so' USING ERRCODE = 'integrity_constraint_violation'; END $$;

CREATE FUNCTION public.audit_starts_are_not_removed() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET search_path TO 'public', 'pg_temp'
    AS $$ BEGIN RAISE EXCEPTION 'the audit begins where an entry says so' USING ERRCODE = 'integrity_constraint_violation'; END $$;

CREATE FUNCTION public.audit_starts_are_said() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET search_path TO 'public', 'pg_temp'
    AS $$ BEGIN IF (
    EXISTS (SELECT 1 FROM audit_entries AS said
            JOIN settings ON settings.workspace_id = said.workspace_id AND name = 'keep_records_for_years'
            WHERE said.workspace_id = NEW.workspace_id AND said.sequence > NEW.sequence AND said.action = 'erase-old'
              AND said.subject = NEW.sequence || ':' || NEW.hash || ':' || coalesce(NEW.seal, '')
              AND said.at <= clock_timestamp() + interval '1 minute' AND value::integer >= 1 AND (said.facts::json ->> 'keep_records_for_years')::integer = value::integer AND (said.facts::json ->> 'before')::timestamptz <= said.at - make_interval(years => value::integer)
              AND NOT EXISTS (SELECT 1 FROM audit_entries AS gone
                              WHERE gone.workspace_id = NEW.workspace_id AND gone.sequence <= NEW.sequence
                                AND gone.at >= (said.facts::json ->> 'before')::timestamptz)
              AND (EXISTS (SELECT 1 FROM audit_entries AS again
                           WHERE again.workspace_id = NEW.workspace_id AND again.sequence = said.sequence - 1
                             AND again.action = 'tell-again')
                   OR NOT EXISTS (SELECT 1 FROM audit_entries AS told
                                  WHERE told.workspace_id = NEW.workspace_id AND told.sequence <= NEW.sequence
                                    AND told.action IN ('set-office', 'set-team', 'create-token', 'revoke-token',
                                                        'change-role', 'change-settings', 'add-webhook',
                                                        'remove-webhook', 'tell-again')))) OR EXISTS (SELECT 1 FROM audit_heads WHERE workspace_id = NEW.workspace_id AND sequence = 0)) IS NOT TRUE THEN RAISE EXCEPTION 'the audit begins where an entry says so, past what is old enough' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$;

CREATE FUNCTION public.audit_starts_move_on() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET search_path TO 'public', 'pg_temp'
    AS $$ BEGIN IF (NEW.workspace_id = OLD.workspace_id AND NEW.sequence > OLD.sequence AND 
    EXISTS (SELECT 1 FROM audit_entries AS said
            JOIN settings ON settings.workspace_id = said.workspace_id AND name = 'keep_records_for_years'
            WHERE said.workspace_id = NEW.workspace_id AND said.sequence > NEW.sequence AND said.action = 'erase-old'
              AND said.subject = NEW.sequence || ':' || NEW.hash || ':' || coalesce(NEW.seal, '')
              AND said.at <= clock_timestamp() + interval '1 minute' AND value::integer >= 1 AND (said.facts::json ->> 'keep_records_for_years')::integer = value::integer AND (said.facts::json ->> 'before')::timestamptz <= said.at - make_interval(years => value::integer)
              AND NOT EXISTS (SELECT 1 FROM audit_entries AS gone
                              WHERE gone.workspace_id = NEW.workspace_id AND gone.sequence <= NEW.sequence
                                AND gone.at >= (said.facts::json ->> 'before')::timestamptz)
              AND (EXISTS (SELECT 1 FROM audit_entries AS again
                           WHERE again.workspace_id = NEW.workspace_id AND again.sequence = said.sequence - 1
                             AND again.action = 'tell-again')
                   OR NOT EXISTS (SELECT 1 FROM audit_entries AS told
                                  WHERE told.workspace_id = NEW.workspace_id AND told.sequence <= NEW.sequence
                                    AND told.action IN ('set-office', 'set-team', 'create-token', 'revoke-token',
                                                        'change-role', 'change-settings', 'add-webhook',
                                                        'remove-webhook', 'tell-again'))))) IS NOT TRUE THEN RAISE EXCEPTION 'the audit begins where an entry says so, past what is old enough' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$;

CREATE FUNCTION public.pairs_are_not_emptied() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET search_path TO 'public', 'pg_temp'
    AS $$ BEGIN RAISE EXCEPTION 'pairs are marked as deleted, never removed' USING ERRCODE = 'integrity_constraint_violation'; END $$;

CREATE FUNCTION public.pairs_are_not_removed() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET search_path TO 'public', 'pg_temp'
    AS $$ BEGIN IF (NOT EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND subject = OLD.in_id) AND EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = OLD.workspace_id AND sequence >= 1)) IS NOT TRUE THEN RAISE EXCEPTION 'pairs are marked as deleted, never removed' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$;

CREATE FUNCTION public.pairs_keep_their_identity() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET search_path TO 'public', 'pg_temp'
    AS $$ BEGIN 
        IF (NEW.workspace_id, NEW.in_id, NEW.user_id) IS DISTINCT FROM (OLD.workspace_id, OLD.in_id, OLD.user_id)
           OR (OLD.out_id IS NOT NULL AND NEW.out_id IS DISTINCT FROM OLD.out_id) THEN
            RAISE EXCEPTION 'a pair keeps its ids and its user' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
         END $$;

CREATE FUNCTION public.pairs_use_ids_once() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET search_path TO 'public', 'pg_temp'
    AS $$ BEGIN 
        IF EXISTS (SELECT 1 FROM pairs WHERE workspace_id = NEW.workspace_id AND in_id = NEW.out_id)
           OR EXISTS (SELECT 1 FROM pairs WHERE workspace_id = NEW.workspace_id AND out_id = NEW.in_id) THEN
            RAISE EXCEPTION 'event ids are used once' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
         END $$;

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);

CREATE TABLE public.appointed_admins (
    workspace_id text NOT NULL,
    user_id text NOT NULL,
    appointed_by text NOT NULL,
    appointed_at timestamp with time zone NOT NULL
);

CREATE TABLE public.audit_entries (
    workspace_id text NOT NULL,
    sequence bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    via text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    facts text NOT NULL,
    previous_hash text NOT NULL,
    hash text NOT NULL,
    private text,
    salt text,
    seal text,
    CONSTRAINT audit_entries_sequence_check CHECK ((sequence > 0))
);

CREATE TABLE public.audit_heads (
    workspace_id text NOT NULL,
    sequence bigint NOT NULL,
    hash text NOT NULL,
    CONSTRAINT audit_heads_sequence_check CHECK ((sequence >= 0))
);

CREATE TABLE public.audit_starts (
    workspace_id text NOT NULL,
    sequence bigint NOT NULL,
    hash text NOT NULL,
    seal text,
    CONSTRAINT audit_starts_sequence_check CHECK ((sequence > 0))
);

CREATE TABLE public.group_members (
    workspace_id text NOT NULL,
    group_id text NOT NULL,
    user_id text NOT NULL,
    CONSTRAINT group_members_group_id_check CHECK ((group_id <> ''::text)),
    CONSTRAINT group_members_user_id_check CHECK ((user_id <> ''::text))
);

CREATE TABLE public.home_tabs (
    workspace_id text NOT NULL,
    user_id text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    sees_others boolean NOT NULL
);

CREATE TABLE public.idempotency_keys (
    workspace_id text NOT NULL,
    user_id text NOT NULL,
    key text NOT NULL,
    request text NOT NULL,
    answer text NOT NULL,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE public.installations (
    workspace_id text NOT NULL,
    sealed text NOT NULL,
    installed_by text,
    installed_at timestamp with time zone NOT NULL,
    uninstalled_at timestamp with time zone
);

CREATE TABLE public.log_posts (
    workspace_id text NOT NULL,
    event_id text NOT NULL,
    channel text NOT NULL,
    posted_ts text NOT NULL,
    CONSTRAINT log_posts_event_id_check CHECK ((event_id <> ''::text))
);

CREATE TABLE public.oauth_states (
    state text NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.offices (
    workspace_id text NOT NULL,
    office_id text NOT NULL,
    name text NOT NULL,
    zone text NOT NULL,
    CONSTRAINT offices_name_check CHECK ((name <> ''::text)),
    CONSTRAINT offices_office_id_check CHECK ((office_id <> ''::text))
);

CREATE TABLE public.outbox (
    workspace_id text NOT NULL,
    message_id text NOT NULL,
    recipient text NOT NULL,
    text text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    attempts integer NOT NULL,
    sent_at timestamp with time zone,
    given_up_at timestamp with time zone,
    key text,
    kind text DEFAULT 'text'::text NOT NULL,
    facts text
);

CREATE TABLE public.pairs (
    workspace_id text NOT NULL,
    in_id text NOT NULL,
    in_at timestamp with time zone NOT NULL,
    in_recorded_at timestamp with time zone NOT NULL,
    in_by text NOT NULL,
    in_via text NOT NULL,
    in_zone text NOT NULL,
    in_office_id text,
    in_ip text,
    in_comment text,
    user_id text NOT NULL,
    work_date date NOT NULL,
    out_id text,
    out_at timestamp with time zone,
    out_recorded_at timestamp with time zone,
    out_by text,
    out_via text,
    out_zone text,
    out_office_id text,
    out_ip text,
    out_comment text,
    deleted_at timestamp with time zone,
    deleted_by text,
    CONSTRAINT at_most_24_hours CHECK (((out_at - in_at) <= '24:00:00'::interval)),
    CONSTRAINT deletion_is_whole CHECK (((deleted_at IS NULL) = (deleted_by IS NULL))),
    CONSTRAINT out_after_in CHECK ((out_at > in_at)),
    CONSTRAINT out_half_is_whole CHECK (((num_nonnulls(out_id, out_at, out_recorded_at, out_by, out_via, out_zone) = 6) OR (num_nonnulls(out_id, out_at, out_recorded_at, out_by, out_via, out_zone, out_office_id, out_ip, out_comment) = 0))),
    CONSTRAINT pairs_check CHECK (((out_id <> ''::text) AND (out_id <> in_id))),
    CONSTRAINT pairs_deleted_at_check CHECK (isfinite(deleted_at)),
    CONSTRAINT pairs_in_at_check CHECK (isfinite(in_at)),
    CONSTRAINT pairs_in_id_check CHECK ((in_id <> ''::text)),
    CONSTRAINT pairs_in_recorded_at_check CHECK (isfinite(in_recorded_at)),
    CONSTRAINT pairs_in_via_check CHECK ((in_via = ANY (ARRAY['slack'::text, 'api'::text, 'form'::text, 'cli'::text, 'system'::text]))),
    CONSTRAINT pairs_out_at_check CHECK (isfinite(out_at)),
    CONSTRAINT pairs_out_recorded_at_check CHECK (isfinite(out_recorded_at)),
    CONSTRAINT pairs_out_via_check CHECK ((out_via = ANY (ARRAY['slack'::text, 'api'::text, 'form'::text, 'cli'::text, 'system'::text]))),
    CONSTRAINT work_date_near CHECK ((abs((work_date - ((in_at AT TIME ZONE 'UTC'::text))::date)) <= 1))
);

CREATE TABLE public.people (
    workspace_id text NOT NULL,
    user_id text NOT NULL,
    name text NOT NULL,
    zone text,
    chat_admin boolean NOT NULL,
    guest boolean NOT NULL,
    bot boolean NOT NULL,
    deactivated boolean NOT NULL,
    refreshed_at timestamp with time zone NOT NULL,
    CONSTRAINT people_user_id_check CHECK ((user_id <> ''::text))
);

CREATE TABLE public.settings (
    workspace_id text NOT NULL,
    name text NOT NULL,
    value text NOT NULL
);

CREATE TABLE public.team_groups (
    workspace_id text NOT NULL,
    team text NOT NULL,
    group_id text NOT NULL,
    CONSTRAINT team_groups_group_id_check CHECK ((group_id <> ''::text))
);

CREATE TABLE public.team_people (
    workspace_id text NOT NULL,
    team text NOT NULL,
    user_id text NOT NULL,
    part text NOT NULL,
    CONSTRAINT team_people_part_check CHECK ((part = ANY (ARRAY['manager'::text, 'member'::text])))
);

CREATE TABLE public.teams (
    workspace_id text NOT NULL,
    name text NOT NULL,
    working_hours text,
    CONSTRAINT teams_name_check CHECK ((name <> ''::text))
);

CREATE TABLE public.tokens (
    workspace_id text NOT NULL,
    token_id text NOT NULL,
    digest text NOT NULL,
    user_id text NOT NULL,
    role text NOT NULL,
    name text,
    created_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    CONSTRAINT tokens_role_check CHECK ((role = ANY (ARRAY['employee'::text, 'manager'::text, 'admin'::text])))
);

CREATE TABLE public.webhook_calls (
    workspace_id text NOT NULL,
    webhook_id text NOT NULL,
    user_id text NOT NULL,
    number bigint NOT NULL,
    event_id text NOT NULL,
    event_type text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    facts text NOT NULL,
    queued_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    attempts integer NOT NULL,
    attempted_at timestamp with time zone,
    answer text,
    taken_at timestamp with time zone,
    given_up_at timestamp with time zone,
    CONSTRAINT webhook_calls_number_check CHECK ((number > 0))
);

CREATE TABLE public.webhooks (
    workspace_id text NOT NULL,
    webhook_id text NOT NULL,
    url text NOT NULL,
    secret text NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    CONSTRAINT webhooks_url_check CHECK ((url <> ''::text)),
    CONSTRAINT webhooks_webhook_id_check CHECK ((webhook_id <> ''::text))
);

CREATE TABLE public.workspaces (
    workspace_id text NOT NULL,
    zone text NOT NULL,
    met_at timestamp with time zone NOT NULL,
    CONSTRAINT workspaces_workspace_id_check CHECK ((workspace_id <> ''::text))
);

INSERT INTO public.alembic_version VALUES
	('0009');

INSERT INTO public.appointed_admins VALUES
	('T0HQ', 'U0MEI', 'U0ADA', '2026-11-16 07:00:00+00');

INSERT INTO public.audit_entries VALUES
	('T0LAB', 7, '2012-06-02 08:00:00+00', '', 'system', 'tell-again', 'what stands', '{"standing":{"office lab":{"name":"Lab","zone":"Asia/Tokyo"},"role of U0KIM":{"chat_admin":true},"setting keep_records_for_years":{"value":"1"},"team Bench":{"groups":[],"managers":["U0KIM"],"members":["U0LIN"],"working_hours":null},"the workspace":{"zone":"Asia/Tokyo"},"token 0128f7ac-8c00-7001-a923-f19035b00001":{"created_at":"2010-06-02T08:00:00+00:00","digest":"90750e4088cf4c8ba7fabe5a727ce68681d3308048aee898a1acbc5ebc61a256","expires_at":null,"name":"kiosk","revoked_at":null,"role":"admin","user_id":"U0KIM"}}}', '45ed9932590b709cb45e80b11e731a76c7641d2d597faa8840556115d51ab75c', '3891eb3f18f3a673dda63454974bc5a939615202c0589d7bfcdc3c061d2248d1', NULL, NULL, NULL),
	('T0LAB', 8, '2012-06-02 08:00:00+00', '', 'system', 'erase-old', '6:45ed9932590b709cb45e80b11e731a76c7641d2d597faa8840556115d51ab75c:', '{"before":"2011-05-31T00:00:00+00:00","entries":6,"keep_records_for_years":1}', '3891eb3f18f3a673dda63454974bc5a939615202c0589d7bfcdc3c061d2248d1', 'dd11b140a3e5fe5ff436ef01b6215ee4aa55ceb1c547e14bbd5aa088c04b5ff7', NULL, NULL, NULL),
	('T0LAB', 9, '2012-06-02 08:00:00+00', 'U0KIM', 'cli', 'change-settings', 'settings', '{"before":{"anchor_channel":"no","anchor_to_people":"no","ask_after":"10","keep_records_for_years":"1","log_channel":"no","reminders":"no","weekly_summary":"no","working_hours":"no","zone":"Asia/Tokyo"},"kept":{"keep_records_for_years":null},"now":{"anchor_channel":"no","anchor_to_people":"no","ask_after":"10","keep_records_for_years":"no","log_channel":"no","reminders":"no","weekly_summary":"no","working_hours":"no","zone":"Asia/Tokyo"}}', 'dd11b140a3e5fe5ff436ef01b6215ee4aa55ceb1c547e14bbd5aa088c04b5ff7', 'b2d4583f90f5cd64bb5e04bf89558be8a42c6d64b086e63943eef482605d3581', NULL, NULL, NULL),
	('T0HQ', 1, '2026-11-16 07:00:00+00', 'U0ADA', 'slack', 'install', 'T0HQ', '{}', '0000000000000000000000000000000000000000000000000000000000000000', '7a75bfd7df27bcc97678c0cb9db85ea85c8abebddfe1b736df2614b5fd94ef55', NULL, NULL, NULL),
	('T0LAB', 10, '2026-11-16 07:00:00+00', 'U0KIM', 'slack', 'install', 'T0LAB', '{}', 'b2d4583f90f5cd64bb5e04bf89558be8a42c6d64b086e63943eef482605d3581', 'fda27ea41ea1a323f1d69c23989f1a5786bc1a292a07de6ddea18adcb6ca0cfe', NULL, NULL, NULL),
	('T0HQ', 2, '2026-11-16 07:00:00+00', 'U0ADA', 'system', 'change-role', 'U0ADA', '{"admin_before":false,"admin_now":true,"by":"the chat platform''s word"}', '7a75bfd7df27bcc97678c0cb9db85ea85c8abebddfe1b736df2614b5fd94ef55', '7b60b3dd814ffd35316d64287defce21de8c7945718ba1dcf27750898e055064', NULL, NULL, NULL),
	('T0HQ', 3, '2026-11-16 07:00:00+00', 'U0ADA', 'cli', 'set-office', 'hq', '{"before":null,"name":"Größe & Co","zone":"Europe/Berlin"}', '7b60b3dd814ffd35316d64287defce21de8c7945718ba1dcf27750898e055064', '1463ca00154dd5c2c091282279ea07b7412384db88c2d50a4cf6400f5a301d4d', NULL, NULL, NULL),
	('T0HQ', 4, '2026-11-16 07:00:00+00', 'U0ADA', 'slack', 'set-office', 'ny', '{"before":null,"name":"New York","zone":"America/New_York"}', '1463ca00154dd5c2c091282279ea07b7412384db88c2d50a4cf6400f5a301d4d', '5d8d2a402f8d47e2f1039a15fdcaff94b038e4a08f8ce4f47e2d98419407e915', NULL, NULL, NULL),
	('T0HQ', 5, '2026-11-16 07:00:00+00', 'U0ADA', 'cli', 'set-team', 'Support', '{"before":null,"groups":["S0NIGHTS"],"managers":["U0MEI"],"members":["U0ANA","U0BEN","U0DAN"],"working_hours":"mon-fri 09:00-17:00"}', '5d8d2a402f8d47e2f1039a15fdcaff94b038e4a08f8ce4f47e2d98419407e915', '95b77a0e3c93e56ebe91378959f3d395be5e4a49b91980a02ce3e48a6cb270a5', NULL, NULL, NULL),
	('T0HQ', 6, '2026-11-16 07:00:00+00', 'U0ADA', 'slack', 'set-team', 'Night shift', '{"before":null,"groups":[],"managers":["U0ANA","U0MEI"],"members":["U0BEN"],"working_hours":null}', '95b77a0e3c93e56ebe91378959f3d395be5e4a49b91980a02ce3e48a6cb270a5', '75f02813357cbda432789a6c6c6853d4ee74074ca8a7945d64d20a00d773d3b7', NULL, NULL, NULL),
	('T0HQ', 7, '2026-11-16 07:00:00+00', 'S0NIGHTS', 'system', 'change-group', 'S0NIGHTS', '{"by":"the chat platform''s word","joined":[],"left":["U0LEO"]}', '75f02813357cbda432789a6c6c6853d4ee74074ca8a7945d64d20a00d773d3b7', 'aa697ac26d7b394ed316b22bed544c3fc8166a601b0b51617f82e27c5d4db204', NULL, NULL, NULL),
	('T0HQ', 8, '2026-11-16 07:00:00+00', 'U0ADA', 'cli', 'change-role', 'U0MEI', '{"appointed_before":false,"appointed_now":true}', 'aa697ac26d7b394ed316b22bed544c3fc8166a601b0b51617f82e27c5d4db204', 'f1a5fe2fda57c93b9e123a139d7e8755508e6fd07f54450631a07b0ced688f13', NULL, NULL, NULL),
	('T0HQ', 9, '2026-11-16 07:00:00+00', 'U0ADA', 'cli', 'change-role', 'U0DAN', '{"appointed_before":false,"appointed_now":true}', 'f1a5fe2fda57c93b9e123a139d7e8755508e6fd07f54450631a07b0ced688f13', 'a1b758cea26e6e384e19aa1690765f721fd3de5884a552b666c98e405f7cbf2d', NULL, NULL, NULL),
	('T0HQ', 10, '2026-11-16 07:00:00+00', 'U0ADA', 'slack', 'change-role', 'U0DAN', '{"appointed_before":true,"appointed_now":false}', 'a1b758cea26e6e384e19aa1690765f721fd3de5884a552b666c98e405f7cbf2d', '52f4d7d8c1adec2b6e65439e38fffadb5a17106f8b4e0113ae66d52c6927aa71', NULL, NULL, NULL),
	('T0HQ', 11, '2026-11-16 07:00:00+00', 'U0ADA', 'cli', 'create-token', '01a1e327-d180-7007-bfd9-b4516edc0007', '{"digest":"0d0f456581059f775b2dbe729a44255178fe8a9fd259a511e1b2eaafa4026558","expires_at":null,"name":"payroll","role":"admin","user_id":"U0ADA"}', '52f4d7d8c1adec2b6e65439e38fffadb5a17106f8b4e0113ae66d52c6927aa71', '4a42004580e627ebfb25e21eb7fd5d076826a8e337454148eed7ebb45a810a64', NULL, NULL, NULL),
	('T0HQ', 12, '2026-11-16 07:00:00+00', 'U0ADA', 'cli', 'create-token', '01a1e327-d180-7008-a7bd-39953f9d0008', '{"digest":"e849a210cdca27d6ba11b7b429ea74b991a59b7d7ed02c2ba865686977bc3491","expires_at":"2027-02-14T07:00:00+00:00","name":null,"role":"employee","user_id":"U0ANA"}', '4a42004580e627ebfb25e21eb7fd5d076826a8e337454148eed7ebb45a810a64', '6eb00805e16e2473a938e528c08a0f207bf0997e952e942b3bff4c8ca913e167', NULL, NULL, NULL),
	('T0HQ', 13, '2026-11-16 07:00:00+00', 'U0ADA', 'cli', 'create-token', '01a1e327-d180-7009-b543-26c14a420009', '{"digest":"1541d01ce44e00671044c901e0e071eea22e35dbfbbbd1d95c50de6091cfcacc","expires_at":"2027-01-31T23:00:00+00:00","name":"wall display","role":"manager","user_id":"U0MEI"}', '6eb00805e16e2473a938e528c08a0f207bf0997e952e942b3bff4c8ca913e167', '8b9362eb23e538d4122181a8fdc2338d20a894faa0f106cc4422bec4f265e639', NULL, NULL, NULL),
	('T0HQ', 14, '2026-11-16 07:00:00+00', 'U0ADA', 'cli', 'create-token', '01a1e327-d180-700a-9ff4-636daa05000a', '{"digest":"4ad4e602a778d35e49abfd40d9cf670088e9ef12dbdb1b1215e7e016a78aba3e","expires_at":null,"name":"old kiosk","role":"employee","user_id":"U0EVA"}', '8b9362eb23e538d4122181a8fdc2338d20a894faa0f106cc4422bec4f265e639', '66c88c84e6a525b3de8c7664931fddc2b5f4e464ce477ca57539993e5927211a', NULL, NULL, NULL),
	('T0HQ', 15, '2026-11-16 07:00:00+00', 'U0ADA', 'cli', 'revoke-token', '01a1e327-d180-700a-9ff4-636daa05000a', '{}', '66c88c84e6a525b3de8c7664931fddc2b5f4e464ce477ca57539993e5927211a', '612d213eaeb47ced3023dafbfc7a3ff0153438169d115c0703dfe22a039a71cb', NULL, NULL, NULL),
	('T0HQ', 16, '2026-11-16 07:00:00+00', 'U0ADA', 'cli', 'change-settings', 'settings', '{"before":{"anchor_channel":"no","anchor_to_people":"no","ask_after":"10","keep_records_for_years":"no","log_channel":"no","reminders":"no","weekly_summary":"no","working_hours":"no","zone":"Europe/Berlin"},"kept":{"keep_records_for_years":"10","log_channel":"C0LOG"},"now":{"anchor_channel":"no","anchor_to_people":"no","ask_after":"10","keep_records_for_years":"10","log_channel":"C0LOG","reminders":"no","weekly_summary":"no","working_hours":"no","zone":"Europe/Berlin"}}', '612d213eaeb47ced3023dafbfc7a3ff0153438169d115c0703dfe22a039a71cb', 'd9d080f537ed70362f56cd172c168b33e035fe04695fee45daac670d267141e5', NULL, NULL, NULL),
	('T0HQ', 17, '2026-11-16 07:00:00+00', 'U0ADA', 'cli', 'add-webhook', '01a1e327-d180-700b-827e-f53a152d000b', '{"secret_digest":"295825947a84679550bb5c42346cc072ac9fd9c825af319dbf2dc623c473587e","url":"https://192.0.2.1/payroll"}', 'd9d080f537ed70362f56cd172c168b33e035fe04695fee45daac670d267141e5', '054dbc64f8493a092430d12b6f289453d8c9d41b6fc30a74e9a6d8f83850383d', NULL, NULL, NULL),
	('T0HQ', 18, '2026-11-16 07:00:00+00', 'U0ADA', 'cli', 'add-webhook', '01a1e327-d180-700c-8c4b-37539624000c', '{"secret_digest":"85e2fbe233760577a72aa9c0c43a80bd76ab551436e877836c24659d382cf4da","url":"https://192.0.2.2/wiki"}', '054dbc64f8493a092430d12b6f289453d8c9d41b6fc30a74e9a6d8f83850383d', 'fc5e8fd7da121dddb0368cc4fe77e0b99018406f324032ec78cd672ce5d398f5', NULL, NULL, NULL),
	('T0HQ', 19, '2026-11-16 07:00:00+00', 'U0ADA', 'cli', 'add-webhook', '01a1e327-d180-700d-9bea-ea0212f1000d', '{"secret_digest":"7ccd0e1877367c5f8b56d78b79786df270ccc3acce6269fb8d26421552a81bd8","url":"https://192.0.2.3/gone"}', 'fc5e8fd7da121dddb0368cc4fe77e0b99018406f324032ec78cd672ce5d398f5', '1eb190d6f4437df61b7428ded06a9bc3487df3f997489f1a645085516fb2c899', NULL, NULL, NULL),
	('T0HQ', 20, '2026-11-16 07:00:00+00', 'U0ADA', 'cli', 'remove-webhook', '01a1e327-d180-700d-9bea-ea0212f1000d', '{}', '1eb190d6f4437df61b7428ded06a9bc3487df3f997489f1a645085516fb2c899', 'e63d242997583573a1f60676498f4c3e82c0f3a63f0b63f33e0aeb28d4af0bcf', NULL, NULL, NULL),
	('T0HQ', 21, '2026-11-16 08:00:00+00', 'U0ANA', 'slack', 'clock-in', '01a1e35e-c000-700e-be27-dcf5607b000e', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-16T08:00:00+00:00","in_by":"U0ANA","in_comment":null,"in_id":"01a1e35e-c000-700e-be27-dcf5607b000e","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-16T08:00:00+00:00","in_via":"slack","in_zone":"Europe/Berlin","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"private":"e4f1bcfa03ff5c43e0014ed324731105e2604c60accc30022a72b37e9db8c2e3","user_id":"U0ANA","work_date":"2026-11-16","workspace_id":"T0HQ"}', 'e63d242997583573a1f60676498f4c3e82c0f3a63f0b63f33e0aeb28d4af0bcf', 'fccd8499fe21f1b7f93120b51101aab7fe20f48f1ce7a259ff31649ef62faaa3', '{"in_comment":"früh, „slack“ 🕗"}', 'e305ace8add351303c4969e80ef4d9cf', NULL),
	('T0HQ', 22, '2026-11-16 15:30:00+00', 'U0ANA', 'slack', 'clock-out', '01a1e35e-c000-700e-be27-dcf5607b000e', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-16T08:00:00+00:00","in_by":"U0ANA","in_comment":null,"in_id":"01a1e35e-c000-700e-be27-dcf5607b000e","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-16T08:00:00+00:00","in_via":"slack","in_zone":"Europe/Berlin","out_at":"2026-11-16T15:30:00+00:00","out_by":"U0ANA","out_comment":null,"out_id":"01a1e4fa-bcc0-7011-9e80-7d472ff00011","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-16T15:30:00+00:00","out_via":"slack","out_zone":"Europe/Berlin","private":"79552561be7e261d62d4bc60f92d5d8fbe1cb15c618210b089e856ca71a1e541","user_id":"U0ANA","work_date":"2026-11-16","workspace_id":"T0HQ"}', 'fccd8499fe21f1b7f93120b51101aab7fe20f48f1ce7a259ff31649ef62faaa3', '63ada11d12d454947d019bf482f563ff6bb74daff040de67ddd7e7e12feef5dc', '{"in_comment":"früh, „slack“ 🕗","out_comment":"<!channel> *bye* & thanks"}', 'e907ee0e24c727d2fc591b55678be3f2', NULL),
	('T0HQ', 23, '2026-11-17 08:00:00+00', 'U0ANA', 'api', 'clock-in', '01a1e885-1c00-7014-8c67-7c900f710014', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-17T08:00:00+00:00","in_by":"U0ANA","in_comment":null,"in_id":"01a1e885-1c00-7014-8c67-7c900f710014","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-17T08:00:00+00:00","in_via":"api","in_zone":"Europe/Berlin","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"private":"e79c7d5a6d0057972f39218b343728193a816687e53be8d9f3df5e0f783f76e2","user_id":"U0ANA","work_date":"2026-11-17","workspace_id":"T0HQ"}', '63ada11d12d454947d019bf482f563ff6bb74daff040de67ddd7e7e12feef5dc', '4689ff81132e911e171bdfd6e821cf656ef88f3695dbce14ee540ad3f793b72c', '{"in_comment":"früh, „api“ 🕗","in_ip":"203.0.113.7"}', '24a42a7b23d0bc733977fe5ce2a3a059', NULL),
	('T0HQ', 24, '2026-11-17 15:30:00+00', 'U0ANA', 'api', 'clock-out', '01a1e885-1c00-7014-8c67-7c900f710014', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-17T08:00:00+00:00","in_by":"U0ANA","in_comment":null,"in_id":"01a1e885-1c00-7014-8c67-7c900f710014","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-17T08:00:00+00:00","in_via":"api","in_zone":"Europe/Berlin","out_at":"2026-11-17T15:30:00+00:00","out_by":"U0ANA","out_comment":null,"out_id":"01a1ea21-18c0-7017-b61d-a4c383710017","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-17T15:30:00+00:00","out_via":"api","out_zone":"Europe/Berlin","private":"b7850e2681acb659a0cfdd507d3d3d72d0b2d35fe1c5a838c3e2dd28dbf8c947","user_id":"U0ANA","work_date":"2026-11-17","workspace_id":"T0HQ"}', '4689ff81132e911e171bdfd6e821cf656ef88f3695dbce14ee540ad3f793b72c', '03f57471907454db34507e5d00eb8acead2a338da891a7812bafa6c39faa1e78', '{"in_comment":"früh, „api“ 🕗","in_ip":"203.0.113.7","out_ip":"203.0.113.7"}', 'f9a5b9b85429a714d2b633dc8d17ddd4', NULL),
	('T0HQ', 25, '2026-11-18 08:00:00+00', 'U0ANA', 'form', 'clock-in', '01a1edab-7800-701a-b353-9eaf817c001a', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-18T08:00:00+00:00","in_by":"U0ANA","in_comment":null,"in_id":"01a1edab-7800-701a-b353-9eaf817c001a","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-18T08:00:00+00:00","in_via":"form","in_zone":"Europe/Berlin","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"private":"e017d39162d143a5edb3f9b7c45f07b2f0e2bb1a9a942e358bcff9ae4815aa55","user_id":"U0ANA","work_date":"2026-11-18","workspace_id":"T0HQ"}', '03f57471907454db34507e5d00eb8acead2a338da891a7812bafa6c39faa1e78', 'a3e5e2b39e9fd0034d74bbd28eb4adcb74d57820f16a9415109bc91ac3ff8b0d', '{"in_comment":"früh, „form“ 🕗"}', '564e9b255fc9677a94a6a4a9dbd38831', NULL),
	('T0HQ', 26, '2026-11-18 15:30:00+00', 'U0ANA', 'form', 'clock-out', '01a1edab-7800-701a-b353-9eaf817c001a', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-18T08:00:00+00:00","in_by":"U0ANA","in_comment":null,"in_id":"01a1edab-7800-701a-b353-9eaf817c001a","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-18T08:00:00+00:00","in_via":"form","in_zone":"Europe/Berlin","out_at":"2026-11-18T15:30:00+00:00","out_by":"U0ANA","out_comment":null,"out_id":"01a1ef47-74c0-701d-aabf-dea29d77001d","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-18T15:30:00+00:00","out_via":"form","out_zone":"Europe/Berlin","private":"2921420ed51641978d938b5f846498732ffae76c3ec908dceb459d11e4fe6d91","user_id":"U0ANA","work_date":"2026-11-18","workspace_id":"T0HQ"}', 'a3e5e2b39e9fd0034d74bbd28eb4adcb74d57820f16a9415109bc91ac3ff8b0d', '97162dfbc3909927756707d6a42afdec3f8bf01ffda7cb484ee89767fcee195f', '{"in_comment":"früh, „form“ 🕗"}', 'b7174bbd2c91ee2ca45579f08d8fd493', NULL),
	('T0HQ', 27, '2026-11-19 08:00:00+00', 'U0ANA', 'cli', 'clock-in', '01a1f2d1-d400-7020-9bed-191e32bd0020', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-19T08:00:00+00:00","in_by":"U0ANA","in_comment":null,"in_id":"01a1f2d1-d400-7020-9bed-191e32bd0020","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-19T08:00:00+00:00","in_via":"cli","in_zone":"Europe/Berlin","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"private":"cd0f3fdb758fa6cf0e8d3be7a36ce637f09e7fa0d3d19eefce4cb7a2e3281d76","user_id":"U0ANA","work_date":"2026-11-19","workspace_id":"T0HQ"}', '97162dfbc3909927756707d6a42afdec3f8bf01ffda7cb484ee89767fcee195f', 'acb97fc2090ee5744e59cb30c5e692e81419add6c9fbc91aa65dd5b8dd1b292e', '{"in_comment":"früh, „cli“ 🕗"}', 'ba8c4d385c19dfe821d4752141ac6ed5', NULL),
	('T0HQ', 28, '2026-11-19 15:30:00+00', 'U0ANA', 'cli', 'clock-out', '01a1f2d1-d400-7020-9bed-191e32bd0020', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-19T08:00:00+00:00","in_by":"U0ANA","in_comment":null,"in_id":"01a1f2d1-d400-7020-9bed-191e32bd0020","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-19T08:00:00+00:00","in_via":"cli","in_zone":"Europe/Berlin","out_at":"2026-11-19T15:30:00+00:00","out_by":"U0ANA","out_comment":null,"out_id":"01a1f46d-d0c0-7023-9247-eb7d82680023","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-19T15:30:00+00:00","out_via":"cli","out_zone":"Europe/Berlin","private":"d88787ab266c0befd666d611187c16bcd39f272f8ca46bf021ff0094a2bdfc50","user_id":"U0ANA","work_date":"2026-11-19","workspace_id":"T0HQ"}', 'acb97fc2090ee5744e59cb30c5e692e81419add6c9fbc91aa65dd5b8dd1b292e', '399c814e18a0a7698e0c4088da1543fba69a0d1a1a9fd598fb28a7fbfa6426c4', '{"in_comment":"früh, „cli“ 🕗"}', '5f9d8a3a2af1961696027548a52dc880', NULL),
	('T0HQ', 29, '2026-11-20 08:00:00+00', 'U0ANA', 'system', 'clock-in', '01a1f7f8-3000-7026-940e-4d46d66a0026', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-20T08:00:00+00:00","in_by":"U0ANA","in_comment":null,"in_id":"01a1f7f8-3000-7026-940e-4d46d66a0026","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-20T08:00:00+00:00","in_via":"system","in_zone":"Europe/Berlin","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"private":"ee2a809d3c6b4cf03e4d926d3445cb5bd233229d520c73e3efbd1d95555063b8","user_id":"U0ANA","work_date":"2026-11-20","workspace_id":"T0HQ"}', '399c814e18a0a7698e0c4088da1543fba69a0d1a1a9fd598fb28a7fbfa6426c4', '0214b6e9292c4ba9a98a9bda0bd21995b3cc8fa6da66ebdf8eaab789477c8571', '{"in_comment":"früh, „system“ 🕗"}', 'e3437d146f3a8b7833d818ebcca2327e', NULL),
	('T0HQ', 30, '2026-11-20 15:30:00+00', 'U0ANA', 'system', 'clock-out', '01a1f7f8-3000-7026-940e-4d46d66a0026', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-20T08:00:00+00:00","in_by":"U0ANA","in_comment":null,"in_id":"01a1f7f8-3000-7026-940e-4d46d66a0026","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-20T08:00:00+00:00","in_via":"system","in_zone":"Europe/Berlin","out_at":"2026-11-20T15:30:00+00:00","out_by":"U0ANA","out_comment":null,"out_id":"01a1f994-2cc0-7029-851e-06c587e30029","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-20T15:30:00+00:00","out_via":"system","out_zone":"Europe/Berlin","private":"8dae759d83e4db57f8dcb043b7e824056352439f15ee027e7e243e5846d1142d","user_id":"U0ANA","work_date":"2026-11-20","workspace_id":"T0HQ"}', '0214b6e9292c4ba9a98a9bda0bd21995b3cc8fa6da66ebdf8eaab789477c8571', 'a9be5153eeb9dd83b03583efecf76f32599cc7cf0cf8220e59a9887a37256ac5', '{"in_comment":"früh, „system“ 🕗"}', '09482e7f8b415d51aa0101b13733da24', NULL),
	('T0HQ', 31, '2026-11-20 16:00:00+00', 'U0MEI', 'form', 'create', '01a1f9af-a400-702c-bff5-698c51c3002c', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-19T22:00:00+00:00","in_by":"U0MEI","in_comment":null,"in_id":"01a1f9af-a400-702c-bff5-698c51c3002c","in_ip":null,"in_office_id":"ny","in_recorded_at":"2026-11-20T16:00:00+00:00","in_via":"form","in_zone":"America/New_York","out_at":"2026-11-20T06:00:00+00:00","out_by":"U0MEI","out_comment":null,"out_id":"01a1f9af-a400-702d-92ab-fe1eb5c5002d","out_ip":null,"out_office_id":"ny","out_recorded_at":"2026-11-20T16:00:00+00:00","out_via":"form","out_zone":"America/New_York","private":"c26980aa9183ad27b1fbceb797b572118da5a2ce3deae0de8856d43068f81990","user_id":"U0BEN","work_date":"2026-11-19","workspace_id":"T0HQ"}', 'a9be5153eeb9dd83b03583efecf76f32599cc7cf0cf8220e59a9887a37256ac5', '66f6915d90b397334f3b204da6973dc1686c49c3a8dffce4fd860e54a20079e4', '{"in_comment":"nights","out_comment":"home"}', '443e8873b8ed3b018b7fd638ba586709', NULL),
	('T0HQ', 32, '2026-11-20 16:00:00+00', 'U0BEN', 'form', 'create', '01a1f9af-a400-7031-92f5-66f779190031', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-18T14:00:00+00:00","in_by":"U0BEN","in_comment":null,"in_id":"01a1f9af-a400-7031-92f5-66f779190031","in_ip":null,"in_office_id":null,"in_recorded_at":"2026-11-20T16:00:00+00:00","in_via":"form","in_zone":"America/New_York","out_at":"2026-11-18T15:00:00+00:00","out_by":"U0BEN","out_comment":null,"out_id":"01a1f9af-a400-7032-a7f0-f189e7690032","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-20T16:00:00+00:00","out_via":"form","out_zone":"America/New_York","private":"68d62b6940879b6106641ba67f661f44080f1e3f68fc77a5856f8d078429ce15","user_id":"U0BEN","work_date":"2026-11-18","workspace_id":"T0HQ"}', '66f6915d90b397334f3b204da6973dc1686c49c3a8dffce4fd860e54a20079e4', '4020625918e0da77da415cb248c88e1dbc7b6191b958daef7eafce1171eb42c5', '{"in_comment":"by mistake"}', 'c1211b3468e3febb4ca92c3032a102cc', NULL),
	('T0HQ', 33, '2026-11-20 16:00:00+00', 'U0ADA', 'cli', 'create', '01a1f9af-a400-7035-87df-e6662a5b0035', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-18T08:00:00+00:00","in_by":"U0ADA","in_comment":null,"in_id":"01a1f9af-a400-7035-87df-e6662a5b0035","in_ip":null,"in_office_id":null,"in_recorded_at":"2026-11-20T16:00:00+00:00","in_via":"cli","in_zone":"Europe/Berlin","out_at":"2026-11-18T16:00:00+00:00","out_by":"U0ADA","out_comment":null,"out_id":"01a1f9af-a400-7036-9ae2-c6df3e960036","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-20T16:00:00+00:00","out_via":"cli","out_zone":"Europe/Berlin","user_id":"U0DAN","work_date":"2026-11-18","workspace_id":"T0HQ"}', '4020625918e0da77da415cb248c88e1dbc7b6191b958daef7eafce1171eb42c5', '343db161a1e0b833b1caef89da3ab3c87391f7a78fb86ca053b47ab810256cc9', NULL, NULL, NULL),
	('T0HQ', 34, '2026-11-20 16:00:00+00', 'U0MEI', 'slack', 'delete', '01a1f9af-a400-7031-92f5-66f779190031', '{"deleted_at":"2026-11-20T16:00:00+00:00","deleted_by":"U0MEI","in_at":"2026-11-18T14:00:00+00:00","in_by":"U0BEN","in_comment":null,"in_id":"01a1f9af-a400-7031-92f5-66f779190031","in_ip":null,"in_office_id":null,"in_recorded_at":"2026-11-20T16:00:00+00:00","in_via":"form","in_zone":"America/New_York","out_at":"2026-11-18T15:00:00+00:00","out_by":"U0BEN","out_comment":null,"out_id":"01a1f9af-a400-7032-a7f0-f189e7690032","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-20T16:00:00+00:00","out_via":"form","out_zone":"America/New_York","private":"57ca486334bda407d24c875b8b206e0d75d66c77e6fe211b8229f6fd35f63b3f","user_id":"U0BEN","work_date":"2026-11-18","workspace_id":"T0HQ"}', '343db161a1e0b833b1caef89da3ab3c87391f7a78fb86ca053b47ab810256cc9', 'a987ea8b0d3e52b6f3e05752f6352beefac2b63147a58bb7d6a01d0533d4bb97', '{"in_comment":"by mistake"}', 'e7309962c8ed03402603dc31fc51b4e6', NULL),
	('T0HQ', 35, '2026-11-20 16:00:00+00', 'U0ADA', 'cli', 'delete', '01a1f9af-a400-7035-87df-e6662a5b0035', '{"deleted_at":"2026-11-20T16:00:00+00:00","deleted_by":"U0ADA","in_at":"2026-11-18T08:00:00+00:00","in_by":"U0ADA","in_comment":null,"in_id":"01a1f9af-a400-7035-87df-e6662a5b0035","in_ip":null,"in_office_id":null,"in_recorded_at":"2026-11-20T16:00:00+00:00","in_via":"cli","in_zone":"Europe/Berlin","out_at":"2026-11-18T16:00:00+00:00","out_by":"U0ADA","out_comment":null,"out_id":"01a1f9af-a400-7036-9ae2-c6df3e960036","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-20T16:00:00+00:00","out_via":"cli","out_zone":"Europe/Berlin","user_id":"U0DAN","work_date":"2026-11-18","workspace_id":"T0HQ"}', 'a987ea8b0d3e52b6f3e05752f6352beefac2b63147a58bb7d6a01d0533d4bb97', '2fd70db21bb56630af12542c9b6186d8274f8564b0f8204c06e9270d9ecfa01c', NULL, NULL, NULL),
	('T0HQ', 36, '2026-11-20 16:00:00+00', 'U0ADA', 'cli', 'restore', '01a1f9af-a400-7035-87df-e6662a5b0035', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-18T08:00:00+00:00","in_by":"U0ADA","in_comment":null,"in_id":"01a1f9af-a400-7035-87df-e6662a5b0035","in_ip":null,"in_office_id":null,"in_recorded_at":"2026-11-20T16:00:00+00:00","in_via":"cli","in_zone":"Europe/Berlin","out_at":"2026-11-18T16:00:00+00:00","out_by":"U0ADA","out_comment":null,"out_id":"01a1f9af-a400-7036-9ae2-c6df3e960036","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-20T16:00:00+00:00","out_via":"cli","out_zone":"Europe/Berlin","user_id":"U0DAN","work_date":"2026-11-18","workspace_id":"T0HQ"}', '2fd70db21bb56630af12542c9b6186d8274f8564b0f8204c06e9270d9ecfa01c', '3a1377eebc825da76a6a90ca39bd66b70cc1046773dc5a1af6dfed9db3e3b24c', NULL, NULL, NULL),
	('T0HQ', 37, '2026-11-20 16:00:00+00', 'U0ADA', 'cli', 'create', 'gd-1', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-10-01T09:00:00+00:00","in_by":"U0ADA","in_comment":null,"in_id":"gd-1","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-10-01T09:00:00+00:00","in_via":"cli","in_zone":"UTC","out_at":"2026-10-01T17:00:00+00:00","out_by":"U0ADA","out_comment":null,"out_id":"gd-2","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-10-01T17:00:00+00:00","out_via":"cli","out_zone":"UTC","private":"c89f748f0207ee6666df3af4939630cda054277c896cfce29fb8bdb5a1448782","user_id":"U0EVA","work_date":"2026-10-01","workspace_id":"T0HQ"}', '3a1377eebc825da76a6a90ca39bd66b70cc1046773dc5a1af6dfed9db3e3b24c', 'a95a1972919988cf7ad7d334c1c2ba06bb42a2dbc9ea364c33efdd6c154f2971', '{"out_comment":"out","out_ip":"198.51.100.4"}', 'f63a4c7b0dd3acdb330ac4498830b760', NULL),
	('T0HQ', 38, '2026-11-20 16:00:00+00', 'U0ADA', 'cli', 'create', '01a1f9af-a400-7043-95b6-21f48dcf0043', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-10-02T09:00:00+00:00","in_by":"U0ADA","in_comment":null,"in_id":"01a1f9af-a400-7043-95b6-21f48dcf0043","in_ip":null,"in_office_id":null,"in_recorded_at":"2026-11-20T16:00:00+00:00","in_via":"cli","in_zone":"UTC","out_at":"2026-10-02T12:15:00+00:00","out_by":"U0ADA","out_comment":null,"out_id":"01a1f9af-a400-7044-95bf-caae7f6b0044","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-20T16:00:00+00:00","out_via":"cli","out_zone":"UTC","private":"14105064aa7f959923d4a48b1bd90ce0e2ae159738454e7a45393561a5e43b5f","user_id":"U0EVA","work_date":"2026-10-02","workspace_id":"T0HQ"}', 'a95a1972919988cf7ad7d334c1c2ba06bb42a2dbc9ea364c33efdd6c154f2971', 'c831832821550e35cfc4cd524dc8215f22b9b06fb1fa99d9a59798fef36aa4cc', '{"out_comment":"half a day"}', 'cafbc7575bea4247073b5a6f8bdce7df', NULL),
	('T0HQ', 40, '2026-11-20 16:00:00+00', 'U0ADA', 'cli', 'erase', 'U0LEO', '{"answers":0,"messages":0,"records":1}', '4641f5f899057d316db3b1143c329e2fb51d4e098beca8585c897956c174700c', '16960b2bbc03afebd1662ff7fb55867d99d06cb4d37a51402208269a6fb0b242', NULL, NULL, NULL),
	('T0HQ', 39, '2026-11-20 16:00:00+00', 'U0LEO', 'api', 'create', '01a1f9af-a400-7047-b1d2-eadb5c9f0047', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-18T09:00:00+00:00","in_by":"U0LEO","in_comment":null,"in_id":"01a1f9af-a400-7047-b1d2-eadb5c9f0047","in_ip":null,"in_office_id":null,"in_recorded_at":"2026-11-20T16:00:00+00:00","in_via":"api","in_zone":"UTC","out_at":"2026-11-18T10:00:00+00:00","out_by":"U0LEO","out_comment":null,"out_id":"01a1f9af-a400-7048-a816-a5457dae0048","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-20T16:00:00+00:00","out_via":"api","out_zone":"UTC","private":"9fd9b82357b9a91213f64095286a29a715939b7515befffbcc5022220f3f2ad3","user_id":"U0LEO","work_date":"2026-11-18","workspace_id":"T0HQ"}', 'c831832821550e35cfc4cd524dc8215f22b9b06fb1fa99d9a59798fef36aa4cc', '4641f5f899057d316db3b1143c329e2fb51d4e098beca8585c897956c174700c', NULL, NULL, NULL),
	('T0LAB', 11, '2026-11-20 16:00:00+00', '', 'system', 'uninstall', 'T0LAB', '{}', 'fda27ea41ea1a323f1d69c23989f1a5786bc1a292a07de6ddea18adcb6ca0cfe', '6729e213f2f87fbe1fc45ed52fc12205b43b927be7f3d93f5a2160b150d8c3e3', NULL, NULL, NULL),
	('T0HQ', 41, '2026-11-23 08:00:00+00', 'U0EVA', 'api', 'clock-in', '01a2076b-4400-704d-a5bb-c967015b004d', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-23T08:00:00+00:00","in_by":"U0EVA","in_comment":null,"in_id":"01a2076b-4400-704d-a5bb-c967015b004d","in_ip":null,"in_office_id":null,"in_recorded_at":"2026-11-23T08:00:00+00:00","in_via":"api","in_zone":"UTC","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"private":"101c1a5f7da1eff8e97025c436d74077c9628f5467dfcbe15ca29b034532ac0e","user_id":"U0EVA","work_date":"2026-11-23","workspace_id":"T0HQ"}', '16960b2bbc03afebd1662ff7fb55867d99d06cb4d37a51402208269a6fb0b242', 'f483f34ba03854a9e904c4999c359a8fb8c16c4ee883412b62e33446f615ca3e', '{"in_ip":"203.0.113.8"}', '69345d4c74eb6000c2a52e5d63d4af01', NULL),
	('T0HQ', 42, '2026-11-23 16:30:00+00', 'U0EVA', 'api', 'clock-out', '01a2076b-4400-704d-a5bb-c967015b004d', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-23T08:00:00+00:00","in_by":"U0EVA","in_comment":null,"in_id":"01a2076b-4400-704d-a5bb-c967015b004d","in_ip":null,"in_office_id":null,"in_recorded_at":"2026-11-23T08:00:00+00:00","in_via":"api","in_zone":"UTC","out_at":"2026-11-23T16:30:00+00:00","out_by":"U0EVA","out_comment":null,"out_id":"01a2093e-2f40-7050-99bc-e3cb68590050","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-23T16:30:00+00:00","out_via":"api","out_zone":"UTC","private":"b941e4d72c789e4b364c1e10da11910e2c4a945b948aacac728997be29f7d8c4","user_id":"U0EVA","work_date":"2026-11-23","workspace_id":"T0HQ"}', 'f483f34ba03854a9e904c4999c359a8fb8c16c4ee883412b62e33446f615ca3e', 'a8d4c9c91ad55e31ed90812cb92cebd8003f1ac176dedd827378dc8be9bf698b', '{"in_ip":"203.0.113.8","out_ip":"203.0.113.8"}', '4fb3c25da4c8c5d27ec65f9b2bff56e9', NULL),
	('T0HQ', 43, '2026-11-24 06:20:00+00', 'U0ADA', 'cli', 'change-settings', 'settings', '{"before":{"anchor_channel":"no","anchor_to_people":"no","ask_after":"10","keep_records_for_years":"10","log_channel":"C0LOG","reminders":"no","weekly_summary":"no","working_hours":"no","zone":"Europe/Berlin"},"kept":{"anchor_channel":"C0AUDIT","anchor_to_people":"yes","ask_after":null,"reminders":"yes","weekly_summary":"wed 09:00"},"now":{"anchor_channel":"C0AUDIT","anchor_to_people":"yes","ask_after":"10","keep_records_for_years":"10","log_channel":"C0LOG","reminders":"yes","weekly_summary":"wed 09:00","working_hours":"no","zone":"Europe/Berlin"}}', 'a8d4c9c91ad55e31ed90812cb92cebd8003f1ac176dedd827378dc8be9bf698b', '60b15285fac094b1659e58deb6d185a20a683124cce376336b6570bc78fdb7aa', NULL, NULL, NULL),
	('T0HQ', 44, '2026-11-24 07:30:00+00', 'U0DAN', 'slack', 'clock-in', '01a20c76-28c0-7053-99e2-59807faa0053', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-24T07:30:00+00:00","in_by":"U0DAN","in_comment":null,"in_id":"01a20c76-28c0-7053-99e2-59807faa0053","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-24T07:30:00+00:00","in_via":"slack","in_zone":"Europe/Berlin","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"user_id":"U0DAN","work_date":"2026-11-24","workspace_id":"T0HQ"}', '60b15285fac094b1659e58deb6d185a20a683124cce376336b6570bc78fdb7aa', '7eedb93675ec369735b3cf0b0cd2019e9240551ce13f01520250943c065c64ee', NULL, NULL, NULL),
	('T0HQ', 45, '2026-11-24 07:30:00+00', 'U0BEN', 'slack', 'change-settings', 'reminders', '{"kept":{"no reminders for U0BEN":"yes"}}', '7eedb93675ec369735b3cf0b0cd2019e9240551ce13f01520250943c065c64ee', '5701ee1519dfe69ef3d98b167640ca612331677f3f7daae2cfacb725e7ad74b3', NULL, NULL, NULL),
	('T0LAB', 12, '2026-11-25 09:15:00+00', 'U0KIM', 'slack', 'install', 'T0LAB', '{}', '6729e213f2f87fbe1fc45ed52fc12205b43b927be7f3d93f5a2160b150d8c3e3', '5b89c4bdfd519223bbd94e78dcac92f2c1922fde6ab225177cf717a8786c40d3', NULL, NULL, NULL),
	('T0HQ', 46, '2026-11-24 22:00:00+00', 'U0BEN', 'slack', 'clock-in', '01a20f92-ab00-7057-8f7b-d478b9d70057', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-24T22:00:00+00:00","in_by":"U0BEN","in_comment":null,"in_id":"01a20f92-ab00-7057-8f7b-d478b9d70057","in_ip":null,"in_office_id":"ny","in_recorded_at":"2026-11-24T22:00:00+00:00","in_via":"slack","in_zone":"America/New_York","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"private":"1bedb075e8a7042c603a45c749dd39652733a03236073f06e144361a0940dcd3","user_id":"U0BEN","work_date":"2026-11-24","workspace_id":"T0HQ"}', '5701ee1519dfe69ef3d98b167640ca612331677f3f7daae2cfacb725e7ad74b3', '7ac21aaf430ee2398045f6c2a36a9e90239c76749ce6ff310ef68de3a37f16b5', '{"in_comment":"night"}', '74d77d382696812c9a1ebec3a14529da', NULL),
	('T0HQ', 49, '2026-11-25 09:15:20+00', 'U0ADA', 'form', 'create', '01a211fc-f440-7067-b7ff-4082322a0067', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-23T14:00:00+00:00","in_by":"U0ADA","in_comment":null,"in_id":"01a211fc-f440-7067-b7ff-4082322a0067","in_ip":null,"in_office_id":"ny","in_recorded_at":"2026-11-25T09:15:20+00:00","in_via":"form","in_zone":"America/New_York","out_at":"2026-11-23T22:00:00+00:00","out_by":"U0ADA","out_comment":null,"out_id":"01a211fc-f440-7068-a713-eeb787be0068","out_ip":null,"out_office_id":"ny","out_recorded_at":"2026-11-25T09:15:20+00:00","out_via":"form","out_zone":"America/New_York","user_id":"U0BEN","work_date":"2026-11-23","workspace_id":"T0HQ"}', '567235309a8b86c15a0828141d651af8f55fc80b138b2cfee1362305f62323a5', '2053f390ab16b89b8e44a9d574ca90f7581fd449231f30ee5b699ae4ea9547e6', NULL, NULL, NULL),
	('T0HQ', 53, '2026-11-25 09:15:30+00', 'U0ANA', 'api', 'clock-in', '01a211fd-1b50-707d-a588-0427ff6c007d', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-25T09:15:30+00:00","in_by":"U0ANA","in_comment":null,"in_id":"01a211fd-1b50-707d-a588-0427ff6c007d","in_ip":null,"in_office_id":null,"in_recorded_at":"2026-11-25T09:15:30+00:00","in_via":"api","in_zone":"Europe/Berlin","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"private":"e7a847a851cba5fb61c405e69c71c2da6c0097554617c03ba829ad4ecb87b43c","user_id":"U0ANA","work_date":"2026-11-25","workspace_id":"T0HQ"}', 'ef08c8365b839451f2309eaecaa1a2e858d72eb92a63b4178aec33fd754b89e8', '22ee18d6ab63b2c5b9e714154a13b64810e8ef0e48166f09a47638598d1b1735', '{"in_ip":"203.0.113.7"}', 'cebf302145ed50005d48d8c51c3fc54f', NULL),
	('T0HQ', 47, '2026-11-25 09:15:10+00', 'U0MEI', 'slack', 'clock-in', '01a211fc-cd30-705b-8fe4-bbf51647005b', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-25T09:15:10+00:00","in_by":"U0MEI","in_comment":null,"in_id":"01a211fc-cd30-705b-8fe4-bbf51647005b","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-25T09:15:10+00:00","in_via":"slack","in_zone":"Europe/Berlin","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"private":"3928a7077addc2653b34df061a2ec9ef9119fc3113058b75666bd8041d29ed6b","user_id":"U0ANA","work_date":"2026-11-25","workspace_id":"T0HQ"}', '7ac21aaf430ee2398045f6c2a36a9e90239c76749ce6ff310ef68de3a37f16b5', 'c14a4d0706bf902c78f158e05db870ac23c085029c8dcf5006e96328844ada97', '{"in_comment":"at the door"}', 'ef9e5232985b35c08fabcf64f51d0697', NULL),
	('T0HQ', 51, '2026-11-25 09:15:20+00', 'U0MEI', 'slack', 'delete', '01a1f2d1-d400-7020-9bed-191e32bd0020', '{"deleted_at":"2026-11-25T09:15:20+00:00","deleted_by":"U0MEI","in_at":"2026-11-19T08:00:00+00:00","in_by":"U0ANA","in_comment":null,"in_id":"01a1f2d1-d400-7020-9bed-191e32bd0020","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-19T08:00:00+00:00","in_via":"cli","in_zone":"Europe/Berlin","out_at":"2026-11-19T15:30:00+00:00","out_by":"U0ANA","out_comment":null,"out_id":"01a1f46d-d0c0-7023-9247-eb7d82680023","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-19T15:30:00+00:00","out_via":"cli","out_zone":"Europe/Berlin","private":"d7fe5eccf0ba78ab6ea025b590b2e04d66dc86c92e753368df8b713a9d0172db","user_id":"U0ANA","work_date":"2026-11-19","workspace_id":"T0HQ"}', 'aec2a85f752e054d5716823b65e1b8fd931ca4ac8b04094f294f9a671fa14e49', '0963d30d2c9fef3b52a98c5791d8a8fb59463d96b547099f853836421492044c', '{"in_comment":"früh, „cli“ 🕗"}', '212d3ddb10aea4153dd865192fa921df', NULL),
	('T0HQ', 48, '2026-11-25 09:15:20+00', 'U0MEI', 'slack', 'clock-out', '01a211fc-cd30-705b-8fe4-bbf51647005b', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-25T09:15:10+00:00","in_by":"U0MEI","in_comment":null,"in_id":"01a211fc-cd30-705b-8fe4-bbf51647005b","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-25T09:15:10+00:00","in_via":"slack","in_zone":"Europe/Berlin","out_at":"2026-11-25T09:15:20+00:00","out_by":"U0MEI","out_comment":null,"out_id":"01a211fc-f440-7061-ba44-a8a2a4e50061","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-25T09:15:20+00:00","out_via":"slack","out_zone":"Europe/Berlin","private":"da8af902316182475af82dfbeaf033d61b52b795d7153dac5c51cefa17b33b0d","user_id":"U0ANA","work_date":"2026-11-25","workspace_id":"T0HQ"}', 'c14a4d0706bf902c78f158e05db870ac23c085029c8dcf5006e96328844ada97', '567235309a8b86c15a0828141d651af8f55fc80b138b2cfee1362305f62323a5', '{"in_comment":"at the door"}', 'bf29aabecd09f7573034747df3618598', NULL),
	('T0HQ', 52, '2026-11-25 09:15:20+00', 'U0MEI', 'slack', 'restore', '01a1f2d1-d400-7020-9bed-191e32bd0020', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-19T08:00:00+00:00","in_by":"U0ANA","in_comment":null,"in_id":"01a1f2d1-d400-7020-9bed-191e32bd0020","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-19T08:00:00+00:00","in_via":"cli","in_zone":"Europe/Berlin","out_at":"2026-11-19T15:30:00+00:00","out_by":"U0ANA","out_comment":null,"out_id":"01a1f46d-d0c0-7023-9247-eb7d82680023","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-19T15:30:00+00:00","out_via":"cli","out_zone":"Europe/Berlin","private":"01de83e12f932967813c2f32981b1221d01ea9d71023e20545580038e8d2b8cd","user_id":"U0ANA","work_date":"2026-11-19","workspace_id":"T0HQ"}', '0963d30d2c9fef3b52a98c5791d8a8fb59463d96b547099f853836421492044c', 'ef08c8365b839451f2309eaecaa1a2e858d72eb92a63b4178aec33fd754b89e8', '{"in_comment":"früh, „cli“ 🕗"}', 'c25169364af7410d2c8dc48c5d801b2c', NULL),
	('T0LAB', 13, '2026-11-25 09:15:30+00', 'U0LIN', 'slack', 'clock-in', '01a211fd-1b50-708e-a24c-31365f44008e', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-25T09:15:30+00:00","in_by":"U0LIN","in_comment":null,"in_id":"01a211fd-1b50-708e-a24c-31365f44008e","in_ip":null,"in_office_id":null,"in_recorded_at":"2026-11-25T09:15:30+00:00","in_via":"slack","in_zone":"Asia/Tokyo","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"user_id":"U0LIN","work_date":"2026-11-25","workspace_id":"T0LAB"}', '5b89c4bdfd519223bbd94e78dcac92f2c1922fde6ab225177cf717a8786c40d3', '9bc30d16e072de06fd3d2dd8f29b52eed1dfe278156c27252c70eedca0a3c046', NULL, NULL, NULL),
	('T0HQ', 50, '2026-11-25 09:15:20+00', 'U0MEI', 'slack', 'delete', '01a1f9af-a400-702c-bff5-698c51c3002c', '{"deleted_at":"2026-11-25T09:15:20+00:00","deleted_by":"U0MEI","in_at":"2026-11-19T22:00:00+00:00","in_by":"U0MEI","in_comment":null,"in_id":"01a1f9af-a400-702c-bff5-698c51c3002c","in_ip":null,"in_office_id":"ny","in_recorded_at":"2026-11-20T16:00:00+00:00","in_via":"form","in_zone":"America/New_York","out_at":"2026-11-20T06:00:00+00:00","out_by":"U0MEI","out_comment":null,"out_id":"01a1f9af-a400-702d-92ab-fe1eb5c5002d","out_ip":null,"out_office_id":"ny","out_recorded_at":"2026-11-20T16:00:00+00:00","out_via":"form","out_zone":"America/New_York","private":"d6c2b478b4db94f714ee04f7f486a83a7a1636874a7add0506f645fee6448dc5","user_id":"U0BEN","work_date":"2026-11-19","workspace_id":"T0HQ"}', '2053f390ab16b89b8e44a9d574ca90f7581fd449231f30ee5b699ae4ea9547e6', 'aec2a85f752e054d5716823b65e1b8fd931ca4ac8b04094f294f9a671fa14e49', '{"in_comment":"nights","out_comment":"home"}', '79d4e1aae8a560f236efd5a11890bc95', NULL);

INSERT INTO public.audit_heads VALUES
	('T0HQ', 53, '22ee18d6ab63b2c5b9e714154a13b64810e8ef0e48166f09a47638598d1b1735'),
	('T0LAB', 13, '9bc30d16e072de06fd3d2dd8f29b52eed1dfe278156c27252c70eedca0a3c046');

INSERT INTO public.audit_starts VALUES
	('T0LAB', 6, '45ed9932590b709cb45e80b11e731a76c7641d2d597faa8840556115d51ab75c', NULL);

INSERT INTO public.group_members VALUES
	('T0HQ', 'S0NIGHTS', 'U0EVA');

INSERT INTO public.home_tabs VALUES
	('T0HQ', 'U0MEI', '2026-11-25 09:15:00+00', true),
	('T0HQ', 'U0ANA', '2026-11-25 09:15:00+00', true);

INSERT INTO public.idempotency_keys VALUES
	('T0HQ', 'U0ANA', '2026-11-25-ana', '5f0c6a4f0f6f2f0e', '{"id": "01a211fd-1b50-707d-a588-0427ff6c007d", "userId": "U0ANA", "comment": null, "ipAddress": "203.0.113.7"}', '2026-11-25 09:15:30+00');

INSERT INTO public.installations VALUES
	('T0HQ', 'gAAAAABrC88BtXpKP6lpshgyBQ9jBPIgA2mmSRS2-FwAO43-XPx8eJ2o8_X-_DykdSQlUVWNbPVSJpxh9G68Q42kr-DtZ4ihtiQjkLrLO96fprECh85vaYj4kbveO8lpeWJvh85J8dztWynfICHnS3q_wqc099k9qZlbBUdsE-L_QvNFbKhXR9L0SmarKkhtsrulqdGy1vUi', 'U0ADA', '2026-11-16 07:00:00+00', NULL),
	('T0LAB', 'gAAAAABrC88ExmWQztNwZz9ensrtrH5Hd5rhdYpCBWwotHuatEE6psOj1L6sw83bY0Fh7aLqoxR96f40in53HT_ZIBUTX24iOm1iafyd8eH7b_li59_yzgtoU91ZGcWc3aXyk2yaVODWeoH64O5ighSeTZjcU7-vgc12HtdmvwFX6WI0EafloeQ=', 'U0KIM', '2026-11-25 09:15:00+00', NULL);

INSERT INTO public.log_posts VALUES
	('T0HQ', '01a1e35e-c000-700e-be27-dcf5607b000e', 'C0LOG', '1795188600.000100'),
	('T0HQ', '01a1e4fa-bcc0-7011-9e80-7d472ff00011', 'C0LOG', '1795188600.000101'),
	('T0HQ', '01a1e885-1c00-7014-8c67-7c900f710014', 'C0LOG', '1795188600.000102'),
	('T0HQ', '01a1ea21-18c0-7017-b61d-a4c383710017', 'C0LOG', '1795188600.000103'),
	('T0HQ', '01a1edab-7800-701a-b353-9eaf817c001a', 'C0LOG', '1795188600.000104'),
	('T0HQ', '01a1ef47-74c0-701d-aabf-dea29d77001d', 'C0LOG', '1795188600.000105'),
	('T0HQ', '01a1f2d1-d400-7020-9bed-191e32bd0020', 'C0LOG', '1795188600.000106'),
	('T0HQ', '01a1f46d-d0c0-7023-9247-eb7d82680023', 'C0LOG', '1795188600.000107'),
	('T0HQ', '01a1f7f8-3000-7026-940e-4d46d66a0026', 'C0LOG', '1795188600.000108'),
	('T0HQ', '01a1f994-2cc0-7029-851e-06c587e30029', 'C0LOG', '1795188600.000109'),
	('T0HQ', '01a1f9af-a400-702d-92ab-fe1eb5c5002d', 'C0LOG', '1795190400.000110'),
	('T0HQ', '01a1f9af-a400-7032-a7f0-f189e7690032', 'C0LOG', '1795190400.000111'),
	('T0HQ', '01a1f9af-a400-7036-9ae2-c6df3e960036', 'C0LOG', '1795190400.000112'),
	('T0HQ', '01a1f9af-a400-7048-a816-a5457dae0048', 'C0LOG', '1795190400.000113'),
	('T0HQ', '01a2076b-4400-704d-a5bb-c967015b004d', 'C0LOG', '1795451460.000114'),
	('T0HQ', '01a2093e-2f40-7050-99bc-e3cb68590050', 'C0LOG', '1795451460.000115'),
	('T0HQ', '01a20c76-28c0-7053-99e2-59807faa0053', 'C0LOG', '1795505400.000116');

INSERT INTO public.oauth_states VALUES
	('d5UH7NVB0k_ggVsRV_UrnfKw_eYEdwBAF1cB9J05UHg', '2026-11-25 09:25:00+00');

INSERT INTO public.offices VALUES
	('T0LAB', 'lab', 'Lab', 'Asia/Tokyo'),
	('T0HQ', 'hq', 'Größe & Co', 'Europe/Berlin'),
	('T0HQ', 'ny', 'New York', 'America/New_York');

INSERT INTO public.outbox VALUES
	('T0HQ', '01a1f9af-a400-7030-b98d-7533e47f0030', 'C0LOG', 'Log', '2026-11-20 16:01:00+00', '2026-11-20 16:00:00+00', 0, '2026-11-20 16:00:00+00', NULL, 'log 01a1f9af-a400-702d-92ab-fe1eb5c5002d', 'log-post', '{"event_id": "01a1f9af-a400-702d-92ab-fe1eb5c5002d"}'),
	('T0HQ', '01a1e327-d180-7005-8457-ee8b6e460005', 'U0ADA', 'Attendance is installed. Type `/clockin` anywhere to begin, and `/attendance help` for everything else. Slack''s admins and owners are its admins: `/attendance office`, `/attendance team` and `/attendance settings` set it up. For posts in a channel, type `/invite @Attendance` there.', '2026-11-20 15:31:00+00', '2026-11-16 07:00:00+00', 0, '2026-11-20 15:30:00+00', NULL, NULL, 'text', NULL),
	('T0HQ', '01a1e885-1c00-7016-a25c-8ad333d70016', 'C0LOG', 'Log', '2026-11-20 15:31:00+00', '2026-11-17 08:00:00+00', 0, '2026-11-20 15:30:00+00', NULL, 'log 01a1e885-1c00-7014-8c67-7c900f710014', 'log-post', '{"event_id": "01a1e885-1c00-7014-8c67-7c900f710014"}'),
	('T0HQ', '01a1e35e-c000-7010-a835-3903172b0010', 'C0LOG', 'Log', '2026-11-20 15:31:00+00', '2026-11-16 08:00:00+00', 0, '2026-11-20 15:30:00+00', NULL, 'log 01a1e35e-c000-700e-be27-dcf5607b000e', 'log-post', '{"event_id": "01a1e35e-c000-700e-be27-dcf5607b000e"}'),
	('T0LAB', '0128f7ac-8c00-7004-9ba1-a48e93460004', 'U0LIN', '<@U0KIM> added a record for you: Tue 1 Jun 2010, 09:00 to 17:00 (Tokyo), 8 h.', '2026-11-20 15:31:00+00', '2010-06-02 08:00:00+00', 0, '2026-11-20 15:30:00+00', NULL, NULL, 'text', NULL),
	('T0HQ', '01a1e4fa-bcc0-7013-8614-f7c6b7260013', 'C0LOG', 'Log', '2026-11-20 15:31:00+00', '2026-11-16 15:30:00+00', 0, '2026-11-20 15:30:00+00', NULL, 'log 01a1e4fa-bcc0-7011-9e80-7d472ff00011', 'log-post', '{"event_id": "01a1e4fa-bcc0-7011-9e80-7d472ff00011"}'),
	('T0HQ', '01a1ea21-18c0-7019-b45e-5197f9f20019', 'C0LOG', 'Log', '2026-11-20 15:31:00+00', '2026-11-17 15:30:00+00', 0, '2026-11-20 15:30:00+00', NULL, 'log 01a1ea21-18c0-7017-b61d-a4c383710017', 'log-post', '{"event_id": "01a1ea21-18c0-7017-b61d-a4c383710017"}'),
	('T0HQ', '01a1edab-7800-701c-a073-03cb79e3001c', 'C0LOG', 'Log', '2026-11-20 15:31:00+00', '2026-11-18 08:00:00+00', 0, '2026-11-20 15:30:00+00', NULL, 'log 01a1edab-7800-701a-b353-9eaf817c001a', 'log-post', '{"event_id": "01a1edab-7800-701a-b353-9eaf817c001a"}'),
	('T0LAB', '01a1e327-d180-7006-9c6c-3bf32a1c0006', 'U0KIM', 'Attendance is installed. Type `/clockin` anywhere to begin, and `/attendance help` for everything else. Slack''s admins and owners are its admins: `/attendance office`, `/attendance team` and `/attendance settings` set it up. For posts in a channel, type `/invite @Attendance` there.', '2026-11-20 15:31:00+00', '2026-11-16 07:00:00+00', 0, '2026-11-20 15:30:00+00', NULL, NULL, 'text', NULL),
	('T0HQ', '01a1ef47-74c0-701f-b045-7a7f50fb001f', 'C0LOG', 'Log', '2026-11-20 15:31:00+00', '2026-11-18 15:30:00+00', 0, '2026-11-20 15:30:00+00', NULL, 'log 01a1ef47-74c0-701d-aabf-dea29d77001d', 'log-post', '{"event_id": "01a1ef47-74c0-701d-aabf-dea29d77001d"}'),
	('T0HQ', '01a1f2d1-d400-7022-954b-496defbc0022', 'C0LOG', 'Log', '2026-11-20 15:31:00+00', '2026-11-19 08:00:00+00', 0, '2026-11-20 15:30:00+00', NULL, 'log 01a1f2d1-d400-7020-9bed-191e32bd0020', 'log-post', '{"event_id": "01a1f2d1-d400-7020-9bed-191e32bd0020"}'),
	('T0HQ', '01a1f46d-d0c0-7025-989c-7bd1618d0025', 'C0LOG', 'Log', '2026-11-20 15:31:00+00', '2026-11-19 15:30:00+00', 0, '2026-11-20 15:30:00+00', NULL, 'log 01a1f46d-d0c0-7023-9247-eb7d82680023', 'log-post', '{"event_id": "01a1f46d-d0c0-7023-9247-eb7d82680023"}'),
	('T0HQ', '01a1f7f8-3000-7028-b250-d00d00200028', 'C0LOG', 'Log', '2026-11-20 15:31:00+00', '2026-11-20 08:00:00+00', 0, '2026-11-20 15:30:00+00', NULL, 'log 01a1f7f8-3000-7026-940e-4d46d66a0026', 'log-post', '{"event_id": "01a1f7f8-3000-7026-940e-4d46d66a0026"}'),
	('T0HQ', '01a1f994-2cc0-702b-a002-b29904d9002b', 'C0LOG', 'Log', '2026-11-20 15:31:00+00', '2026-11-20 15:30:00+00', 0, '2026-11-20 15:30:00+00', NULL, 'log 01a1f994-2cc0-7029-851e-06c587e30029', 'log-post', '{"event_id": "01a1f994-2cc0-7029-851e-06c587e30029"}'),
	('T0HQ', '01a1f9af-a400-7034-934b-4bdd342f0034', 'C0LOG', 'Log', '2026-11-20 16:01:00+00', '2026-11-20 16:00:00+00', 0, '2026-11-20 16:00:00+00', NULL, 'log 01a1f9af-a400-7032-a7f0-f189e7690032', 'log-post', '{"event_id": "01a1f9af-a400-7032-a7f0-f189e7690032"}'),
	('T0HQ', '01a1f9af-a400-702e-a0a9-dd3fe2c5002e', 'U0BEN', '<@U0MEI> added a record for you: Thu 19 Nov 2026, 17:00 to 01:00 the next day (New York), 8 h.', '2026-11-20 16:01:00+00', '2026-11-20 16:00:00+00', 0, '2026-11-20 16:00:00+00', NULL, NULL, 'text', NULL),
	('T0HQ', '01a1f9af-a400-7037-8aa4-4906d2d20037', 'U0DAN', '<@U0ADA> added a record for you: Wed 18 Nov 2026, 09:00 to 17:00 (Berlin), 8 h.', '2026-11-20 16:01:00+00', '2026-11-20 16:00:00+00', 0, '2026-11-20 16:00:00+00', NULL, NULL, 'text', NULL),
	('T0HQ', '01a1f9af-a400-7039-881e-d67f2a450039', 'C0LOG', 'Log', '2026-11-20 16:01:00+00', '2026-11-20 16:00:00+00', 0, '2026-11-20 16:00:00+00', NULL, 'log 01a1f9af-a400-7036-9ae2-c6df3e960036', 'log-post', '{"event_id": "01a1f9af-a400-7036-9ae2-c6df3e960036"}'),
	('T0HQ', '01a1f9af-a400-704a-a554-42b1cfc3004a', 'C0LOG', 'Log', '2026-11-20 16:01:00+00', '2026-11-20 16:00:00+00', 0, '2026-11-20 16:00:00+00', NULL, 'log 01a1f9af-a400-7048-a816-a5457dae0048', 'log-post', '{"event_id": "01a1f9af-a400-7048-a816-a5457dae0048"}'),
	('T0HQ', '01a1f9af-a400-703a-af7d-f064787c003a', 'U0BEN', '<@U0MEI> deleted your record of Wed 18 Nov 2026, 09:00 to 10:00 (New York). If that is wrong, ask them to undo it.', '2026-11-20 16:01:00+00', '2026-11-20 16:00:00+00', 0, '2026-11-20 16:00:00+00', NULL, NULL, 'text', NULL),
	('T0HQ', '01a1f9af-a400-703f-8cd5-3e70be06003f', 'log', 'Log', '2026-11-20 16:01:00+00', '2026-11-20 16:00:00+00', 0, '2026-11-20 16:00:00+00', NULL, NULL, 'log-update', '{"event_id": "01a1f9af-a400-7036-9ae2-c6df3e960036"}'),
	('T0HQ', '01a1f9af-a400-703c-9927-fb54cc08003c', 'log', 'Log', '2026-11-20 16:01:00+00', '2026-11-20 16:00:00+00', 0, '2026-11-20 16:00:00+00', NULL, NULL, 'log-update', '{"event_id": "01a1f9af-a400-7032-a7f0-f189e7690032"}'),
	('T0HQ', '01a1f9af-a400-703d-9feb-a9f8c169003d', 'U0DAN', '<@U0ADA> deleted your record of Wed 18 Nov 2026, 09:00 to 17:00 (Berlin). If that is wrong, ask them to undo it.', '2026-11-20 16:01:00+00', '2026-11-20 16:00:00+00', 0, '2026-11-20 16:00:00+00', NULL, NULL, 'text', NULL),
	('T0HQ', '01a1f9af-a400-7040-a755-243b751c0040', 'U0DAN', '<@U0ADA> restored your record of Wed 18 Nov 2026, 09:00 to 17:00 (Berlin).', '2026-11-20 16:01:00+00', '2026-11-20 16:00:00+00', 0, '2026-11-20 16:00:00+00', NULL, NULL, 'text', NULL),
	('T0HQ', '01a1f9af-a400-7042-af2f-b44b268e0042', 'log', 'Log', '2026-11-20 16:01:00+00', '2026-11-20 16:00:00+00', 0, '2026-11-20 16:00:00+00', NULL, NULL, 'log-update', '{"event_id": "01a1f9af-a400-7036-9ae2-c6df3e960036"}'),
	('T0HQ', '01a1f9af-a400-704b-8c5f-5ac00e07004b', 'U0ADA', 'I can''t post clock-ins in <#C0OLD>: I am not in that channel. Type `/invite @Attendance` there, or choose another one with `/attendance settings`.', '2026-11-21 16:01:00+00', '2026-11-20 16:00:00+00', 25, NULL, '2026-11-21 16:00:00+00', NULL, 'text', NULL),
	('T0HQ', '01a1f9af-a400-704c-b392-46e8a070004c', 'U0MEI', 'I can''t post clock-ins in <#C0OLD>: I am not in that channel. Type `/invite @Attendance` there, or choose another one with `/attendance settings`.', '2026-11-21 16:01:00+00', '2026-11-20 16:00:00+00', 25, NULL, '2026-11-21 16:00:00+00', NULL, 'text', NULL),
	('T0HQ', '01a2076b-4400-704f-91e5-5a9cd641004f', 'C0LOG', 'Log', '2026-11-23 16:32:00+00', '2026-11-23 08:00:00+00', 0, '2026-11-23 16:31:00+00', NULL, 'log 01a2076b-4400-704d-a5bb-c967015b004d', 'log-post', '{"event_id": "01a2076b-4400-704d-a5bb-c967015b004d"}'),
	('T0HQ', '01a2093e-2f40-7052-bec8-be11e8030052', 'C0LOG', 'Log', '2026-11-23 16:32:00+00', '2026-11-23 16:30:00+00', 0, '2026-11-23 16:31:00+00', NULL, 'log 01a2093e-2f40-7050-99bc-e3cb68590050', 'log-post', '{"event_id": "01a2093e-2f40-7050-99bc-e3cb68590050"}'),
	('T0HQ', '01a20e5b-6380-7056-b8fc-92dd956a0056', 'U0DAN', 'Still working? In since 08:30 (Berlin).', '2026-11-24 16:20:00+00', '2026-11-24 16:20:00+00', 0, NULL, NULL, 'remind out U0DAN 2026-11-24', 'still-working', '{"event_id": "01a20c76-28c0-7053-99e2-59807faa0053"}'),
	('T0HQ', '01a20c76-28c0-7055-9e79-df1012110055', 'C0LOG', 'Log', '2026-11-24 07:31:00+00', '2026-11-24 07:30:00+00', 0, '2026-11-24 07:30:00+00', NULL, 'log 01a20c76-28c0-7053-99e2-59807faa0053', 'log-post', '{"event_id": "01a20c76-28c0-7053-99e2-59807faa0053"}'),
	('T0HQ', '01a20f92-ab00-7059-85ad-fbcef84e0059', 'C0LOG', 'Log', '2026-11-24 22:00:00+00', '2026-11-24 22:00:00+00', 0, NULL, NULL, 'log 01a20f92-ab00-7057-8f7b-d478b9d70057', 'log-post', '{"event_id": "01a20f92-ab00-7057-8f7b-d478b9d70057"}'),
	('T0HQ', '01a211fc-f440-7069-abee-c3b4e9ab0069', 'U0BEN', '<@U0ADA> added a record for you: Mon 23 Nov 2026, 09:00 to 17:00 (New York), 8 h.', '2026-11-25 09:15:20+00', '2026-11-25 09:15:20+00', 0, NULL, NULL, NULL, 'text', NULL),
	('T0HQ', '01a211fc-f440-706c-ab52-2d9823cb006c', 'C0LOG', 'Log', '2026-11-25 09:15:20+00', '2026-11-25 09:15:20+00', 0, NULL, NULL, 'log 01a211fc-f440-7068-a713-eeb787be0068', 'log-post', '{"event_id": "01a211fc-f440-7068-a713-eeb787be0068"}'),
	('T0HQ', '01a211fd-1b50-707e-a9d1-4b51d0e6007e', 'U0ANA', 'Home', '2026-11-25 09:15:30+00', '2026-11-25 09:15:30+00', 0, NULL, NULL, NULL, 'home', NULL),
	('T0HQ', '01a211fd-1b50-7081-846d-83bba1df0081', 'C0LOG', 'Log', '2026-11-25 09:15:30+00', '2026-11-25 09:15:30+00', 0, NULL, NULL, 'log 01a211fd-1b50-707d-a588-0427ff6c007d', 'log-post', '{"event_id": "01a211fd-1b50-707d-a588-0427ff6c007d"}'),
	('T0HQ', '01a211fd-1b50-7085-8bec-f537f4e80085', 'C0AUDIT', 'Seal of the attendance records: `T0HQ:53:22ee18d6ab63b2c5b9e714154a13b64810e8ef0e48166f09a47638598d1b1735`
It stays here so that a change behind the bot''s back can be shown: `attendance verify --against` takes it.', '2026-11-25 09:15:30+00', '2026-11-25 09:15:30+00', 0, NULL, NULL, 'anchor 2026-11-25', 'text', NULL),
	('T0HQ', '01a211fd-1b50-7086-bfdb-97d1a8cf0086', 'U0ANA', 'Your week, Mon 16 Nov to Sun 22 Nov 2026: 37 h 30 min on 5 days.
Seal of the records as they stand: `T0HQ:53:22ee18d6ab63b2c5b9e714154a13b64810e8ef0e48166f09a47638598d1b1735`. Keep this message: it shows if anybody changes them later.', '2026-11-25 09:15:30+00', '2026-11-25 09:15:30+00', 0, NULL, NULL, 'week 2026-11-16 U0ANA', 'text', NULL),
	('T0HQ', '01a211fd-1b50-7087-a6fe-472cad880087', 'U0DAN', 'Your week, Mon 16 Nov to Sun 22 Nov 2026: 8 h on 1 day.
Seal of the records as they stand: `T0HQ:53:22ee18d6ab63b2c5b9e714154a13b64810e8ef0e48166f09a47638598d1b1735`. Keep this message: it shows if anybody changes them later.', '2026-11-25 09:15:30+00', '2026-11-25 09:15:30+00', 0, NULL, NULL, 'week 2026-11-16 U0DAN', 'text', NULL),
	('T0HQ', '01a211fc-cd30-705c-b675-f858e04e005c', 'U0ANA', '<@U0MEI> clocked you in: Wed 25 Nov 2026, since 10:15 (Berlin). “at the door”', '2026-11-25 09:15:10+00', '2026-11-25 09:15:10+00', 0, NULL, NULL, NULL, 'text', NULL),
	('T0HQ', '01a211fc-cd30-705d-a045-aeb3a612005d', 'U0ANA', 'Home', '2026-11-25 09:15:10+00', '2026-11-25 09:15:10+00', 0, NULL, NULL, NULL, 'home', NULL),
	('T0HQ', '01a211fc-cd30-705e-a333-300b9aba005e', 'homes', 'Home', '2026-11-25 09:16:00+00', '2026-11-25 09:15:10+00', 0, NULL, NULL, 'homes 2026-11-25T09:16', 'homes', NULL),
	('T0HQ', '01a211fc-cd30-7060-9d1a-8b1bb3dd0060', 'C0LOG', 'Log', '2026-11-25 09:15:10+00', '2026-11-25 09:15:10+00', 0, NULL, NULL, 'log 01a211fc-cd30-705b-8fe4-bbf51647005b', 'log-post', '{"event_id": "01a211fc-cd30-705b-8fe4-bbf51647005b"}'),
	('T0HQ', '01a211fc-f440-706d-8bb7-9eed7950006d', 'U0BEN', '<@U0MEI> deleted your record of Thu 19 Nov 2026, 17:00 to 01:00 the next day (New York). If that is wrong, ask them to undo it.', '2026-11-25 09:15:20+00', '2026-11-25 09:15:20+00', 0, NULL, NULL, NULL, 'text', NULL),
	('T0HQ', '01a211fc-f440-7070-98ed-641aec490070', 'log', 'Log', '2026-11-25 09:15:20+00', '2026-11-25 09:15:20+00', 0, NULL, NULL, NULL, 'log-update', '{"event_id": "01a1f9af-a400-702d-92ab-fe1eb5c5002d"}'),
	('T0HQ', '01a211fc-f440-7071-a048-21328fd10071', 'U0ANA', '<@U0MEI> deleted your record of Thu 19 Nov 2026, 09:00 to 16:30 (Berlin). If that is wrong, ask them to undo it.', '2026-11-25 09:15:20+00', '2026-11-25 09:15:20+00', 0, NULL, NULL, NULL, 'text', NULL),
	('T0HQ', '01a211fc-f440-7072-99b7-a54498300072', 'U0ANA', 'Home', '2026-11-25 09:15:20+00', '2026-11-25 09:15:20+00', 0, NULL, NULL, NULL, 'home', NULL),
	('T0HQ', '01a211fc-f440-7075-a99d-c8dc7beb0075', 'log', 'Log', '2026-11-25 09:15:20+00', '2026-11-25 09:15:20+00', 0, NULL, NULL, NULL, 'log-update', '{"event_id": "01a1f2d1-d400-7020-9bed-191e32bd0020"}'),
	('T0HQ', '01a211fc-f440-7076-8f2c-790c04cb0076', 'log', 'Log', '2026-11-25 09:15:20+00', '2026-11-25 09:15:20+00', 0, NULL, NULL, NULL, 'log-update', '{"event_id": "01a1f46d-d0c0-7023-9247-eb7d82680023"}'),
	('T0HQ', '01a211fd-1b50-7082-9bb4-9fcb0d040082', 'U0MEI', 'Home', '2026-11-25 09:15:30+00', '2026-11-25 09:15:30+00', 0, NULL, NULL, NULL, 'home', NULL),
	('T0HQ', '01a211fd-1b50-7083-be50-b226a1cc0083', 'U0ADA', 'I can''t post clock-ins in <#C0LOG>: I am not in that channel. Type `/invite @Attendance` there, or choose another one with `/attendance settings`.', '2026-11-25 09:15:30+00', '2026-11-25 09:15:30+00', 0, NULL, NULL, 'log channel C0LOG 2026-11-25 U0ADA', 'text', NULL),
	('T0HQ', '01a211fd-1b50-7084-86a5-1f35333b0084', 'U0MEI', 'I can''t post clock-ins in <#C0LOG>: I am not in that channel. Type `/invite @Attendance` there, or choose another one with `/attendance settings`.', '2026-11-25 09:15:30+00', '2026-11-25 09:15:30+00', 0, NULL, NULL, 'log channel C0LOG 2026-11-25 U0MEI', 'text', NULL),
	('T0HQ', '01a211fd-1b50-7088-85bc-769ecd930088', 'U0DAN', 'When did you leave on Tuesday? In since Tue 24 Nov 2026, 08:30 (Berlin), and the clock-out is missing.', '2026-11-25 09:15:30+00', '2026-11-25 09:15:30+00', 0, NULL, NULL, 'forgotten 01a20c76-28c0-7053-99e2-59807faa0053', 'still-working', '{"event_id": "01a20c76-28c0-7053-99e2-59807faa0053"}'),
	('T0HQ', '01a211fd-1b50-7089-8888-bcb6c82b0089', 'U0BEN', 'Still working? In since Tue 24 Nov 2026, 17:00 (New York).', '2026-11-25 09:15:30+00', '2026-11-25 09:15:30+00', 0, NULL, NULL, 'still 01a20f92-ab00-7057-8f7b-d478b9d70057 36000', 'still-working', '{"event_id": "01a20f92-ab00-7057-8f7b-d478b9d70057"}'),
	('T0HQ', '01a211fd-1b50-708a-8da3-5c15e92e008a', 'U0MEI', 'Unresolved, the clock-out is missing: <@U0DAN> since Tue 24 Nov 2026, 08:30 (Berlin).
They were asked. You can answer for them: `/clockout @person`.', '2026-11-25 09:15:30+00', '2026-11-25 09:15:30+00', 0, NULL, NULL, 'forgotten of U0MEI 01a20c76-28c0-7053-99e2-59807faa0053', 'forgotten', '{"user_id": "U0DAN", "event_id": "01a20c76-28c0-7053-99e2-59807faa0053", "asked": true}'),
	('T0HQ', '01a211fd-1b50-708b-a73f-da43985f008b', 'U0EVA', 'Good day. You are not clocked in yet.', '2026-11-25 09:15:30+00', '2026-11-25 09:15:30+00', 0, NULL, NULL, 'remind in U0EVA 2026-11-25', 'remind-in', '{"day": "2026-11-25"}'),
	('T0HQ', '01a211fd-1b50-708c-91fd-22f75de5008c', 'U0ANA', '*Your teams'' week, Wed 18 Nov to Tue 24 Nov 2026*
<@U0BEN>: 8 h on 2 days
8 h in all.', '2026-11-25 09:15:30+00', '2026-11-25 09:15:30+00', 0, NULL, NULL, 'summary 2026-11-25 U0ANA', 'report', '{"first": "2026-11-18", "last": "2026-11-24"}'),
	('T0HQ', '01a211fd-1b50-708d-854b-431fc63a008d', 'U0MEI', '*Your teams'' week, Wed 18 Nov to Tue 24 Nov 2026*
<@U0ANA>: 22 h 30 min on 3 days
<@U0BEN>: 8 h on 2 days
<@U0DAN>: 8 h on 2 days
<@U0EVA>: 8 h 30 min on 1 day
47 h in all.
Unresolved, the clock-out is missing: <@U0DAN> since Tue 24 Nov 2026, 08:30 (Berlin).', '2026-11-25 09:15:30+00', '2026-11-25 09:15:30+00', 0, NULL, NULL, 'summary 2026-11-25 U0MEI', 'report', '{"first": "2026-11-18", "last": "2026-11-24"}'),
	('T0LAB', '01a211fc-a620-705a-9b7e-f1aea0c9005a', 'U0KIM', 'Attendance is installed. Type `/clockin` anywhere to begin, and `/attendance help` for everything else. Slack''s admins and owners are its admins: `/attendance office`, `/attendance team` and `/attendance settings` set it up. For posts in a channel, type `/invite @Attendance` there.', '2026-11-25 09:15:35+00', '2026-11-25 09:15:00+00', 1, NULL, NULL, NULL, 'text', NULL),
	('T0HQ', '01a211fc-f440-7062-b85d-6ba3edae0062', 'U0ANA', '<@U0MEI> clocked you out: Wed 25 Nov 2026, 10:15 to 10:15 (Berlin), less than a minute.', '2026-11-25 09:15:20+00', '2026-11-25 09:15:20+00', 0, NULL, NULL, NULL, 'text', NULL),
	('T0HQ', '01a211fc-f440-7063-8a20-ae2827760063', 'U0ANA', 'Home', '2026-11-25 09:15:20+00', '2026-11-25 09:15:20+00', 0, NULL, NULL, NULL, 'home', NULL),
	('T0HQ', '01a211fc-f440-7066-844b-d7ca88b90066', 'C0LOG', 'Log', '2026-11-25 09:15:20+00', '2026-11-25 09:15:20+00', 0, NULL, NULL, 'log 01a211fc-f440-7061-ba44-a8a2a4e50061', 'log-post', '{"event_id": "01a211fc-f440-7061-ba44-a8a2a4e50061"}'),
	('T0HQ', '01a211fc-f440-7077-9329-94cc884c0077', 'U0ANA', '<@U0MEI> restored your record of Thu 19 Nov 2026, 09:00 to 16:30 (Berlin).', '2026-11-25 09:15:20+00', '2026-11-25 09:15:20+00', 0, NULL, NULL, NULL, 'text', NULL),
	('T0HQ', '01a211fc-f440-7078-abc6-f73030b80078', 'U0ANA', 'Home', '2026-11-25 09:15:20+00', '2026-11-25 09:15:20+00', 0, NULL, NULL, NULL, 'home', NULL),
	('T0HQ', '01a211fc-f440-707b-aa02-1486ad97007b', 'log', 'Log', '2026-11-25 09:15:20+00', '2026-11-25 09:15:20+00', 0, NULL, NULL, NULL, 'log-update', '{"event_id": "01a1f2d1-d400-7020-9bed-191e32bd0020"}'),
	('T0HQ', '01a211fc-f440-707c-ad96-952fe72f007c', 'log', 'Log', '2026-11-25 09:15:20+00', '2026-11-25 09:15:20+00', 0, NULL, NULL, NULL, 'log-update', '{"event_id": "01a1f46d-d0c0-7023-9247-eb7d82680023"}');

INSERT INTO public.pairs VALUES
	('T0HQ', '01a1e35e-c000-700e-be27-dcf5607b000e', '2026-11-16 08:00:00+00', '2026-11-16 08:00:00+00', 'U0ANA', 'slack', 'Europe/Berlin', 'hq', NULL, 'früh, „slack“ 🕗', 'U0ANA', '2026-11-16', '01a1e4fa-bcc0-7011-9e80-7d472ff00011', '2026-11-16 15:30:00+00', '2026-11-16 15:30:00+00', 'U0ANA', 'slack', 'Europe/Berlin', NULL, NULL, '<!channel> *bye* & thanks', NULL, NULL),
	('T0HQ', '01a1e885-1c00-7014-8c67-7c900f710014', '2026-11-17 08:00:00+00', '2026-11-17 08:00:00+00', 'U0ANA', 'api', 'Europe/Berlin', 'hq', '203.0.113.7', 'früh, „api“ 🕗', 'U0ANA', '2026-11-17', '01a1ea21-18c0-7017-b61d-a4c383710017', '2026-11-17 15:30:00+00', '2026-11-17 15:30:00+00', 'U0ANA', 'api', 'Europe/Berlin', NULL, '203.0.113.7', NULL, NULL, NULL),
	('T0HQ', '01a1edab-7800-701a-b353-9eaf817c001a', '2026-11-18 08:00:00+00', '2026-11-18 08:00:00+00', 'U0ANA', 'form', 'Europe/Berlin', 'hq', NULL, 'früh, „form“ 🕗', 'U0ANA', '2026-11-18', '01a1ef47-74c0-701d-aabf-dea29d77001d', '2026-11-18 15:30:00+00', '2026-11-18 15:30:00+00', 'U0ANA', 'form', 'Europe/Berlin', NULL, NULL, NULL, NULL, NULL),
	('T0HQ', '01a1f7f8-3000-7026-940e-4d46d66a0026', '2026-11-20 08:00:00+00', '2026-11-20 08:00:00+00', 'U0ANA', 'system', 'Europe/Berlin', 'hq', NULL, 'früh, „system“ 🕗', 'U0ANA', '2026-11-20', '01a1f994-2cc0-7029-851e-06c587e30029', '2026-11-20 15:30:00+00', '2026-11-20 15:30:00+00', 'U0ANA', 'system', 'Europe/Berlin', NULL, NULL, NULL, NULL, NULL),
	('T0HQ', '01a1f9af-a400-7031-92f5-66f779190031', '2026-11-18 14:00:00+00', '2026-11-20 16:00:00+00', 'U0BEN', 'form', 'America/New_York', NULL, NULL, 'by mistake', 'U0BEN', '2026-11-18', '01a1f9af-a400-7032-a7f0-f189e7690032', '2026-11-18 15:00:00+00', '2026-11-20 16:00:00+00', 'U0BEN', 'form', 'America/New_York', NULL, NULL, NULL, '2026-11-20 16:00:00+00', 'U0MEI'),
	('T0HQ', '01a1f9af-a400-7035-87df-e6662a5b0035', '2026-11-18 08:00:00+00', '2026-11-20 16:00:00+00', 'U0ADA', 'cli', 'Europe/Berlin', NULL, NULL, NULL, 'U0DAN', '2026-11-18', '01a1f9af-a400-7036-9ae2-c6df3e960036', '2026-11-18 16:00:00+00', '2026-11-20 16:00:00+00', 'U0ADA', 'cli', 'Europe/Berlin', NULL, NULL, NULL, NULL, NULL),
	('T0HQ', 'gd-1', '2026-10-01 09:00:00+00', '2026-10-01 09:00:00+00', 'U0ADA', 'cli', 'UTC', 'hq', NULL, NULL, 'U0EVA', '2026-10-01', 'gd-2', '2026-10-01 17:00:00+00', '2026-10-01 17:00:00+00', 'U0ADA', 'cli', 'UTC', NULL, '198.51.100.4', 'out', NULL, NULL),
	('T0HQ', '01a1f9af-a400-7043-95b6-21f48dcf0043', '2026-10-02 09:00:00+00', '2026-11-20 16:00:00+00', 'U0ADA', 'cli', 'UTC', NULL, NULL, NULL, 'U0EVA', '2026-10-02', '01a1f9af-a400-7044-95bf-caae7f6b0044', '2026-10-02 12:15:00+00', '2026-11-20 16:00:00+00', 'U0ADA', 'cli', 'UTC', NULL, NULL, 'half a day', NULL, NULL),
	('T0HQ', '01a1f9af-a400-7047-b1d2-eadb5c9f0047', '2026-11-18 09:00:00+00', '2026-11-20 16:00:00+00', 'U0LEO', 'api', 'UTC', NULL, NULL, NULL, 'U0LEO', '2026-11-18', '01a1f9af-a400-7048-a816-a5457dae0048', '2026-11-18 10:00:00+00', '2026-11-20 16:00:00+00', 'U0LEO', 'api', 'UTC', NULL, NULL, NULL, NULL, NULL),
	('T0HQ', '01a2076b-4400-704d-a5bb-c967015b004d', '2026-11-23 08:00:00+00', '2026-11-23 08:00:00+00', 'U0EVA', 'api', 'UTC', NULL, '203.0.113.8', NULL, 'U0EVA', '2026-11-23', '01a2093e-2f40-7050-99bc-e3cb68590050', '2026-11-23 16:30:00+00', '2026-11-23 16:30:00+00', 'U0EVA', 'api', 'UTC', NULL, '203.0.113.8', NULL, NULL, NULL),
	('T0HQ', '01a20c76-28c0-7053-99e2-59807faa0053', '2026-11-24 07:30:00+00', '2026-11-24 07:30:00+00', 'U0DAN', 'slack', 'Europe/Berlin', 'hq', NULL, NULL, 'U0DAN', '2026-11-24', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('T0HQ', '01a20f92-ab00-7057-8f7b-d478b9d70057', '2026-11-24 22:00:00+00', '2026-11-24 22:00:00+00', 'U0BEN', 'slack', 'America/New_York', 'ny', NULL, 'night', 'U0BEN', '2026-11-24', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('T0HQ', '01a211fc-cd30-705b-8fe4-bbf51647005b', '2026-11-25 09:15:10+00', '2026-11-25 09:15:10+00', 'U0MEI', 'slack', 'Europe/Berlin', 'hq', NULL, 'at the door', 'U0ANA', '2026-11-25', '01a211fc-f440-7061-ba44-a8a2a4e50061', '2026-11-25 09:15:20+00', '2026-11-25 09:15:20+00', 'U0MEI', 'slack', 'Europe/Berlin', NULL, NULL, NULL, NULL, NULL),
	('T0HQ', '01a211fc-f440-7067-b7ff-4082322a0067', '2026-11-23 14:00:00+00', '2026-11-25 09:15:20+00', 'U0ADA', 'form', 'America/New_York', 'ny', NULL, NULL, 'U0BEN', '2026-11-23', '01a211fc-f440-7068-a713-eeb787be0068', '2026-11-23 22:00:00+00', '2026-11-25 09:15:20+00', 'U0ADA', 'form', 'America/New_York', 'ny', NULL, NULL, NULL, NULL),
	('T0HQ', '01a1f9af-a400-702c-bff5-698c51c3002c', '2026-11-19 22:00:00+00', '2026-11-20 16:00:00+00', 'U0MEI', 'form', 'America/New_York', 'ny', NULL, 'nights', 'U0BEN', '2026-11-19', '01a1f9af-a400-702d-92ab-fe1eb5c5002d', '2026-11-20 06:00:00+00', '2026-11-20 16:00:00+00', 'U0MEI', 'form', 'America/New_York', 'ny', NULL, 'home', '2026-11-25 09:15:20+00', 'U0MEI'),
	('T0HQ', '01a1f2d1-d400-7020-9bed-191e32bd0020', '2026-11-19 08:00:00+00', '2026-11-19 08:00:00+00', 'U0ANA', 'cli', 'Europe/Berlin', 'hq', NULL, 'früh, „cli“ 🕗', 'U0ANA', '2026-11-19', '01a1f46d-d0c0-7023-9247-eb7d82680023', '2026-11-19 15:30:00+00', '2026-11-19 15:30:00+00', 'U0ANA', 'cli', 'Europe/Berlin', NULL, NULL, NULL, NULL, NULL),
	('T0HQ', '01a211fd-1b50-707d-a588-0427ff6c007d', '2026-11-25 09:15:30+00', '2026-11-25 09:15:30+00', 'U0ANA', 'api', 'Europe/Berlin', NULL, '203.0.113.7', NULL, 'U0ANA', '2026-11-25', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('T0LAB', '01a211fd-1b50-708e-a24c-31365f44008e', '2026-11-25 09:15:30+00', '2026-11-25 09:15:30+00', 'U0LIN', 'slack', 'Asia/Tokyo', NULL, NULL, NULL, 'U0LIN', '2026-11-25', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

INSERT INTO public.people VALUES
	('T0LAB', 'U0KIM', 'Kim', 'Asia/Tokyo', true, false, false, false, '2010-06-02 08:00:00+00'),
	('T0LAB', 'U0LIN', 'Lin Wei', 'Asia/Tokyo', false, false, false, false, '2010-06-02 08:00:00+00'),
	('T0HQ', 'U0ADA', 'Ada', 'UTC', true, false, false, false, '2026-11-16 07:00:00+00'),
	('T0HQ', 'U0MEI', 'Mei', 'Europe/Berlin', false, false, false, false, '2026-11-16 07:00:00+00'),
	('T0HQ', 'U0ANA', 'Ana <3 & Co', 'Europe/Berlin', false, false, false, false, '2026-11-16 07:00:00+00'),
	('T0HQ', 'U0BEN', 'Ben', 'America/New_York', false, false, false, false, '2026-11-16 07:00:00+00'),
	('T0HQ', 'U0DAN', 'Dan', 'Europe/Berlin', false, false, false, false, '2026-11-16 07:00:00+00'),
	('T0HQ', 'U0EVA', 'Eva', 'UTC', false, false, false, false, '2026-11-16 07:00:00+00'),
	('T0HQ', 'U0GUS', 'Gus', 'UTC', false, true, false, false, '2026-11-16 07:00:00+00'),
	('T0HQ', 'U0BOT', 'Deploys', 'UTC', false, false, true, false, '2026-11-16 07:00:00+00'),
	('T0HQ', 'U0LEO', 'U0LEO', 'UTC', false, false, false, true, '2026-11-20 16:00:00+00');

INSERT INTO public.settings VALUES
	('T0HQ', 'log_channel', 'C0LOG'),
	('T0HQ', 'keep_records_for_years', '10'),
	('T0HQ', 'reminders', 'yes'),
	('T0HQ', 'weekly_summary', 'wed 09:00'),
	('T0HQ', 'anchor_channel', 'C0AUDIT'),
	('T0HQ', 'anchor_to_people', 'yes'),
	('T0HQ', 'no reminders for U0BEN', 'yes');

INSERT INTO public.team_groups VALUES
	('T0HQ', 'Support', 'S0NIGHTS');

INSERT INTO public.team_people VALUES
	('T0LAB', 'Bench', 'U0KIM', 'manager'),
	('T0LAB', 'Bench', 'U0LIN', 'member'),
	('T0HQ', 'Support', 'U0MEI', 'manager'),
	('T0HQ', 'Support', 'U0ANA', 'member'),
	('T0HQ', 'Support', 'U0BEN', 'member'),
	('T0HQ', 'Support', 'U0DAN', 'member'),
	('T0HQ', 'Night shift', 'U0ANA', 'manager'),
	('T0HQ', 'Night shift', 'U0MEI', 'manager'),
	('T0HQ', 'Night shift', 'U0BEN', 'member');

INSERT INTO public.teams VALUES
	('T0LAB', 'Bench', NULL),
	('T0HQ', 'Support', 'mon-fri 09:00-17:00'),
	('T0HQ', 'Night shift', NULL);

INSERT INTO public.tokens VALUES
	('T0LAB', '0128f7ac-8c00-7001-a923-f19035b00001', '90750e4088cf4c8ba7fabe5a727ce68681d3308048aee898a1acbc5ebc61a256', 'U0KIM', 'admin', 'kiosk', '2010-06-02 08:00:00+00', NULL, NULL, NULL),
	('T0HQ', '01a1e327-d180-7007-bfd9-b4516edc0007', '0d0f456581059f775b2dbe729a44255178fe8a9fd259a511e1b2eaafa4026558', 'U0ADA', 'admin', 'payroll', '2026-11-16 07:00:00+00', NULL, NULL, '2026-11-16 07:00:00+00'),
	('T0HQ', '01a1e327-d180-7008-a7bd-39953f9d0008', 'e849a210cdca27d6ba11b7b429ea74b991a59b7d7ed02c2ba865686977bc3491', 'U0ANA', 'employee', NULL, '2026-11-16 07:00:00+00', NULL, '2027-02-14 07:00:00+00', NULL),
	('T0HQ', '01a1e327-d180-7009-b543-26c14a420009', '1541d01ce44e00671044c901e0e071eea22e35dbfbbbd1d95c50de6091cfcacc', 'U0MEI', 'manager', 'wall display', '2026-11-16 07:00:00+00', NULL, '2027-01-31 23:00:00+00', NULL),
	('T0HQ', '01a1e327-d180-700a-9ff4-636daa05000a', '4ad4e602a778d35e49abfd40d9cf670088e9ef12dbdb1b1215e7e016a78aba3e', 'U0EVA', 'employee', 'old kiosk', '2026-11-16 07:00:00+00', '2026-11-16 07:00:00+00', NULL, NULL);

INSERT INTO public.webhook_calls VALUES
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0ANA', 2, '01a1e4fa-bcc0-7012-aa91-f57c9af80012', 'attendance.clocked-out', '2026-11-16 15:30:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-16T08:00:00+00:00","in_by":"U0ANA","in_comment":"früh, „slack“ 🕗","in_id":"01a1e35e-c000-700e-be27-dcf5607b000e","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-16T08:00:00+00:00","in_via":"slack","in_zone":"Europe/Berlin","out_at":"2026-11-16T15:30:00+00:00","out_by":"U0ANA","out_comment":"<!channel> *bye* & thanks","out_id":"01a1e4fa-bcc0-7011-9e80-7d472ff00011","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-16T15:30:00+00:00","out_via":"slack","out_zone":"Europe/Berlin","user_id":"U0ANA","work_date":"2026-11-16","workspace_id":"T0HQ"}', '2026-11-16 15:30:00+00', '2026-11-20 15:31:00+00', 1, '2026-11-20 15:30:00+00', '200', '2026-11-20 15:30:00+00', NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0ANA', 3, '01a1e885-1c00-7015-8892-ecd5dd8d0015', 'attendance.clocked-in', '2026-11-17 08:00:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-17T08:00:00+00:00","in_by":"U0ANA","in_comment":"früh, „api“ 🕗","in_id":"01a1e885-1c00-7014-8c67-7c900f710014","in_ip":"203.0.113.7","in_office_id":"hq","in_recorded_at":"2026-11-17T08:00:00+00:00","in_via":"api","in_zone":"Europe/Berlin","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"user_id":"U0ANA","work_date":"2026-11-17","workspace_id":"T0HQ"}', '2026-11-17 08:00:00+00', '2026-11-20 15:31:00+00', 1, '2026-11-20 15:30:00+00', '200', '2026-11-20 15:30:00+00', NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0ANA', 4, '01a1ea21-18c0-7018-b616-aa64e6240018', 'attendance.clocked-out', '2026-11-17 15:30:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-17T08:00:00+00:00","in_by":"U0ANA","in_comment":"früh, „api“ 🕗","in_id":"01a1e885-1c00-7014-8c67-7c900f710014","in_ip":"203.0.113.7","in_office_id":"hq","in_recorded_at":"2026-11-17T08:00:00+00:00","in_via":"api","in_zone":"Europe/Berlin","out_at":"2026-11-17T15:30:00+00:00","out_by":"U0ANA","out_comment":null,"out_id":"01a1ea21-18c0-7017-b61d-a4c383710017","out_ip":"203.0.113.7","out_office_id":null,"out_recorded_at":"2026-11-17T15:30:00+00:00","out_via":"api","out_zone":"Europe/Berlin","user_id":"U0ANA","work_date":"2026-11-17","workspace_id":"T0HQ"}', '2026-11-17 15:30:00+00', '2026-11-20 15:31:00+00', 1, '2026-11-20 15:30:00+00', '200', '2026-11-20 15:30:00+00', NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0ANA', 5, '01a1edab-7800-701b-8a09-5633664e001b', 'attendance.clocked-in', '2026-11-18 08:00:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-18T08:00:00+00:00","in_by":"U0ANA","in_comment":"früh, „form“ 🕗","in_id":"01a1edab-7800-701a-b353-9eaf817c001a","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-18T08:00:00+00:00","in_via":"form","in_zone":"Europe/Berlin","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"user_id":"U0ANA","work_date":"2026-11-18","workspace_id":"T0HQ"}', '2026-11-18 08:00:00+00', '2026-11-20 15:31:00+00', 1, '2026-11-20 15:30:00+00', '200', '2026-11-20 15:30:00+00', NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0ANA', 1, '01a1e35e-c000-700f-8b1e-ab00fcaf000f', 'attendance.clocked-in', '2026-11-16 08:00:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-16T08:00:00+00:00","in_by":"U0ANA","in_comment":"früh, „slack“ 🕗","in_id":"01a1e35e-c000-700e-be27-dcf5607b000e","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-16T08:00:00+00:00","in_via":"slack","in_zone":"Europe/Berlin","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"user_id":"U0ANA","work_date":"2026-11-16","workspace_id":"T0HQ"}', '2026-11-16 08:00:00+00', '2026-11-20 15:31:00+00', 1, '2026-11-20 15:30:00+00', '200', '2026-11-20 15:30:00+00', NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0ANA', 2, '01a1e4fa-bcc0-7012-aa91-f57c9af80012', 'attendance.clocked-out', '2026-11-16 15:30:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-16T08:00:00+00:00","in_by":"U0ANA","in_comment":"früh, „slack“ 🕗","in_id":"01a1e35e-c000-700e-be27-dcf5607b000e","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-16T08:00:00+00:00","in_via":"slack","in_zone":"Europe/Berlin","out_at":"2026-11-16T15:30:00+00:00","out_by":"U0ANA","out_comment":"<!channel> *bye* & thanks","out_id":"01a1e4fa-bcc0-7011-9e80-7d472ff00011","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-16T15:30:00+00:00","out_via":"slack","out_zone":"Europe/Berlin","user_id":"U0ANA","work_date":"2026-11-16","workspace_id":"T0HQ"}', '2026-11-16 15:30:00+00', '2026-11-20 15:31:00+00', 1, '2026-11-20 15:30:00+00', '200', '2026-11-20 15:30:00+00', NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0ANA', 3, '01a1e885-1c00-7015-8892-ecd5dd8d0015', 'attendance.clocked-in', '2026-11-17 08:00:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-17T08:00:00+00:00","in_by":"U0ANA","in_comment":"früh, „api“ 🕗","in_id":"01a1e885-1c00-7014-8c67-7c900f710014","in_ip":"203.0.113.7","in_office_id":"hq","in_recorded_at":"2026-11-17T08:00:00+00:00","in_via":"api","in_zone":"Europe/Berlin","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"user_id":"U0ANA","work_date":"2026-11-17","workspace_id":"T0HQ"}', '2026-11-17 08:00:00+00', '2026-11-20 15:31:00+00', 1, '2026-11-20 15:30:00+00', '200', '2026-11-20 15:30:00+00', NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0ANA', 4, '01a1ea21-18c0-7018-b616-aa64e6240018', 'attendance.clocked-out', '2026-11-17 15:30:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-17T08:00:00+00:00","in_by":"U0ANA","in_comment":"früh, „api“ 🕗","in_id":"01a1e885-1c00-7014-8c67-7c900f710014","in_ip":"203.0.113.7","in_office_id":"hq","in_recorded_at":"2026-11-17T08:00:00+00:00","in_via":"api","in_zone":"Europe/Berlin","out_at":"2026-11-17T15:30:00+00:00","out_by":"U0ANA","out_comment":null,"out_id":"01a1ea21-18c0-7017-b61d-a4c383710017","out_ip":"203.0.113.7","out_office_id":null,"out_recorded_at":"2026-11-17T15:30:00+00:00","out_via":"api","out_zone":"Europe/Berlin","user_id":"U0ANA","work_date":"2026-11-17","workspace_id":"T0HQ"}', '2026-11-17 15:30:00+00', '2026-11-20 15:31:00+00', 1, '2026-11-20 15:30:00+00', '200', '2026-11-20 15:30:00+00', NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0ANA', 5, '01a1edab-7800-701b-8a09-5633664e001b', 'attendance.clocked-in', '2026-11-18 08:00:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-18T08:00:00+00:00","in_by":"U0ANA","in_comment":"früh, „form“ 🕗","in_id":"01a1edab-7800-701a-b353-9eaf817c001a","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-18T08:00:00+00:00","in_via":"form","in_zone":"Europe/Berlin","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"user_id":"U0ANA","work_date":"2026-11-18","workspace_id":"T0HQ"}', '2026-11-18 08:00:00+00', '2026-11-20 15:31:00+00', 1, '2026-11-20 15:30:00+00', '200', '2026-11-20 15:30:00+00', NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0ANA', 7, '01a1f2d1-d400-7021-8c59-b86d09bd0021', 'attendance.clocked-in', '2026-11-19 08:00:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-19T08:00:00+00:00","in_by":"U0ANA","in_comment":"früh, „cli“ 🕗","in_id":"01a1f2d1-d400-7020-9bed-191e32bd0020","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-19T08:00:00+00:00","in_via":"cli","in_zone":"Europe/Berlin","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"user_id":"U0ANA","work_date":"2026-11-19","workspace_id":"T0HQ"}', '2026-11-19 08:00:00+00', '2026-11-20 15:31:00+00', 1, '2026-11-20 15:30:00+00', '200', '2026-11-20 15:30:00+00', NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0ANA', 8, '01a1f46d-d0c0-7024-881b-5e406e4c0024', 'attendance.clocked-out', '2026-11-19 15:30:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-19T08:00:00+00:00","in_by":"U0ANA","in_comment":"früh, „cli“ 🕗","in_id":"01a1f2d1-d400-7020-9bed-191e32bd0020","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-19T08:00:00+00:00","in_via":"cli","in_zone":"Europe/Berlin","out_at":"2026-11-19T15:30:00+00:00","out_by":"U0ANA","out_comment":null,"out_id":"01a1f46d-d0c0-7023-9247-eb7d82680023","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-19T15:30:00+00:00","out_via":"cli","out_zone":"Europe/Berlin","user_id":"U0ANA","work_date":"2026-11-19","workspace_id":"T0HQ"}', '2026-11-19 15:30:00+00', '2026-11-20 15:31:00+00', 1, '2026-11-20 15:30:00+00', '200', '2026-11-20 15:30:00+00', NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0ANA', 9, '01a1f7f8-3000-7027-a515-51e1ddf00027', 'attendance.clocked-in', '2026-11-20 08:00:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-20T08:00:00+00:00","in_by":"U0ANA","in_comment":"früh, „system“ 🕗","in_id":"01a1f7f8-3000-7026-940e-4d46d66a0026","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-20T08:00:00+00:00","in_via":"system","in_zone":"Europe/Berlin","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"user_id":"U0ANA","work_date":"2026-11-20","workspace_id":"T0HQ"}', '2026-11-20 08:00:00+00', '2026-11-20 15:31:00+00', 1, '2026-11-20 15:30:00+00', '200', '2026-11-20 15:30:00+00', NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0ANA', 10, '01a1f994-2cc0-702a-9b4c-877866e9002a', 'attendance.clocked-out', '2026-11-20 15:30:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-20T08:00:00+00:00","in_by":"U0ANA","in_comment":"früh, „system“ 🕗","in_id":"01a1f7f8-3000-7026-940e-4d46d66a0026","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-20T08:00:00+00:00","in_via":"system","in_zone":"Europe/Berlin","out_at":"2026-11-20T15:30:00+00:00","out_by":"U0ANA","out_comment":null,"out_id":"01a1f994-2cc0-7029-851e-06c587e30029","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-20T15:30:00+00:00","out_via":"system","out_zone":"Europe/Berlin","user_id":"U0ANA","work_date":"2026-11-20","workspace_id":"T0HQ"}', '2026-11-20 15:30:00+00', '2026-11-20 15:31:00+00', 1, '2026-11-20 15:30:00+00', '200', '2026-11-20 15:30:00+00', NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0ANA', 6, '01a1ef47-74c0-701e-aa9f-90edfb9e001e', 'attendance.clocked-out', '2026-11-18 15:30:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-18T08:00:00+00:00","in_by":"U0ANA","in_comment":"früh, „form“ 🕗","in_id":"01a1edab-7800-701a-b353-9eaf817c001a","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-18T08:00:00+00:00","in_via":"form","in_zone":"Europe/Berlin","out_at":"2026-11-18T15:30:00+00:00","out_by":"U0ANA","out_comment":null,"out_id":"01a1ef47-74c0-701d-aabf-dea29d77001d","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-18T15:30:00+00:00","out_via":"form","out_zone":"Europe/Berlin","user_id":"U0ANA","work_date":"2026-11-18","workspace_id":"T0HQ"}', '2026-11-18 15:30:00+00', '2026-11-20 15:31:00+00', 1, '2026-11-20 15:30:00+00', '200', '2026-11-20 15:30:00+00', NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0ANA', 7, '01a1f2d1-d400-7021-8c59-b86d09bd0021', 'attendance.clocked-in', '2026-11-19 08:00:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-19T08:00:00+00:00","in_by":"U0ANA","in_comment":"früh, „cli“ 🕗","in_id":"01a1f2d1-d400-7020-9bed-191e32bd0020","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-19T08:00:00+00:00","in_via":"cli","in_zone":"Europe/Berlin","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"user_id":"U0ANA","work_date":"2026-11-19","workspace_id":"T0HQ"}', '2026-11-19 08:00:00+00', '2026-11-20 15:31:00+00', 1, '2026-11-20 15:30:00+00', '200', '2026-11-20 15:30:00+00', NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0ANA', 8, '01a1f46d-d0c0-7024-881b-5e406e4c0024', 'attendance.clocked-out', '2026-11-19 15:30:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-19T08:00:00+00:00","in_by":"U0ANA","in_comment":"früh, „cli“ 🕗","in_id":"01a1f2d1-d400-7020-9bed-191e32bd0020","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-19T08:00:00+00:00","in_via":"cli","in_zone":"Europe/Berlin","out_at":"2026-11-19T15:30:00+00:00","out_by":"U0ANA","out_comment":null,"out_id":"01a1f46d-d0c0-7023-9247-eb7d82680023","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-19T15:30:00+00:00","out_via":"cli","out_zone":"Europe/Berlin","user_id":"U0ANA","work_date":"2026-11-19","workspace_id":"T0HQ"}', '2026-11-19 15:30:00+00', '2026-11-20 15:31:00+00', 1, '2026-11-20 15:30:00+00', '200', '2026-11-20 15:30:00+00', NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0ANA', 9, '01a1f7f8-3000-7027-a515-51e1ddf00027', 'attendance.clocked-in', '2026-11-20 08:00:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-20T08:00:00+00:00","in_by":"U0ANA","in_comment":"früh, „system“ 🕗","in_id":"01a1f7f8-3000-7026-940e-4d46d66a0026","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-20T08:00:00+00:00","in_via":"system","in_zone":"Europe/Berlin","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"user_id":"U0ANA","work_date":"2026-11-20","workspace_id":"T0HQ"}', '2026-11-20 08:00:00+00', '2026-11-20 15:31:00+00', 1, '2026-11-20 15:30:00+00', '200', '2026-11-20 15:30:00+00', NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0ANA', 10, '01a1f994-2cc0-702a-9b4c-877866e9002a', 'attendance.clocked-out', '2026-11-20 15:30:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-20T08:00:00+00:00","in_by":"U0ANA","in_comment":"früh, „system“ 🕗","in_id":"01a1f7f8-3000-7026-940e-4d46d66a0026","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-20T08:00:00+00:00","in_via":"system","in_zone":"Europe/Berlin","out_at":"2026-11-20T15:30:00+00:00","out_by":"U0ANA","out_comment":null,"out_id":"01a1f994-2cc0-7029-851e-06c587e30029","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-20T15:30:00+00:00","out_via":"system","out_zone":"Europe/Berlin","user_id":"U0ANA","work_date":"2026-11-20","workspace_id":"T0HQ"}', '2026-11-20 15:30:00+00', '2026-11-20 15:31:00+00', 1, '2026-11-20 15:30:00+00', '200', '2026-11-20 15:30:00+00', NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0ANA', 1, '01a1e35e-c000-700f-8b1e-ab00fcaf000f', 'attendance.clocked-in', '2026-11-16 08:00:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-16T08:00:00+00:00","in_by":"U0ANA","in_comment":"früh, „slack“ 🕗","in_id":"01a1e35e-c000-700e-be27-dcf5607b000e","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-16T08:00:00+00:00","in_via":"slack","in_zone":"Europe/Berlin","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"user_id":"U0ANA","work_date":"2026-11-16","workspace_id":"T0HQ"}', '2026-11-16 08:00:00+00', '2026-11-20 15:31:00+00', 1, '2026-11-20 15:30:00+00', '200', '2026-11-20 15:30:00+00', NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0ANA', 6, '01a1ef47-74c0-701e-aa9f-90edfb9e001e', 'attendance.clocked-out', '2026-11-18 15:30:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-18T08:00:00+00:00","in_by":"U0ANA","in_comment":"früh, „form“ 🕗","in_id":"01a1edab-7800-701a-b353-9eaf817c001a","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-18T08:00:00+00:00","in_via":"form","in_zone":"Europe/Berlin","out_at":"2026-11-18T15:30:00+00:00","out_by":"U0ANA","out_comment":null,"out_id":"01a1ef47-74c0-701d-aabf-dea29d77001d","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-18T15:30:00+00:00","out_via":"form","out_zone":"Europe/Berlin","user_id":"U0ANA","work_date":"2026-11-18","workspace_id":"T0HQ"}', '2026-11-18 15:30:00+00', '2026-11-20 15:31:00+00', 1, '2026-11-20 15:30:00+00', '200', '2026-11-20 15:30:00+00', NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0BEN', 3, '01a1f9af-a400-703b-82b5-b2949904003b', 'attendance.deleted', '2026-11-20 16:00:00+00', '{"deleted_at":"2026-11-20T16:00:00+00:00","deleted_by":"U0MEI","in_at":"2026-11-18T14:00:00+00:00","in_by":"U0BEN","in_comment":"by mistake","in_id":"01a1f9af-a400-7031-92f5-66f779190031","in_ip":null,"in_office_id":null,"in_recorded_at":"2026-11-20T16:00:00+00:00","in_via":"form","in_zone":"America/New_York","out_at":"2026-11-18T15:00:00+00:00","out_by":"U0BEN","out_comment":null,"out_id":"01a1f9af-a400-7032-a7f0-f189e7690032","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-20T16:00:00+00:00","out_via":"form","out_zone":"America/New_York","user_id":"U0BEN","work_date":"2026-11-18","workspace_id":"T0HQ"}', '2026-11-20 16:00:00+00', '2026-11-20 16:01:00+00', 1, '2026-11-20 16:00:00+00', '200', '2026-11-20 16:00:00+00', NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0BEN', 2, '01a1f9af-a400-7033-82d9-b44399be0033', 'attendance.created', '2026-11-20 16:00:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-18T14:00:00+00:00","in_by":"U0BEN","in_comment":"by mistake","in_id":"01a1f9af-a400-7031-92f5-66f779190031","in_ip":null,"in_office_id":null,"in_recorded_at":"2026-11-20T16:00:00+00:00","in_via":"form","in_zone":"America/New_York","out_at":"2026-11-18T15:00:00+00:00","out_by":"U0BEN","out_comment":null,"out_id":"01a1f9af-a400-7032-a7f0-f189e7690032","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-20T16:00:00+00:00","out_via":"form","out_zone":"America/New_York","user_id":"U0BEN","work_date":"2026-11-18","workspace_id":"T0HQ"}', '2026-11-20 16:00:00+00', '2026-11-20 16:01:00+00', 1, '2026-11-20 16:00:00+00', '200', '2026-11-20 16:00:00+00', NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0BEN', 2, '01a1f9af-a400-7033-82d9-b44399be0033', 'attendance.created', '2026-11-20 16:00:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-18T14:00:00+00:00","in_by":"U0BEN","in_comment":"by mistake","in_id":"01a1f9af-a400-7031-92f5-66f779190031","in_ip":null,"in_office_id":null,"in_recorded_at":"2026-11-20T16:00:00+00:00","in_via":"form","in_zone":"America/New_York","out_at":"2026-11-18T15:00:00+00:00","out_by":"U0BEN","out_comment":null,"out_id":"01a1f9af-a400-7032-a7f0-f189e7690032","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-20T16:00:00+00:00","out_via":"form","out_zone":"America/New_York","user_id":"U0BEN","work_date":"2026-11-18","workspace_id":"T0HQ"}', '2026-11-20 16:00:00+00', '2026-11-20 16:01:00+00', 1, '2026-11-20 16:00:00+00', '200', '2026-11-20 16:00:00+00', NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0BEN', 1, '01a1f9af-a400-702f-be71-e7b8cf0d002f', 'attendance.created', '2026-11-20 16:00:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-19T22:00:00+00:00","in_by":"U0MEI","in_comment":"nights","in_id":"01a1f9af-a400-702c-bff5-698c51c3002c","in_ip":null,"in_office_id":"ny","in_recorded_at":"2026-11-20T16:00:00+00:00","in_via":"form","in_zone":"America/New_York","out_at":"2026-11-20T06:00:00+00:00","out_by":"U0MEI","out_comment":"home","out_id":"01a1f9af-a400-702d-92ab-fe1eb5c5002d","out_ip":null,"out_office_id":"ny","out_recorded_at":"2026-11-20T16:00:00+00:00","out_via":"form","out_zone":"America/New_York","user_id":"U0BEN","work_date":"2026-11-19","workspace_id":"T0HQ"}', '2026-11-20 16:00:00+00', '2026-11-20 16:01:00+00', 1, '2026-11-20 16:00:00+00', '200', '2026-11-20 16:00:00+00', NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0DAN', 1, '01a1f9af-a400-7038-aaf4-beccf1c90038', 'attendance.created', '2026-11-20 16:00:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-18T08:00:00+00:00","in_by":"U0ADA","in_comment":null,"in_id":"01a1f9af-a400-7035-87df-e6662a5b0035","in_ip":null,"in_office_id":null,"in_recorded_at":"2026-11-20T16:00:00+00:00","in_via":"cli","in_zone":"Europe/Berlin","out_at":"2026-11-18T16:00:00+00:00","out_by":"U0ADA","out_comment":null,"out_id":"01a1f9af-a400-7036-9ae2-c6df3e960036","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-20T16:00:00+00:00","out_via":"cli","out_zone":"Europe/Berlin","user_id":"U0DAN","work_date":"2026-11-18","workspace_id":"T0HQ"}', '2026-11-20 16:00:00+00', '2026-11-20 16:01:00+00', 1, '2026-11-20 16:00:00+00', '200', '2026-11-20 16:00:00+00', NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0BEN', 3, '01a1f9af-a400-703b-82b5-b2949904003b', 'attendance.deleted', '2026-11-20 16:00:00+00', '{"deleted_at":"2026-11-20T16:00:00+00:00","deleted_by":"U0MEI","in_at":"2026-11-18T14:00:00+00:00","in_by":"U0BEN","in_comment":"by mistake","in_id":"01a1f9af-a400-7031-92f5-66f779190031","in_ip":null,"in_office_id":null,"in_recorded_at":"2026-11-20T16:00:00+00:00","in_via":"form","in_zone":"America/New_York","out_at":"2026-11-18T15:00:00+00:00","out_by":"U0BEN","out_comment":null,"out_id":"01a1f9af-a400-7032-a7f0-f189e7690032","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-20T16:00:00+00:00","out_via":"form","out_zone":"America/New_York","user_id":"U0BEN","work_date":"2026-11-18","workspace_id":"T0HQ"}', '2026-11-20 16:00:00+00', '2026-11-20 16:01:00+00', 1, '2026-11-20 16:00:00+00', '200', '2026-11-20 16:00:00+00', NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0EVA', 1, '01a1f9af-a400-7045-b093-cbbca5af0045', 'attendance.created', '2026-11-20 16:00:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-10-01T09:00:00+00:00","in_by":"U0ADA","in_comment":null,"in_id":"gd-1","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-10-01T09:00:00+00:00","in_via":"cli","in_zone":"UTC","out_at":"2026-10-01T17:00:00+00:00","out_by":"U0ADA","out_comment":"out","out_id":"gd-2","out_ip":"198.51.100.4","out_office_id":null,"out_recorded_at":"2026-10-01T17:00:00+00:00","out_via":"cli","out_zone":"UTC","user_id":"U0EVA","work_date":"2026-10-01","workspace_id":"T0HQ"}', '2026-11-20 16:00:00+00', '2026-11-20 16:01:00+00', 1, '2026-11-20 16:00:00+00', '200', '2026-11-20 16:00:00+00', NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0DAN', 3, '01a1f9af-a400-7041-ba64-d0a156aa0041', 'attendance.restored', '2026-11-20 16:00:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-18T08:00:00+00:00","in_by":"U0ADA","in_comment":null,"in_id":"01a1f9af-a400-7035-87df-e6662a5b0035","in_ip":null,"in_office_id":null,"in_recorded_at":"2026-11-20T16:00:00+00:00","in_via":"cli","in_zone":"Europe/Berlin","out_at":"2026-11-18T16:00:00+00:00","out_by":"U0ADA","out_comment":null,"out_id":"01a1f9af-a400-7036-9ae2-c6df3e960036","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-20T16:00:00+00:00","out_via":"cli","out_zone":"Europe/Berlin","user_id":"U0DAN","work_date":"2026-11-18","workspace_id":"T0HQ"}', '2026-11-20 16:00:00+00', '2026-11-20 16:01:00+00', 1, '2026-11-20 16:00:00+00', '200', '2026-11-20 16:00:00+00', NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0EVA', 2, '01a1f9af-a400-7046-be7c-77b4393d0046', 'attendance.created', '2026-11-20 16:00:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-10-02T09:00:00+00:00","in_by":"U0ADA","in_comment":null,"in_id":"01a1f9af-a400-7043-95b6-21f48dcf0043","in_ip":null,"in_office_id":null,"in_recorded_at":"2026-11-20T16:00:00+00:00","in_via":"cli","in_zone":"UTC","out_at":"2026-10-02T12:15:00+00:00","out_by":"U0ADA","out_comment":"half a day","out_id":"01a1f9af-a400-7044-95bf-caae7f6b0044","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-20T16:00:00+00:00","out_via":"cli","out_zone":"UTC","user_id":"U0EVA","work_date":"2026-10-02","workspace_id":"T0HQ"}', '2026-11-20 16:00:00+00', '2026-11-20 16:01:00+00', 1, '2026-11-20 16:00:00+00', '200', '2026-11-20 16:00:00+00', NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0DAN', 2, '01a1f9af-a400-703e-bc23-436512d8003e', 'attendance.deleted', '2026-11-20 16:00:00+00', '{"deleted_at":"2026-11-20T16:00:00+00:00","deleted_by":"U0ADA","in_at":"2026-11-18T08:00:00+00:00","in_by":"U0ADA","in_comment":null,"in_id":"01a1f9af-a400-7035-87df-e6662a5b0035","in_ip":null,"in_office_id":null,"in_recorded_at":"2026-11-20T16:00:00+00:00","in_via":"cli","in_zone":"Europe/Berlin","out_at":"2026-11-18T16:00:00+00:00","out_by":"U0ADA","out_comment":null,"out_id":"01a1f9af-a400-7036-9ae2-c6df3e960036","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-20T16:00:00+00:00","out_via":"cli","out_zone":"Europe/Berlin","user_id":"U0DAN","work_date":"2026-11-18","workspace_id":"T0HQ"}', '2026-11-20 16:00:00+00', '2026-11-20 16:01:00+00', 1, '2026-11-20 16:00:00+00', '200', '2026-11-20 16:00:00+00', NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0EVA', 1, '01a1f9af-a400-7045-b093-cbbca5af0045', 'attendance.created', '2026-11-20 16:00:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-10-01T09:00:00+00:00","in_by":"U0ADA","in_comment":null,"in_id":"gd-1","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-10-01T09:00:00+00:00","in_via":"cli","in_zone":"UTC","out_at":"2026-10-01T17:00:00+00:00","out_by":"U0ADA","out_comment":"out","out_id":"gd-2","out_ip":"198.51.100.4","out_office_id":null,"out_recorded_at":"2026-10-01T17:00:00+00:00","out_via":"cli","out_zone":"UTC","user_id":"U0EVA","work_date":"2026-10-01","workspace_id":"T0HQ"}', '2026-11-20 16:00:00+00', '2026-11-20 16:01:00+00', 1, '2026-11-20 16:00:00+00', '200', '2026-11-20 16:00:00+00', NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0DAN', 3, '01a1f9af-a400-7041-ba64-d0a156aa0041', 'attendance.restored', '2026-11-20 16:00:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-18T08:00:00+00:00","in_by":"U0ADA","in_comment":null,"in_id":"01a1f9af-a400-7035-87df-e6662a5b0035","in_ip":null,"in_office_id":null,"in_recorded_at":"2026-11-20T16:00:00+00:00","in_via":"cli","in_zone":"Europe/Berlin","out_at":"2026-11-18T16:00:00+00:00","out_by":"U0ADA","out_comment":null,"out_id":"01a1f9af-a400-7036-9ae2-c6df3e960036","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-20T16:00:00+00:00","out_via":"cli","out_zone":"Europe/Berlin","user_id":"U0DAN","work_date":"2026-11-18","workspace_id":"T0HQ"}', '2026-11-20 16:00:00+00', '2026-11-20 16:01:00+00', 1, '2026-11-20 16:00:00+00', '200', '2026-11-20 16:00:00+00', NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0EVA', 2, '01a1f9af-a400-7046-be7c-77b4393d0046', 'attendance.created', '2026-11-20 16:00:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-10-02T09:00:00+00:00","in_by":"U0ADA","in_comment":null,"in_id":"01a1f9af-a400-7043-95b6-21f48dcf0043","in_ip":null,"in_office_id":null,"in_recorded_at":"2026-11-20T16:00:00+00:00","in_via":"cli","in_zone":"UTC","out_at":"2026-10-02T12:15:00+00:00","out_by":"U0ADA","out_comment":"half a day","out_id":"01a1f9af-a400-7044-95bf-caae7f6b0044","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-20T16:00:00+00:00","out_via":"cli","out_zone":"UTC","user_id":"U0EVA","work_date":"2026-10-02","workspace_id":"T0HQ"}', '2026-11-20 16:00:00+00', '2026-11-20 16:01:00+00', 1, '2026-11-20 16:00:00+00', '200', '2026-11-20 16:00:00+00', NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0DAN', 2, '01a1f9af-a400-703e-bc23-436512d8003e', 'attendance.deleted', '2026-11-20 16:00:00+00', '{"deleted_at":"2026-11-20T16:00:00+00:00","deleted_by":"U0ADA","in_at":"2026-11-18T08:00:00+00:00","in_by":"U0ADA","in_comment":null,"in_id":"01a1f9af-a400-7035-87df-e6662a5b0035","in_ip":null,"in_office_id":null,"in_recorded_at":"2026-11-20T16:00:00+00:00","in_via":"cli","in_zone":"Europe/Berlin","out_at":"2026-11-18T16:00:00+00:00","out_by":"U0ADA","out_comment":null,"out_id":"01a1f9af-a400-7036-9ae2-c6df3e960036","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-20T16:00:00+00:00","out_via":"cli","out_zone":"Europe/Berlin","user_id":"U0DAN","work_date":"2026-11-18","workspace_id":"T0HQ"}', '2026-11-20 16:00:00+00', '2026-11-20 16:01:00+00', 1, '2026-11-20 16:00:00+00', '200', '2026-11-20 16:00:00+00', NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0BEN', 1, '01a1f9af-a400-702f-be71-e7b8cf0d002f', 'attendance.created', '2026-11-20 16:00:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-19T22:00:00+00:00","in_by":"U0MEI","in_comment":"nights","in_id":"01a1f9af-a400-702c-bff5-698c51c3002c","in_ip":null,"in_office_id":"ny","in_recorded_at":"2026-11-20T16:00:00+00:00","in_via":"form","in_zone":"America/New_York","out_at":"2026-11-20T06:00:00+00:00","out_by":"U0MEI","out_comment":"home","out_id":"01a1f9af-a400-702d-92ab-fe1eb5c5002d","out_ip":null,"out_office_id":"ny","out_recorded_at":"2026-11-20T16:00:00+00:00","out_via":"form","out_zone":"America/New_York","user_id":"U0BEN","work_date":"2026-11-19","workspace_id":"T0HQ"}', '2026-11-20 16:00:00+00', '2026-11-20 16:01:00+00', 1, '2026-11-20 16:00:00+00', '200', '2026-11-20 16:00:00+00', NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0DAN', 1, '01a1f9af-a400-7038-aaf4-beccf1c90038', 'attendance.created', '2026-11-20 16:00:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-18T08:00:00+00:00","in_by":"U0ADA","in_comment":null,"in_id":"01a1f9af-a400-7035-87df-e6662a5b0035","in_ip":null,"in_office_id":null,"in_recorded_at":"2026-11-20T16:00:00+00:00","in_via":"cli","in_zone":"Europe/Berlin","out_at":"2026-11-18T16:00:00+00:00","out_by":"U0ADA","out_comment":null,"out_id":"01a1f9af-a400-7036-9ae2-c6df3e960036","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-20T16:00:00+00:00","out_via":"cli","out_zone":"Europe/Berlin","user_id":"U0DAN","work_date":"2026-11-18","workspace_id":"T0HQ"}', '2026-11-20 16:00:00+00', '2026-11-20 16:01:00+00', 1, '2026-11-20 16:00:00+00', '200', '2026-11-20 16:00:00+00', NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0LEO', 1, '01a1f9af-a400-7049-a061-7fd5b5d70049', 'attendance.created', '2026-11-20 16:00:00+00', '{"deleted_at": null, "deleted_by": null, "in_at": "2026-11-18T09:00:00+00:00", "in_by": "U0LEO", "in_comment": null, "in_id": "01a1f9af-a400-7047-b1d2-eadb5c9f0047", "in_ip": null, "in_office_id": null, "in_recorded_at": "2026-11-20T16:00:00+00:00", "in_via": "api", "in_zone": "UTC", "out_at": "2026-11-18T10:00:00+00:00", "out_by": "U0LEO", "out_comment": null, "out_id": "01a1f9af-a400-7048-a816-a5457dae0048", "out_ip": null, "out_office_id": null, "out_recorded_at": "2026-11-20T16:00:00+00:00", "out_via": "api", "out_zone": "UTC", "user_id": "U0LEO", "work_date": "2026-11-18", "workspace_id": "T0HQ"}', '2026-11-20 16:00:00+00', '2026-11-20 16:01:00+00', 1, '2026-11-20 16:00:00+00', '200', '2026-11-20 16:00:00+00', NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0LEO', 1, '01a1f9af-a400-7049-a061-7fd5b5d70049', 'attendance.created', '2026-11-20 16:00:00+00', '{"deleted_at": null, "deleted_by": null, "in_at": "2026-11-18T09:00:00+00:00", "in_by": "U0LEO", "in_comment": null, "in_id": "01a1f9af-a400-7047-b1d2-eadb5c9f0047", "in_ip": null, "in_office_id": null, "in_recorded_at": "2026-11-20T16:00:00+00:00", "in_via": "api", "in_zone": "UTC", "out_at": "2026-11-18T10:00:00+00:00", "out_by": "U0LEO", "out_comment": null, "out_id": "01a1f9af-a400-7048-a816-a5457dae0048", "out_ip": null, "out_office_id": null, "out_recorded_at": "2026-11-20T16:00:00+00:00", "out_via": "api", "out_zone": "UTC", "user_id": "U0LEO", "work_date": "2026-11-18", "workspace_id": "T0HQ"}', '2026-11-20 16:00:00+00', '2026-11-20 16:01:00+00', 1, '2026-11-20 16:00:00+00', '200', '2026-11-20 16:00:00+00', NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0EVA', 4, '01a2093e-2f40-7051-8387-9d48299d0051', 'attendance.clocked-out', '2026-11-23 16:30:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-23T08:00:00+00:00","in_by":"U0EVA","in_comment":null,"in_id":"01a2076b-4400-704d-a5bb-c967015b004d","in_ip":"203.0.113.8","in_office_id":null,"in_recorded_at":"2026-11-23T08:00:00+00:00","in_via":"api","in_zone":"UTC","out_at":"2026-11-23T16:30:00+00:00","out_by":"U0EVA","out_comment":null,"out_id":"01a2093e-2f40-7050-99bc-e3cb68590050","out_ip":"203.0.113.8","out_office_id":null,"out_recorded_at":"2026-11-23T16:30:00+00:00","out_via":"api","out_zone":"UTC","user_id":"U0EVA","work_date":"2026-11-23","workspace_id":"T0HQ"}', '2026-11-23 16:30:00+00', '2026-11-23 16:30:00+00', 0, NULL, NULL, NULL, NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0EVA', 3, '01a2076b-4400-704e-b7e6-5faed1d1004e', 'attendance.clocked-in', '2026-11-23 08:00:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-23T08:00:00+00:00","in_by":"U0EVA","in_comment":null,"in_id":"01a2076b-4400-704d-a5bb-c967015b004d","in_ip":"203.0.113.8","in_office_id":null,"in_recorded_at":"2026-11-23T08:00:00+00:00","in_via":"api","in_zone":"UTC","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"user_id":"U0EVA","work_date":"2026-11-23","workspace_id":"T0HQ"}', '2026-11-23 08:00:00+00', '2026-11-23 16:32:00+00', 1, '2026-11-23 16:31:00+00', '200', '2026-11-23 16:31:00+00', NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0EVA', 4, '01a2093e-2f40-7051-8387-9d48299d0051', 'attendance.clocked-out', '2026-11-23 16:30:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-23T08:00:00+00:00","in_by":"U0EVA","in_comment":null,"in_id":"01a2076b-4400-704d-a5bb-c967015b004d","in_ip":"203.0.113.8","in_office_id":null,"in_recorded_at":"2026-11-23T08:00:00+00:00","in_via":"api","in_zone":"UTC","out_at":"2026-11-23T16:30:00+00:00","out_by":"U0EVA","out_comment":null,"out_id":"01a2093e-2f40-7050-99bc-e3cb68590050","out_ip":"203.0.113.8","out_office_id":null,"out_recorded_at":"2026-11-23T16:30:00+00:00","out_via":"api","out_zone":"UTC","user_id":"U0EVA","work_date":"2026-11-23","workspace_id":"T0HQ"}', '2026-11-23 16:30:00+00', '2026-11-23 16:32:00+00', 1, '2026-11-23 16:31:00+00', '200', '2026-11-23 16:31:00+00', NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0ANA', 12, '01a211fc-f440-7065-b68f-502927bc0065', 'attendance.clocked-out', '2026-11-25 09:15:20+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-25T09:15:10+00:00","in_by":"U0MEI","in_comment":"at the door","in_id":"01a211fc-cd30-705b-8fe4-bbf51647005b","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-25T09:15:10+00:00","in_via":"slack","in_zone":"Europe/Berlin","out_at":"2026-11-25T09:15:20+00:00","out_by":"U0MEI","out_comment":null,"out_id":"01a211fc-f440-7061-ba44-a8a2a4e50061","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-25T09:15:20+00:00","out_via":"slack","out_zone":"Europe/Berlin","user_id":"U0ANA","work_date":"2026-11-25","workspace_id":"T0HQ"}', '2026-11-25 09:15:20+00', '2026-11-25 09:15:20+00', 0, NULL, NULL, NULL, NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0EVA', 3, '01a2076b-4400-704e-b7e6-5faed1d1004e', 'attendance.clocked-in', '2026-11-23 08:00:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-23T08:00:00+00:00","in_by":"U0EVA","in_comment":null,"in_id":"01a2076b-4400-704d-a5bb-c967015b004d","in_ip":"203.0.113.8","in_office_id":null,"in_recorded_at":"2026-11-23T08:00:00+00:00","in_via":"api","in_zone":"UTC","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"user_id":"U0EVA","work_date":"2026-11-23","workspace_id":"T0HQ"}', '2026-11-23 08:00:00+00', '2026-11-24 08:00:50+00', 4, '2026-11-24 07:59:50+00', '503', NULL, '2026-11-24 07:59:50+00'),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0BEN', 5, '01a211fc-f440-706b-bbea-665c8447006b', 'attendance.created', '2026-11-25 09:15:20+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-23T14:00:00+00:00","in_by":"U0ADA","in_comment":null,"in_id":"01a211fc-f440-7067-b7ff-4082322a0067","in_ip":null,"in_office_id":"ny","in_recorded_at":"2026-11-25T09:15:20+00:00","in_via":"form","in_zone":"America/New_York","out_at":"2026-11-23T22:00:00+00:00","out_by":"U0ADA","out_comment":null,"out_id":"01a211fc-f440-7068-a713-eeb787be0068","out_ip":null,"out_office_id":"ny","out_recorded_at":"2026-11-25T09:15:20+00:00","out_via":"form","out_zone":"America/New_York","user_id":"U0BEN","work_date":"2026-11-23","workspace_id":"T0HQ"}', '2026-11-25 09:15:20+00', '2026-11-25 09:15:20+00', 0, NULL, NULL, NULL, NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0DAN', 4, '01a20c76-28c0-7054-a1f8-5132afbf0054', 'attendance.clocked-in', '2026-11-24 07:30:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-24T07:30:00+00:00","in_by":"U0DAN","in_comment":null,"in_id":"01a20c76-28c0-7053-99e2-59807faa0053","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-24T07:30:00+00:00","in_via":"slack","in_zone":"Europe/Berlin","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"user_id":"U0DAN","work_date":"2026-11-24","workspace_id":"T0HQ"}', '2026-11-24 07:30:00+00', '2026-11-24 08:00:50+00', 1, '2026-11-24 07:59:50+00', '200', '2026-11-24 07:59:50+00', NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0ANA', 13, '01a211fc-f440-7074-8276-c8ac2f660074', 'attendance.deleted', '2026-11-25 09:15:20+00', '{"deleted_at":"2026-11-25T09:15:20+00:00","deleted_by":"U0MEI","in_at":"2026-11-19T08:00:00+00:00","in_by":"U0ANA","in_comment":"früh, „cli“ 🕗","in_id":"01a1f2d1-d400-7020-9bed-191e32bd0020","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-19T08:00:00+00:00","in_via":"cli","in_zone":"Europe/Berlin","out_at":"2026-11-19T15:30:00+00:00","out_by":"U0ANA","out_comment":null,"out_id":"01a1f46d-d0c0-7023-9247-eb7d82680023","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-19T15:30:00+00:00","out_via":"cli","out_zone":"Europe/Berlin","user_id":"U0ANA","work_date":"2026-11-19","workspace_id":"T0HQ"}', '2026-11-25 09:15:20+00', '2026-11-25 09:15:20+00', 0, NULL, NULL, NULL, NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0DAN', 4, '01a20c76-28c0-7054-a1f8-5132afbf0054', 'attendance.clocked-in', '2026-11-24 07:30:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-24T07:30:00+00:00","in_by":"U0DAN","in_comment":null,"in_id":"01a20c76-28c0-7053-99e2-59807faa0053","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-24T07:30:00+00:00","in_via":"slack","in_zone":"Europe/Berlin","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"user_id":"U0DAN","work_date":"2026-11-24","workspace_id":"T0HQ"}', '2026-11-24 07:30:00+00', '2026-11-24 07:59:55+00', 1, '2026-11-24 07:59:50+00', '503', NULL, NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0BEN', 4, '01a20f92-ab00-7058-8d41-4acc09990058', 'attendance.clocked-in', '2026-11-24 22:00:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-24T22:00:00+00:00","in_by":"U0BEN","in_comment":"night","in_id":"01a20f92-ab00-7057-8f7b-d478b9d70057","in_ip":null,"in_office_id":"ny","in_recorded_at":"2026-11-24T22:00:00+00:00","in_via":"slack","in_zone":"America/New_York","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"user_id":"U0BEN","work_date":"2026-11-24","workspace_id":"T0HQ"}', '2026-11-24 22:00:00+00', '2026-11-24 22:00:00+00', 0, NULL, NULL, NULL, NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0BEN', 4, '01a20f92-ab00-7058-8d41-4acc09990058', 'attendance.clocked-in', '2026-11-24 22:00:00+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-24T22:00:00+00:00","in_by":"U0BEN","in_comment":"night","in_id":"01a20f92-ab00-7057-8f7b-d478b9d70057","in_ip":null,"in_office_id":"ny","in_recorded_at":"2026-11-24T22:00:00+00:00","in_via":"slack","in_zone":"America/New_York","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"user_id":"U0BEN","work_date":"2026-11-24","workspace_id":"T0HQ"}', '2026-11-24 22:00:00+00', '2026-11-24 22:00:00+00', 0, NULL, NULL, NULL, NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0ANA', 11, '01a211fc-cd30-705f-8b83-e34c152d005f', 'attendance.clocked-in', '2026-11-25 09:15:10+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-25T09:15:10+00:00","in_by":"U0MEI","in_comment":"at the door","in_id":"01a211fc-cd30-705b-8fe4-bbf51647005b","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-25T09:15:10+00:00","in_via":"slack","in_zone":"Europe/Berlin","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"user_id":"U0ANA","work_date":"2026-11-25","workspace_id":"T0HQ"}', '2026-11-25 09:15:10+00', '2026-11-25 09:15:10+00', 0, NULL, NULL, NULL, NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0ANA', 11, '01a211fc-cd30-705f-8b83-e34c152d005f', 'attendance.clocked-in', '2026-11-25 09:15:10+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-25T09:15:10+00:00","in_by":"U0MEI","in_comment":"at the door","in_id":"01a211fc-cd30-705b-8fe4-bbf51647005b","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-25T09:15:10+00:00","in_via":"slack","in_zone":"Europe/Berlin","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"user_id":"U0ANA","work_date":"2026-11-25","workspace_id":"T0HQ"}', '2026-11-25 09:15:10+00', '2026-11-25 09:15:10+00', 0, NULL, NULL, NULL, NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0BEN', 5, '01a211fc-f440-706b-bbea-665c8447006b', 'attendance.created', '2026-11-25 09:15:20+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-23T14:00:00+00:00","in_by":"U0ADA","in_comment":null,"in_id":"01a211fc-f440-7067-b7ff-4082322a0067","in_ip":null,"in_office_id":"ny","in_recorded_at":"2026-11-25T09:15:20+00:00","in_via":"form","in_zone":"America/New_York","out_at":"2026-11-23T22:00:00+00:00","out_by":"U0ADA","out_comment":null,"out_id":"01a211fc-f440-7068-a713-eeb787be0068","out_ip":null,"out_office_id":"ny","out_recorded_at":"2026-11-25T09:15:20+00:00","out_via":"form","out_zone":"America/New_York","user_id":"U0BEN","work_date":"2026-11-23","workspace_id":"T0HQ"}', '2026-11-25 09:15:20+00', '2026-11-25 09:15:20+00', 0, NULL, NULL, NULL, NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0ANA', 13, '01a211fc-f440-7074-8276-c8ac2f660074', 'attendance.deleted', '2026-11-25 09:15:20+00', '{"deleted_at":"2026-11-25T09:15:20+00:00","deleted_by":"U0MEI","in_at":"2026-11-19T08:00:00+00:00","in_by":"U0ANA","in_comment":"früh, „cli“ 🕗","in_id":"01a1f2d1-d400-7020-9bed-191e32bd0020","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-19T08:00:00+00:00","in_via":"cli","in_zone":"Europe/Berlin","out_at":"2026-11-19T15:30:00+00:00","out_by":"U0ANA","out_comment":null,"out_id":"01a1f46d-d0c0-7023-9247-eb7d82680023","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-19T15:30:00+00:00","out_via":"cli","out_zone":"Europe/Berlin","user_id":"U0ANA","work_date":"2026-11-19","workspace_id":"T0HQ"}', '2026-11-25 09:15:20+00', '2026-11-25 09:15:20+00', 0, NULL, NULL, NULL, NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0ANA', 15, '01a211fd-1b50-7080-9064-9dec27fa0080', 'attendance.clocked-in', '2026-11-25 09:15:30+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-25T09:15:30+00:00","in_by":"U0ANA","in_comment":null,"in_id":"01a211fd-1b50-707d-a588-0427ff6c007d","in_ip":"203.0.113.7","in_office_id":null,"in_recorded_at":"2026-11-25T09:15:30+00:00","in_via":"api","in_zone":"Europe/Berlin","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"user_id":"U0ANA","work_date":"2026-11-25","workspace_id":"T0HQ"}', '2026-11-25 09:15:30+00', '2026-11-25 09:15:30+00', 0, NULL, NULL, NULL, NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0ANA', 12, '01a211fc-f440-7065-b68f-502927bc0065', 'attendance.clocked-out', '2026-11-25 09:15:20+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-25T09:15:10+00:00","in_by":"U0MEI","in_comment":"at the door","in_id":"01a211fc-cd30-705b-8fe4-bbf51647005b","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-25T09:15:10+00:00","in_via":"slack","in_zone":"Europe/Berlin","out_at":"2026-11-25T09:15:20+00:00","out_by":"U0MEI","out_comment":null,"out_id":"01a211fc-f440-7061-ba44-a8a2a4e50061","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-25T09:15:20+00:00","out_via":"slack","out_zone":"Europe/Berlin","user_id":"U0ANA","work_date":"2026-11-25","workspace_id":"T0HQ"}', '2026-11-25 09:15:20+00', '2026-11-25 09:15:20+00', 0, NULL, NULL, NULL, NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0ANA', 14, '01a211fc-f440-707a-96fa-5296fe69007a', 'attendance.restored', '2026-11-25 09:15:20+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-19T08:00:00+00:00","in_by":"U0ANA","in_comment":"früh, „cli“ 🕗","in_id":"01a1f2d1-d400-7020-9bed-191e32bd0020","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-19T08:00:00+00:00","in_via":"cli","in_zone":"Europe/Berlin","out_at":"2026-11-19T15:30:00+00:00","out_by":"U0ANA","out_comment":null,"out_id":"01a1f46d-d0c0-7023-9247-eb7d82680023","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-19T15:30:00+00:00","out_via":"cli","out_zone":"Europe/Berlin","user_id":"U0ANA","work_date":"2026-11-19","workspace_id":"T0HQ"}', '2026-11-25 09:15:20+00', '2026-11-25 09:15:20+00', 0, NULL, NULL, NULL, NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0ANA', 14, '01a211fc-f440-707a-96fa-5296fe69007a', 'attendance.restored', '2026-11-25 09:15:20+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-19T08:00:00+00:00","in_by":"U0ANA","in_comment":"früh, „cli“ 🕗","in_id":"01a1f2d1-d400-7020-9bed-191e32bd0020","in_ip":null,"in_office_id":"hq","in_recorded_at":"2026-11-19T08:00:00+00:00","in_via":"cli","in_zone":"Europe/Berlin","out_at":"2026-11-19T15:30:00+00:00","out_by":"U0ANA","out_comment":null,"out_id":"01a1f46d-d0c0-7023-9247-eb7d82680023","out_ip":null,"out_office_id":null,"out_recorded_at":"2026-11-19T15:30:00+00:00","out_via":"cli","out_zone":"Europe/Berlin","user_id":"U0ANA","work_date":"2026-11-19","workspace_id":"T0HQ"}', '2026-11-25 09:15:20+00', '2026-11-25 09:15:20+00', 0, NULL, NULL, NULL, NULL),
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'U0BEN', 6, '01a211fc-f440-706f-894f-8653f497006f', 'attendance.deleted', '2026-11-25 09:15:20+00', '{"deleted_at":"2026-11-25T09:15:20+00:00","deleted_by":"U0MEI","in_at":"2026-11-19T22:00:00+00:00","in_by":"U0MEI","in_comment":"nights","in_id":"01a1f9af-a400-702c-bff5-698c51c3002c","in_ip":null,"in_office_id":"ny","in_recorded_at":"2026-11-20T16:00:00+00:00","in_via":"form","in_zone":"America/New_York","out_at":"2026-11-20T06:00:00+00:00","out_by":"U0MEI","out_comment":"home","out_id":"01a1f9af-a400-702d-92ab-fe1eb5c5002d","out_ip":null,"out_office_id":"ny","out_recorded_at":"2026-11-20T16:00:00+00:00","out_via":"form","out_zone":"America/New_York","user_id":"U0BEN","work_date":"2026-11-19","workspace_id":"T0HQ"}', '2026-11-25 09:15:20+00', '2026-11-25 09:15:20+00', 0, NULL, NULL, NULL, NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0BEN', 6, '01a211fc-f440-706f-894f-8653f497006f', 'attendance.deleted', '2026-11-25 09:15:20+00', '{"deleted_at":"2026-11-25T09:15:20+00:00","deleted_by":"U0MEI","in_at":"2026-11-19T22:00:00+00:00","in_by":"U0MEI","in_comment":"nights","in_id":"01a1f9af-a400-702c-bff5-698c51c3002c","in_ip":null,"in_office_id":"ny","in_recorded_at":"2026-11-20T16:00:00+00:00","in_via":"form","in_zone":"America/New_York","out_at":"2026-11-20T06:00:00+00:00","out_by":"U0MEI","out_comment":"home","out_id":"01a1f9af-a400-702d-92ab-fe1eb5c5002d","out_ip":null,"out_office_id":"ny","out_recorded_at":"2026-11-20T16:00:00+00:00","out_via":"form","out_zone":"America/New_York","user_id":"U0BEN","work_date":"2026-11-19","workspace_id":"T0HQ"}', '2026-11-25 09:15:20+00', '2026-11-25 09:15:20+00', 0, NULL, NULL, NULL, NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'U0ANA', 15, '01a211fd-1b50-7080-9064-9dec27fa0080', 'attendance.clocked-in', '2026-11-25 09:15:30+00', '{"deleted_at":null,"deleted_by":null,"in_at":"2026-11-25T09:15:30+00:00","in_by":"U0ANA","in_comment":null,"in_id":"01a211fd-1b50-707d-a588-0427ff6c007d","in_ip":"203.0.113.7","in_office_id":null,"in_recorded_at":"2026-11-25T09:15:30+00:00","in_via":"api","in_zone":"Europe/Berlin","out_at":null,"out_by":null,"out_comment":null,"out_id":null,"out_ip":null,"out_office_id":null,"out_recorded_at":null,"out_via":null,"out_zone":null,"user_id":"U0ANA","work_date":"2026-11-25","workspace_id":"T0HQ"}', '2026-11-25 09:15:30+00', '2026-11-25 09:15:30+00', 0, NULL, NULL, NULL, NULL);

INSERT INTO public.webhooks VALUES
	('T0HQ', '01a1e327-d180-700b-827e-f53a152d000b', 'https://192.0.2.1/payroll', 'whsec_/tVKCB0tOmznyEhnk3eHO3V6oDItHNM9VdOXaDezNW0=', 'U0ADA', '2026-11-16 07:00:00+00', NULL),
	('T0HQ', '01a1e327-d180-700c-8c4b-37539624000c', 'https://192.0.2.2/wiki', 'gAAAAABrC88BfTwuJEKa4pEb-9p4UkNpVntshH7aEC0DjFsDdrFOaw17Gs_fArn1gFbjG_L5ANMm2KtkEkaSp4SbjiL_oAwY_Lr-n9FtPV6vSprWlADW63BpXmHaEZoXfiSit8vamU5PTMtfvXO0qHL5zQYIhNZTbVFrdxZwV1TvvZzo13Z5KoY=', 'U0ADA', '2026-11-16 07:00:00+00', NULL),
	('T0HQ', '01a1e327-d180-700d-9bea-ea0212f1000d', 'https://192.0.2.3/gone', '', 'U0ADA', '2026-11-16 07:00:00+00', '2026-11-16 07:00:00+00');

INSERT INTO public.workspaces VALUES
	('T0LAB', 'Asia/Tokyo', '2010-06-02 08:00:00+00'),
	('T0HQ', 'Europe/Berlin', '2026-11-16 07:00:00+00');

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

ALTER TABLE ONLY public.appointed_admins
    ADD CONSTRAINT appointed_admins_pkey PRIMARY KEY (workspace_id, user_id);

ALTER TABLE ONLY public.audit_entries
    ADD CONSTRAINT audit_entries_pkey PRIMARY KEY (workspace_id, sequence);

ALTER TABLE ONLY public.audit_heads
    ADD CONSTRAINT audit_heads_pkey PRIMARY KEY (workspace_id);

ALTER TABLE ONLY public.audit_starts
    ADD CONSTRAINT audit_starts_pkey PRIMARY KEY (workspace_id);

ALTER TABLE ONLY public.group_members
    ADD CONSTRAINT group_members_pkey PRIMARY KEY (workspace_id, group_id, user_id);

ALTER TABLE ONLY public.home_tabs
    ADD CONSTRAINT home_tabs_pkey PRIMARY KEY (workspace_id, user_id);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (workspace_id, user_id, key);

ALTER TABLE ONLY public.installations
    ADD CONSTRAINT installations_pkey PRIMARY KEY (workspace_id);

ALTER TABLE ONLY public.log_posts
    ADD CONSTRAINT log_posts_pkey PRIMARY KEY (workspace_id, event_id);

ALTER TABLE ONLY public.oauth_states
    ADD CONSTRAINT oauth_states_pkey PRIMARY KEY (state);

ALTER TABLE ONLY public.offices
    ADD CONSTRAINT offices_pkey PRIMARY KEY (workspace_id, office_id);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (workspace_id, message_id);

ALTER TABLE ONLY public.pairs
    ADD CONSTRAINT pairs_never_overlap EXCLUDE USING gist (workspace_id WITH =, user_id WITH =, tstzrange(in_at, out_at) WITH &&) WHERE ((deleted_at IS NULL));

ALTER TABLE ONLY public.pairs
    ADD CONSTRAINT pairs_pkey PRIMARY KEY (workspace_id, in_id);

ALTER TABLE ONLY public.people
    ADD CONSTRAINT people_pkey PRIMARY KEY (workspace_id, user_id);

ALTER TABLE ONLY public.settings
    ADD CONSTRAINT settings_pkey PRIMARY KEY (workspace_id, name);

ALTER TABLE ONLY public.team_groups
    ADD CONSTRAINT team_groups_pkey PRIMARY KEY (workspace_id, team, group_id);

ALTER TABLE ONLY public.team_people
    ADD CONSTRAINT team_people_pkey PRIMARY KEY (workspace_id, team, user_id, part);

ALTER TABLE ONLY public.teams
    ADD CONSTRAINT teams_pkey PRIMARY KEY (workspace_id, name);

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (workspace_id, token_id);

ALTER TABLE ONLY public.webhook_calls
    ADD CONSTRAINT webhook_calls_pkey PRIMARY KEY (workspace_id, webhook_id, user_id, number);

ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_pkey PRIMARY KEY (workspace_id, webhook_id);

ALTER TABLE ONLY public.workspaces
    ADD CONSTRAINT workspaces_pkey PRIMARY KEY (workspace_id);

CREATE INDEX audit_entries_by_moment ON public.audit_entries USING btree (workspace_id, at) WHERE (action = ANY (ARRAY['clock-in'::text, 'clock-out'::text, 'create'::text, 'delete'::text, 'restore'::text]));

CREATE INDEX audit_entries_by_subject ON public.audit_entries USING btree (subject, workspace_id);

CREATE INDEX audit_entries_of_settings ON public.audit_entries USING btree (workspace_id, action, sequence) WHERE (action <> ALL (ARRAY['clock-in'::text, 'clock-out'::text, 'create'::text, 'delete'::text, 'restore'::text]));

CREATE INDEX group_members_by_user ON public.group_members USING btree (workspace_id, user_id);

CREATE INDEX home_tabs_that_see_others ON public.home_tabs USING btree (workspace_id) WHERE sees_others;

CREATE INDEX idempotency_keys_by_age ON public.idempotency_keys USING btree (workspace_id, created_at);

CREATE UNIQUE INDEX outbox_by_key ON public.outbox USING btree (workspace_id, key);

CREATE INDEX outbox_due ON public.outbox USING btree (workspace_id, due_at) WHERE ((sent_at IS NULL) AND (given_up_at IS NULL));

CREATE INDEX outbox_sent ON public.outbox USING btree (workspace_id, sent_at) WHERE (sent_at IS NOT NULL);

CREATE INDEX pairs_by_date ON public.pairs USING btree (workspace_id, work_date, user_id, in_at, out_at, in_zone) WHERE (deleted_at IS NULL);

CREATE INDEX pairs_by_deletion ON public.pairs USING btree (workspace_id, deleted_at) WHERE (deleted_at IS NOT NULL);

CREATE INDEX pairs_by_hand ON public.pairs USING btree (workspace_id, work_date, user_id) WHERE ((deleted_at IS NULL) AND (((in_recorded_at - in_at) > '00:15:00'::interval) OR ((out_recorded_at - out_at) > '00:15:00'::interval)));

CREATE UNIQUE INDEX pairs_by_out_id ON public.pairs USING btree (workspace_id, out_id) WHERE (out_id IS NOT NULL);

CREATE INDEX pairs_by_user ON public.pairs USING btree (workspace_id, user_id, in_at) WHERE (deleted_at IS NULL);

CREATE UNIQUE INDEX pairs_one_open ON public.pairs USING btree (workspace_id, user_id) WHERE ((out_id IS NULL) AND (deleted_at IS NULL));

CREATE INDEX team_people_by_user ON public.team_people USING btree (workspace_id, user_id, part);

CREATE UNIQUE INDEX tokens_by_digest ON public.tokens USING btree (digest);

CREATE INDEX webhook_calls_by_age ON public.webhook_calls USING btree (workspace_id, webhook_id, created_at);

CREATE INDEX webhook_calls_waiting ON public.webhook_calls USING btree (workspace_id, webhook_id, user_id, number) WHERE ((taken_at IS NULL) AND (given_up_at IS NULL));

CREATE TRIGGER audit_begins AFTER INSERT ON public.workspaces FOR EACH ROW EXECUTE FUNCTION public.audit_begins();

CREATE TRIGGER audit_begins_later AFTER INSERT ON public.audit_starts FOR EACH ROW EXECUTE FUNCTION public.audit_begins_later();

CREATE TRIGGER audit_entries_are_not_changed BEFORE UPDATE ON public.audit_entries FOR EACH ROW EXECUTE FUNCTION public.audit_entries_are_not_changed();

CREATE TRIGGER audit_entries_are_not_emptied BEFORE TRUNCATE ON public.audit_entries FOR EACH STATEMENT EXECUTE FUNCTION public.audit_entries_are_not_emptied();

CREATE TRIGGER audit_entries_are_not_removed BEFORE DELETE ON public.audit_entries FOR EACH ROW EXECUTE FUNCTION public.audit_entries_are_not_removed();

CREATE TRIGGER audit_entries_only_grow BEFORE INSERT ON public.audit_entries FOR EACH ROW EXECUTE FUNCTION public.audit_entries_only_grow();

CREATE TRIGGER audit_heads_are_not_emptied BEFORE TRUNCATE ON public.audit_heads FOR EACH STATEMENT EXECUTE FUNCTION public.audit_heads_are_not_emptied();

CREATE TRIGGER audit_heads_are_not_removed BEFORE DELETE ON public.audit_heads FOR EACH ROW EXECUTE FUNCTION public.audit_heads_are_not_removed();

CREATE TRIGGER audit_heads_follow AFTER INSERT ON public.audit_entries REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.audit_heads_follow();

CREATE TRIGGER audit_heads_only_follow BEFORE UPDATE ON public.audit_heads FOR EACH ROW EXECUTE FUNCTION public.audit_heads_only_follow();

CREATE TRIGGER audit_starts_are_not_emptied BEFORE TRUNCATE ON public.audit_starts FOR EACH STATEMENT EXECUTE FUNCTION public.audit_starts_are_not_emptied();

CREATE TRIGGER audit_starts_are_not_removed BEFORE DELETE ON public.audit_starts FOR EACH ROW EXECUTE FUNCTION public.audit_starts_are_not_removed();

CREATE TRIGGER audit_starts_are_said BEFORE INSERT ON public.audit_starts FOR EACH ROW EXECUTE FUNCTION public.audit_starts_are_said();

CREATE TRIGGER audit_starts_move_on BEFORE UPDATE ON public.audit_starts FOR EACH ROW EXECUTE FUNCTION public.audit_starts_move_on();

CREATE TRIGGER pairs_are_not_emptied BEFORE TRUNCATE ON public.pairs FOR EACH STATEMENT EXECUTE FUNCTION public.pairs_are_not_emptied();

CREATE TRIGGER pairs_are_not_removed BEFORE DELETE ON public.pairs FOR EACH ROW EXECUTE FUNCTION public.pairs_are_not_removed();

CREATE TRIGGER pairs_keep_their_identity BEFORE UPDATE ON public.pairs FOR EACH ROW EXECUTE FUNCTION public.pairs_keep_their_identity();

CREATE TRIGGER pairs_use_ids_once BEFORE INSERT OR UPDATE OF out_id ON public.pairs FOR EACH ROW EXECUTE FUNCTION public.pairs_use_ids_once();

ALTER TABLE ONLY public.appointed_admins
    ADD CONSTRAINT appointed_admins_workspace_id_user_id_fkey FOREIGN KEY (workspace_id, user_id) REFERENCES public.people(workspace_id, user_id);

ALTER TABLE ONLY public.audit_heads
    ADD CONSTRAINT audit_heads_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(workspace_id);

ALTER TABLE ONLY public.audit_starts
    ADD CONSTRAINT audit_starts_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(workspace_id);

ALTER TABLE ONLY public.group_members
    ADD CONSTRAINT group_members_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(workspace_id);

ALTER TABLE ONLY public.home_tabs
    ADD CONSTRAINT home_tabs_workspace_id_user_id_fkey FOREIGN KEY (workspace_id, user_id) REFERENCES public.people(workspace_id, user_id);

ALTER TABLE ONLY public.installations
    ADD CONSTRAINT installations_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(workspace_id);

ALTER TABLE ONLY public.log_posts
    ADD CONSTRAINT log_posts_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(workspace_id);

ALTER TABLE ONLY public.offices
    ADD CONSTRAINT offices_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(workspace_id);

ALTER TABLE ONLY public.pairs
    ADD CONSTRAINT pairs_workspace_id_user_id_fkey FOREIGN KEY (workspace_id, user_id) REFERENCES public.people(workspace_id, user_id);

ALTER TABLE ONLY public.people
    ADD CONSTRAINT people_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(workspace_id);

ALTER TABLE ONLY public.settings
    ADD CONSTRAINT settings_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(workspace_id);

ALTER TABLE ONLY public.team_groups
    ADD CONSTRAINT team_groups_workspace_id_team_fkey FOREIGN KEY (workspace_id, team) REFERENCES public.teams(workspace_id, name);

ALTER TABLE ONLY public.team_people
    ADD CONSTRAINT team_people_workspace_id_team_fkey FOREIGN KEY (workspace_id, team) REFERENCES public.teams(workspace_id, name);

ALTER TABLE ONLY public.team_people
    ADD CONSTRAINT team_people_workspace_id_user_id_fkey FOREIGN KEY (workspace_id, user_id) REFERENCES public.people(workspace_id, user_id);

ALTER TABLE ONLY public.teams
    ADD CONSTRAINT teams_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(workspace_id);

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_workspace_id_user_id_fkey FOREIGN KEY (workspace_id, user_id) REFERENCES public.people(workspace_id, user_id);

ALTER TABLE ONLY public.webhook_calls
    ADD CONSTRAINT webhook_calls_workspace_id_webhook_id_fkey FOREIGN KEY (workspace_id, webhook_id) REFERENCES public.webhooks(workspace_id, webhook_id);

ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(workspace_id);

