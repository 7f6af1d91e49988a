-- Every table is closed to everybody (its owner too) and opened row by row. A policy compares a
-- column with a list from the setting and never looks into another table.
do $$
declare
  name text;
begin
  for name in select tablename from pg_tables where schemaname = 'vestibule'
    and tablename not in ('migration', 'migration_lock', 'migration_checksum')
  loop
    execute format('alter table vestibule.%I enable row level security', name);
    execute format('alter table vestibule.%I force row level security', name);
  end loop;

  -- Rows of a building, for those whose request is about that building.
  foreach name in array array['controller', 'entrance', 'unit', 'policy', 'assignment', 'parcel',
    'assignment_unit', 'grant', 'visit', 'attempt', 'receipt', 'receipt_personal', 'sequence',
    'outbox', 'audit_event']
  loop
    execute format('create policy of_building on vestibule.%I to vestibule_app
      using (building_id = any (vestibule.context_list(''buildings'')))
      with check (building_id = any (vestibule.context_list(''buildings'')))', name);
  end loop;

  -- A carrier reads its own rows in any building.
  foreach name in array array['assignment', 'parcel', 'grant', 'visit', 'attempt',
    'receipt_personal', 'outbox']
  loop
    execute format('create policy of_carrier on vestibule.%I for select to vestibule_app
      using (carrier_id = any (vestibule.context_list(''carriers'')))', name);
  end loop;

  -- A handset reads what names its key.
  foreach name in array array['assignment', 'grant', 'visit', 'attempt', 'badge', 'handset']
  loop
    execute format('create policy of_handset on vestibule.%I for select to vestibule_app
      using (jkt = vestibule.context_value(''handset''))', name);
  end loop;

  -- A carrier's people and their keys.
  foreach name in array array['consent', 'driver', 'handset', 'badge']
  loop
    execute format('create policy of_carrier_people on vestibule.%I to vestibule_app
      using (carrier_id = any (vestibule.context_list(''carriers'')))
      with check (carrier_id = any (vestibule.context_list(''carriers'')))', name);
  end loop;

  -- Public knowledge; written by the operator or the carrier whose it is.
  foreach name in array array['carrier', 'vetter', 'keyset', 'directory']
  loop
    execute format('create policy known_to_all on vestibule.%I for select to vestibule_app, vestibule_batch
      using (true)', name);
  end loop;
  foreach name in array array['carrier', 'vetter', 'keyset']
  loop
    execute format('create policy registered on vestibule.%I for insert to vestibule_app
      with check (vestibule.context_value(''role'') in (''operator'', ''carrier''))', name);
  end loop;

  -- Jobs delete what is older than its time, whoever's it is; platform/retention.ts is all of it.
  foreach name in array array['receipt_personal', 'receipt', 'attempt', 'visit', 'assignment_unit',
    'parcel', 'grant', 'assignment', 'badge', 'handset', 'driver', 'consent', 'outbox',
    'audit_event', 'idempotency_key']
  loop
    execute format('create policy of_jobs on vestibule.%I to vestibule_jobs using (true)', name);
    execute format('grant select, delete on vestibule.%I to vestibule_jobs', name);
  end loop;

  -- The batch writer mixes buildings: inserts, and the few columns that an answer changes.
  foreach name in array array['attempt', 'receipt', 'receipt_personal', 'visit', 'sequence', 'outbox']
  loop
    execute format('create policy of_batch on vestibule.%I to vestibule_batch
      using (true) with check (true)', name);
    execute format('grant select, insert on vestibule.%I to vestibule_batch', name);
  end loop;
end
$$;

create policy of_organization on vestibule.building to vestibule_app
  using (organization_id = any (vestibule.context_list('organizations')))
  with check (organization_id = any (vestibule.context_list('organizations')));
create policy of_building on vestibule.building for select to vestibule_app
  using (id = any (vestibule.context_list('buildings')));
create policy proved_by_operator on vestibule.building for update to vestibule_app
  using (vestibule.context_value('role') = 'operator'
    and id = any (vestibule.context_list('buildings')));
create policy resolved_by_building on vestibule.directory for insert to vestibule_app
  with check (building_id = any (vestibule.context_list('buildings')));
create policy unresolved_by_building on vestibule.directory for delete to vestibule_app
  using (building_id = any (vestibule.context_list('buildings')));
create policy of_principal on vestibule.idempotency_key to vestibule_app
  using (principal = vestibule.context_value('principal'))
  with check (principal = vestibule.context_value('principal'));

-- A stranger reads what his request is about and changes nothing.
do $$
declare
  name text;
begin
  for name in select tablename from pg_tables where schemaname = 'vestibule' and rowsecurity loop
    execute format('create policy strangers_add_nothing on vestibule.%I as restrictive
      for insert to vestibule_app
      with check (vestibule.context_value(''role'') <> ''anonymous'')', name);
    execute format('create policy strangers_change_nothing on vestibule.%I as restrictive
      for update to vestibule_app
      using (vestibule.context_value(''role'') <> ''anonymous'')', name);
    execute format('create policy strangers_remove_nothing on vestibule.%I as restrictive
      for delete to vestibule_app
      using (vestibule.context_value(''role'') <> ''anonymous'')', name);
  end loop;
end
$$;

grant select, insert, update on
  vestibule.building, vestibule.controller, vestibule.entrance, vestibule.unit, vestibule.policy,
  vestibule.consent, vestibule.driver, vestibule.handset, vestibule.badge,
  vestibule.assignment, vestibule."grant", vestibule.visit, vestibule.attempt,
  vestibule.sequence, vestibule.idempotency_key to vestibule_app;
grant select, insert on
  vestibule.carrier, vestibule.vetter, vestibule.keyset, vestibule.parcel, vestibule.assignment_unit,
  vestibule.receipt, vestibule.receipt_personal, vestibule.outbox, vestibule.audit_event,
  vestibule.directory to vestibule_app;
grant delete on vestibule.entrance, vestibule.unit, vestibule.directory to vestibule_app;
grant select on vestibule.directory to vestibule_batch;
grant update (stage, outcome, code, ended_at, late, visit_id) on vestibule.attempt to vestibule_batch;
grant update (last_at, closed_at) on vestibule.visit to vestibule_batch;
grant update (last) on vestibule.sequence to vestibule_batch;
