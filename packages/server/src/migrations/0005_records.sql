-- The last number given out per building and stream. Its row is locked until commit, so that
-- numbers appear in the order in which they may be read, without gaps.
create table vestibule.sequence (
  building_id vestibule.type_id not null references vestibule.building,
  stream text collate "C" not null check (stream in ('outbox')),
  last bigint not null,
  primary key (building_id, stream)
);

-- What happened, for those who must be told: relays read it by number.
create table vestibule.outbox (
  building_id vestibule.type_id not null references vestibule.building,
  seq bigint not null,
  kind text collate "C" not null check (length(kind) between 1 and 64),
  carrier_id vestibule.type_id,
  body jsonb not null,
  at timestamptz not null,
  primary key (building_id, seq)
);
create index on vestibule.outbox (at);

create table vestibule.audit_event (
  building_id vestibule.type_id not null references vestibule.building,
  id vestibule.type_id not null,
  -- who did it, as kind and id: "person usr_...", "box ctl_..."
  principal text collate "C" not null,
  kind text collate "C" not null check (length(kind) between 1 and 64),
  subject text collate "C",
  detail jsonb not null default '{}',
  at timestamptz not null,
  primary key (building_id, id)
);
create index on vestibule.audit_event (building_id, at desc);
create index on vestibule.audit_event (at);

create table vestibule.idempotency_key (
  principal text collate "C" not null,
  key text collate "C" not null,
  request_hash vestibule.thumbprint not null,
  status integer,
  -- json, not jsonb: the same request gets the same bytes
  response json,
  created_at timestamptz not null,
  primary key (principal, key)
);
create index on vestibule.idempotency_key (created_at);
