create table vestibule.assignment (
  building_id vestibule.type_id not null references vestibule.building,
  id vestibule.type_id not null,
  carrier_id vestibule.type_id not null references vestibule.carrier,
  hash vestibule.thumbprint not null,
  badge_hash vestibule.thumbprint not null,
  jkt vestibule.thumbprint not null,
  purpose text not null check (purpose in ('deliver', 'collect', 'round')),
  jws text not null check (octet_length(jws) <= 262144),
  window_from timestamptz not null,
  window_until timestamptz not null,
  state text not null check (state in ('received', 'granted', 'refused', 'stopped')),
  refusal text,
  received_at timestamptz not null,
  primary key (building_id, id),
  unique (building_id, hash)
);
create index on vestibule.assignment (jkt, window_until);
create index on vestibule.assignment (carrier_id, received_at);
create index on vestibule.assignment (received_at);

-- Digests that only the box can test; never a code.
create table vestibule.parcel (
  building_id vestibule.type_id not null,
  assignment_id vestibule.type_id not null,
  parcel_index integer not null check (parcel_index between 0 and 499),
  carrier_id vestibule.type_id not null,
  digest vestibule.thumbprint not null,
  ents text[],
  primary key (building_id, assignment_id, parcel_index),
  foreign key (building_id, assignment_id)
    references vestibule.assignment (building_id, id) on delete cascade
);

-- The unit labels that lie beside an assignment, to the host alone: for opt-outs and notices.
create table vestibule.assignment_unit (
  building_id vestibule.type_id not null,
  assignment_id vestibule.type_id not null,
  parcel_index integer not null check (parcel_index between 0 and 499),
  unit_label text not null check (length(unit_label) between 1 and 100),
  primary key (building_id, assignment_id, parcel_index),
  foreign key (building_id, assignment_id)
    references vestibule.assignment (building_id, id) on delete cascade
);

create table vestibule."grant" (
  building_id vestibule.type_id not null,
  id vestibule.type_id not null,
  assignment_id vestibule.type_id not null,
  carrier_id vestibule.type_id not null,
  jkt vestibule.thumbprint not null,
  ctl vestibule.thumbprint not null,
  hash vestibule.thumbprint not null,
  jws text not null check (octet_length(jws) <= 16384),
  salt text collate "C" not null,
  -- index of its leaf in the log; absent until it is sequenced
  leaf_index bigint,
  window_from timestamptz not null,
  window_until timestamptz not null,
  made_at timestamptz not null,
  primary key (building_id, id),
  unique (building_id, hash),
  foreign key (building_id, assignment_id)
    references vestibule.assignment (building_id, id) on delete cascade
);
create index on vestibule."grant" (building_id, assignment_id);

create table vestibule.visit (
  building_id vestibule.type_id not null references vestibule.building,
  id vestibule.type_id not null,
  carrier_id vestibule.type_id not null,
  jkt vestibule.thumbprint not null,
  assignment_id vestibule.type_id,
  began_at timestamptz not null,
  last_at timestamptz not null,
  closed_at timestamptz,
  primary key (building_id, id),
  foreign key (building_id, assignment_id) references vestibule.assignment (building_id, id)
    on delete set null (assignment_id)
);
create index on vestibule.visit (jkt, last_at);
create index on vestibule.visit (last_at);

create table vestibule.attempt (
  building_id vestibule.type_id not null references vestibule.building,
  id vestibule.type_id not null,
  entrance_id vestibule.type_id not null,
  controller_id vestibule.type_id not null,
  carrier_id vestibule.type_id not null,
  jkt vestibule.thumbprint not null,
  assignment_id vestibule.type_id,
  visit_id vestibule.type_id,
  proof_hash vestibule.thumbprint not null,
  stage text not null check (stage in ('presented', 'authenticated', 'authorized', 'released', 'confirmed')),
  outcome text not null check (outcome in ('open', 'reached', 'failed', 'silent')),
  code text collate "C",
  -- after this instant the box never fires on it
  deadline_at timestamptz not null,
  presented_at timestamptz not null,
  ended_at timestamptz,
  -- the box's answer came after the driver had been told that it was silent
  late boolean not null default false,
  primary key (building_id, id),
  unique (building_id, proof_hash),
  foreign key (building_id, entrance_id) references vestibule.entrance (building_id, id),
  foreign key (building_id, controller_id) references vestibule.controller (building_id, id),
  foreign key (building_id, assignment_id) references vestibule.assignment (building_id, id)
    on delete set null (assignment_id),
  foreign key (building_id, visit_id) references vestibule.visit (building_id, id)
    on delete set null (visit_id)
);
create index on vestibule.attempt (building_id, presented_at desc);
create index on vestibule.attempt (building_id, visit_id);
create index on vestibule.attempt (jkt, presented_at desc);
create index on vestibule.attempt (presented_at);

-- The box's signed statements. They name no person: those members lie apart and go first.
create table vestibule.receipt (
  building_id vestibule.type_id not null references vestibule.building,
  id vestibule.type_id not null,
  ctl vestibule.thumbprint not null,
  seq bigint not null check (seq >= 0),
  boot text collate "C" not null,
  hash vestibule.thumbprint not null,
  prev_hash vestibule.thumbprint,
  ent text collate "C",
  attempt_id vestibule.type_id,
  stage text not null,
  code text collate "C",
  jws text not null check (octet_length(jws) <= 16384),
  received_at timestamptz not null,
  primary key (building_id, id),
  unique (building_id, ctl, seq),
  foreign key (building_id, attempt_id) references vestibule.attempt (building_id, id)
    on delete set null (attempt_id)
);
create index on vestibule.receipt (building_id, attempt_id);
create index on vestibule.receipt (received_at);

create table vestibule.receipt_personal (
  building_id vestibule.type_id not null,
  receipt_id vestibule.type_id not null,
  carrier_id vestibule.type_id not null,
  salt text collate "C" not null,
  members jsonb not null,
  received_at timestamptz not null,
  primary key (building_id, receipt_id),
  foreign key (building_id, receipt_id)
    references vestibule.receipt (building_id, id) on delete cascade
);
create index on vestibule.receipt_personal (received_at);
