-- organization_id stands here alone, so that a building changes hands in one row.
create table vestibule.building (
  id vestibule.type_id primary key,
  organization_id vestibule.type_id not null,
  -- hash of the genesis policy; absent until the first policy is signed
  bld vestibule.thumbprint unique,
  name text not null check (length(name) between 1 and 200),
  address text not null check (length(address) between 1 and 500),
  time_zone text not null check (length(time_zone) between 1 and 64),
  -- nothing is matched to a building that is only claimed
  state text not null default 'claimed' check (state in ('claimed', 'proved')),
  proved_at timestamptz,
  created_at timestamptz not null,
  check ((state = 'proved') = (proved_at is not null))
);
create index on vestibule.building (organization_id, id);

-- What a stranger may resolve to a building: its hash, a box's key, a sticker's page. No person here.
create table vestibule.directory (
  kind text collate "C" not null check (kind in ('bld', 'ctl', 'page')),
  key text collate "C" not null check (length(key) between 1 and 200),
  building_id vestibule.type_id not null references vestibule.building,
  primary key (kind, key)
);

create table vestibule.controller (
  building_id vestibule.type_id not null references vestibule.building,
  id vestibule.type_id not null,
  ctl vestibule.thumbprint not null,
  jwk jsonb not null,
  seal_key text collate "C" not null,
  software text,
  boot text collate "C",
  last_head_at timestamptz,
  last_seen_at timestamptz,
  quarantined_at timestamptz,
  created_at timestamptz not null,
  primary key (building_id, id),
  unique (building_id, ctl)
);

create table vestibule.entrance (
  building_id vestibule.type_id not null references vestibule.building,
  id vestibule.type_id not null,
  -- the name in the policy, unique within the building
  ent text collate "C" not null check (length(ent) between 1 and 64),
  kind text not null check (kind in ('street', 'lobby', 'mailroom', 'locker', 'unit', 'garage')),
  label text not null check (length(label) between 1 and 200),
  controller_id vestibule.type_id,
  created_at timestamptz not null,
  primary key (building_id, id),
  unique (building_id, ent),
  foreign key (building_id, controller_id) references vestibule.controller (building_id, id)
);

create table vestibule.unit (
  building_id vestibule.type_id not null references vestibule.building,
  id vestibule.type_id not null,
  label text not null check (length(label) between 1 and 100),
  primary key (building_id, id),
  unique (building_id, label)
);

create table vestibule.policy (
  building_id vestibule.type_id not null references vestibule.building,
  id vestibule.type_id not null,
  ver integer not null check (ver >= 0),
  hash vestibule.thumbprint not null,
  prev_hash vestibule.thumbprint,
  -- the signed bytes (JCS) as they are, and the assertions beside them
  bytes text not null check (octet_length(bytes) <= 262144),
  sigs jsonb not null,
  state text not null check (state in ('draft', 'pending', 'in-force', 'objected', 'replaced', 'refused')),
  offered_at timestamptz not null,
  notice_ends_at timestamptz,
  in_force_from timestamptz,
  in_force_until timestamptz,
  primary key (building_id, id),
  unique (building_id, hash)
);
create unique index policy_one_in_force on vestibule.policy (building_id) where state = 'in-force';
