-- Known to everyone: roots, domains and the keysets they signed.
create table vestibule.carrier (
  id vestibule.type_id primary key,
  root vestibule.thumbprint not null unique,
  domain text collate "C" not null,
  name text not null check (length(name) between 1 and 200),
  created_at timestamptz not null
);
create table vestibule.vetter (
  id vestibule.type_id primary key,
  root vestibule.thumbprint not null unique,
  domain text collate "C" not null,
  name text not null check (length(name) between 1 and 200),
  created_at timestamptz not null
);
create table vestibule.keyset (
  root vestibule.thumbprint not null,
  ver integer not null check (ver >= 0),
  role text not null check (role in ('carrier', 'vetter', 'host')),
  jws text not null check (octet_length(jws) <= 65536),
  hash vestibule.thumbprint not null unique,
  expires_at timestamptz not null,
  received_at timestamptz not null,
  primary key (root, ver)
);

-- Express consent (L.L. 63/2021 T1, T11): no driver's row without one, at the database.
create table vestibule.consent (
  id vestibule.type_id primary key,
  carrier_id vestibule.type_id not null references vestibule.carrier,
  text_version text not null,
  channel text not null check (channel in ('app', 'writing')),
  given_at timestamptz not null,
  withdrawn_at timestamptz
);
create index on vestibule.consent (carrier_id);

create table vestibule.driver (
  id vestibule.type_id primary key,
  carrier_id vestibule.type_id not null references vestibule.carrier,
  consent_id vestibule.type_id not null unique references vestibule.consent,
  -- the vetter's opaque name for the person; no other name is kept
  drv text collate "C" not null,
  created_at timestamptz not null,
  last_used_at timestamptz not null,
  unique (carrier_id, drv)
);
create index on vestibule.driver (last_used_at);

create table vestibule.handset (
  id vestibule.type_id primary key,
  carrier_id vestibule.type_id not null references vestibule.carrier,
  driver_id vestibule.type_id not null references vestibule.driver,
  jkt vestibule.thumbprint not null unique,
  jwk jsonb not null,
  app text collate "C" not null,
  created_at timestamptz not null,
  last_used_at timestamptz not null
);
create index on vestibule.handset (driver_id);
create index on vestibule.handset (last_used_at);

create table vestibule.badge (
  id vestibule.type_id primary key,
  carrier_id vestibule.type_id not null references vestibule.carrier,
  handset_id vestibule.type_id not null references vestibule.handset,
  jkt vestibule.thumbprint not null,
  vetter_root vestibule.thumbprint not null,
  hash vestibule.thumbprint not null unique,
  jws text not null check (octet_length(jws) <= 16384),
  cleared_until timestamptz not null,
  expires_at timestamptz not null,
  last_used_at timestamptz not null
);
create index on vestibule.badge (handset_id);
create index on vestibule.badge (last_used_at);
