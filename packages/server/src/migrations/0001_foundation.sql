-- Who may reach what. The roles exist before the first migration (platform/roles.ts):
--   vestibule_app    answers requests; every row it sees or writes passes a policy below
--   vestibule_batch  writes attempts, receipts and the outbox for many buildings at once
--   vestibule_auth   signs people and handsets in; sees the schema auth alone
--   vestibule_jobs   runs jobs, retention among them; owns graphile_worker and nothing else
revoke all on schema vestibule from public;
grant usage on schema vestibule to vestibule_app, vestibule_batch, vestibule_jobs;
create schema auth;
revoke all on schema auth from public;
grant usage on schema auth to vestibule_auth;

-- Ids are TypeIDs; hashes and key thumbprints are base64url of 32 bytes.
create domain vestibule.type_id as text collate "C"
  check (value ~ '^[a-z]{3}_[0-7][0-9a-hjkmnp-tv-z]{25}$');
create domain vestibule.thumbprint as text collate "C"
  check (value ~ '^[A-Za-z0-9_-]{43}$');

-- What a request may touch comes from settings that hold for its transaction alone. A setting that
-- is missing or empty gives no rows, never all.
create function vestibule.context_list(setting text) returns text[]
  language sql stable parallel safe
  return string_to_array(nullif(current_setting('vestibule.' || setting, true), ''), ',');
create function vestibule.context_value(setting text) returns text
  language sql stable parallel safe
  return nullif(current_setting('vestibule.' || setting, true), '');

-- graphile-worker's own schema; its tables are made by itself, as vestibule_jobs.
create schema graphile_worker authorization vestibule_jobs;
set local role vestibule_jobs;
create table graphile_worker.migrations (
  id int primary key,
  ts timestamptz default now() not null,
  breaking boolean not null default false
);
reset role;
