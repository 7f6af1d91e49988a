-- Two doors of one millisecond keep the order in which they were made.
alter table vestibule.entrance add column position bigint generated always as identity;
alter table vestibule.controller add column position bigint generated always as identity;

-- What a box last said of its doors on its newest link: [{ent, strike, held}], never when anybody came.
alter table vestibule.controller add column doors jsonb;

-- What each box said of each policy: from when it counts there, or why it was not taken.
create table vestibule.policy_box (
  building_id vestibule.type_id not null references vestibule.building,
  policy_hash vestibule.thumbprint not null,
  ctl vestibule.thumbprint not null,
  in_force_from timestamptz,
  code text collate "C" check (code ~ '^[a-z-]{2,40}$'),
  said_at timestamptz not null,
  primary key (building_id, policy_hash, ctl),
  check ((in_force_from is null) <> (code is null)),
  foreign key (building_id, policy_hash) references vestibule.policy (building_id, hash)
);
alter table vestibule.policy_box enable row level security;
alter table vestibule.policy_box force row level security;
create policy of_building on vestibule.policy_box to vestibule_app
  using (building_id = any (vestibule.context_list('buildings')))
  with check (building_id = any (vestibule.context_list('buildings')));
-- Only a box says what it took.
create policy said_by_box on vestibule.policy_box as restrictive for insert to vestibule_app
  with check (vestibule.context_value('role') = 'box');
create policy resaid_by_box on vestibule.policy_box as restrictive for update to vestibule_app
  using (vestibule.context_value('role') = 'box');
grant select, insert, update on vestibule.policy_box to vestibule_app;
