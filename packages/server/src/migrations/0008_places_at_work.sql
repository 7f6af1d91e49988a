-- A gate stands on many paths, and the policy has always known the word.
alter table vestibule.entrance drop constraint entrance_kind_check;
alter table vestibule.entrance add constraint entrance_kind_check
  check (kind in ('gate', 'street', 'lobby', 'mailroom', 'locker', 'unit', 'garage'));
-- The name under which the sticker's address is served; the building can give it to another door.
alter table vestibule.entrance add column sticker text collate "C"
  check (sticker ~ '^[0-9a-hjkmnp-tv-z]{16}$');
create unique index on vestibule.entrance (building_id, sticker);

-- Who wants no carrier at his door: his parcels are left out of every grant.
alter table vestibule.unit add column opted_out_at timestamptz;

-- Registered by its thumbprint alone; the key itself comes with the box's first sign-in.
alter table vestibule.controller alter column jwk drop not null;
-- When the box answered to the claim card; until then nothing it says is matched to the building.
alter table vestibule.controller add column adopted_at timestamptz;

-- address: the normalised address of a proved building. root: some building here names this root.
alter table vestibule.directory drop constraint directory_kind_check;
alter table vestibule.directory add constraint directory_kind_check
  check (kind in ('bld', 'ctl', 'page', 'address', 'root'));

-- Fixed by the first policy for ever; every page that shows the building says it.
alter table vestibule.building add column demo boolean not null default false;
-- How people at the door reach the manager: a telephone number or an address, as the page prints it.
alter table vestibule.building add column contact text check (length(contact) between 1 and 200);
-- Portfolios are read by name.
create index on vestibule.building (organization_id, name, id);

-- A member's key for signing policies: never a sign-in key, and of no effect until a policy names it.
create table vestibule.signing_key (
  principal text collate "C" not null check (length(principal) between 1 and 100),
  id vestibule.type_id not null,
  label text not null check (length(label) between 1 and 100),
  cred text collate "C" not null unique check (cred ~ '^[A-Za-z0-9_-]+$' and length(cred) between 22 and 1364),
  jwk jsonb not null,
  rp_id text collate "C" not null,
  origin text collate "C" not null,
  backup_eligible boolean not null,
  created_at timestamptz not null,
  primary key (principal, id)
);
create table vestibule.signing_challenge (
  principal text collate "C" not null primary key check (length(principal) between 1 and 100),
  challenge vestibule.thumbprint not null,
  expires_at timestamptz not null
);

-- What a handset answers to the vetter's link: carried, not read; gone after a day.
create table vestibule.enrolment (
  id text collate "C" primary key check (id ~ '^[A-Za-z0-9_-]{22}$'),
  jkt vestibule.thumbprint not null,
  answer text not null check (octet_length(answer) <= 4096),
  received_at timestamptz not null,
  expires_at timestamptz not null
);
create index on vestibule.enrolment (expires_at);

do $$
declare
  name text;
begin
  foreach name in array array['signing_key', 'signing_challenge', 'enrolment'] loop
    execute format('alter table vestibule.%I enable row level security', name);
    execute format('alter table vestibule.%I force row level security', name);
  end loop;
  foreach name in array array['signing_key', 'signing_challenge'] loop
    execute format('create policy of_principal on vestibule.%I to vestibule_app
      using (principal = vestibule.context_value(''principal''))
      with check (principal = vestibule.context_value(''principal''))', name);
    execute format('create policy strangers_add_nothing on vestibule.%I as restrictive
      for insert to vestibule_app
      with check (vestibule.context_value(''role'') <> ''anonymous'')', name);
  end loop;
end
$$;
-- Whoever knows an enrolment's 128-bit name may hand in its one answer and read it.
create policy of_enrolment on vestibule.enrolment to vestibule_app
  using (vestibule.context_value('principal') = 'enrolment ' || id)
  with check (vestibule.context_value('principal') = 'enrolment ' || id);
create policy of_jobs on vestibule.enrolment to vestibule_jobs using (true);
create policy of_jobs on vestibule.signing_challenge to vestibule_jobs using (true);

grant select, insert, delete on vestibule.signing_key, vestibule.signing_challenge to vestibule_app;
grant update on vestibule.signing_challenge to vestibule_app;
grant select, insert on vestibule.enrolment to vestibule_app;
grant select, delete on vestibule.enrolment, vestibule.signing_challenge to vestibule_jobs;
