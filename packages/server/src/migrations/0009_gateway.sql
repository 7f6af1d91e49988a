-- The chain of receipts as far as it is durable here; outlives the receipts themselves.
alter table vestibule.controller add column chain_seq bigint not null default 0 check (chain_seq >= 0);
alter table vestibule.controller add column chain_hash vestibule.thumbprint;
alter table vestibule.controller add check ((chain_seq = 0) = (chain_hash is null));
create policy of_batch on vestibule.controller to vestibule_batch using (true) with check (true);
grant select on vestibule.controller to vestibule_batch;
grant update (chain_seq, chain_hash, last_seen_at, quarantined_at) on vestibule.controller to vestibule_batch;
grant select on vestibule.carrier to vestibule_batch;

-- The request that made an attempt: the same request again is the same attempt.
alter table vestibule.attempt add column request_key text collate "C"
  check (request_key ~ '^[A-Za-z0-9_-]{16,128}$');
alter table vestibule.attempt add column request_hash vestibule.thumbprint;
create unique index on vestibule.attempt (building_id, jkt, request_key);
-- What the door could tell, and facts for a refusal's sentence: times and names, never codes.
alter table vestibule.attempt add column sensing_kind text check (sensing_kind in ('contact', 'current', 'none'));
alter table vestibule.attempt add column sensing_result text
  check (sensing_result in ('opened', 'not-opened', 'current', 'no-current', 'unknown'));
alter table vestibule.attempt add column detail jsonb;
create index on vestibule.attempt (deadline_at) where outcome = 'open';
create index on vestibule.visit (last_at) where closed_at is null;
grant update (sensing_kind, sensing_result, detail) on vestibule.attempt to vestibule_batch;

-- Which server process holds which box. Not logged: after a crash of the database every process
-- writes its own rows again within one heartbeat.
create unlogged table vestibule.server_process (
  id text collate "C" primary key check (id ~ '^[0-9a-f]{16}$'),
  seen_at timestamptz not null
);
create unlogged table vestibule.box_session (
  ctl vestibule.thumbprint primary key,
  building_id vestibule.type_id,
  process text collate "C" not null,
  opened_at timestamptz not null,
  -- an unclaimed box's offer under its card: {seal, nonce, mac, at}
  offer jsonb
);
create index on vestibule.box_session (process);
-- Letters between server processes; the doorbell is NOTIFY, a missed one costs a poll.
create unlogged table vestibule.process_message (
  id bigint generated always as identity primary key,
  process text collate "C" not null,
  body text not null check (octet_length(body) <= 1048576),
  expires_at timestamptz not null
);
create index on vestibule.process_message (process, id);
do $$
declare
  name text;
begin
  foreach name in array array['server_process', 'box_session', 'process_message'] loop
    execute format('alter table vestibule.%I enable row level security', name);
    execute format('alter table vestibule.%I force row level security', name);
    execute format('create policy of_batch on vestibule.%I to vestibule_batch
      using (true) with check (true)', name);
    execute format('grant select, insert, update, delete on vestibule.%I to vestibule_batch', name);
  end loop;
end
$$;

-- Consent withdrawn (L.L. 63/2021 T11): the person's rows go at once, not with their time.
grant delete on vestibule.driver, vestibule.handset, vestibule.badge, vestibule.receipt_personal
  to vestibule_app;
create policy of_withdrawal on vestibule.receipt_personal for delete to vestibule_app
  using (vestibule.context_value('role') = 'handset'
    and carrier_id = any (vestibule.context_list('carriers')));
