-- Appends events to their buildings' outboxes in the transaction that makes them true. Each building's
-- numbers are without gaps and appear in their order, because the counter's row stays locked until
-- commit; several buildings are locked in the order of their ids, so that two batches cannot wait for
-- each other. events: [{building_id, kind, carrier_id, body}], in their order.
create function vestibule.append_outbox(events jsonb, at timestamptz) returns void
language sql as $$
  with event as (
    select given.*, place
    from jsonb_array_elements(events) with ordinality as element (value, place),
      jsonb_to_record(value) as given (building_id text, kind text, carrier_id text, body jsonb)
  ), counted as (
    insert into vestibule.sequence as known (building_id, stream, last)
    select building_id, 'outbox', count(*) from event group by building_id order by building_id
    on conflict (building_id, stream) do update set last = known.last + excluded.last
    returning building_id, last
  )
  insert into vestibule.outbox (building_id, seq, kind, carrier_id, body, at)
  select event.building_id,
    counted.last - count(*) over (partition by event.building_id)
      + row_number() over (partition by event.building_id order by event.place),
    event.kind, event.carrier_id, event.body, append_outbox.at
  from event join counted using (building_id)
$$;

-- The live event that an attempt's progress is.
create function vestibule.progress_event(attempt vestibule.attempt) returns jsonb
language sql immutable as $$
  select jsonb_build_object(
    'building_id', attempt.building_id,
    'kind', case attempt.outcome when 'open' then 'attempt.stage' else 'attempt.ended' end,
    'carrier_id', attempt.carrier_id,
    'body', jsonb_strip_nulls(jsonb_build_object(
      'attempt', attempt.id, 'entrance', attempt.entrance_id, 'jkt', attempt.jkt,
      'stage', attempt.stage, 'outcome', attempt.outcome, 'code', attempt.code,
      'late', case when attempt.late then true end)))
$$;

-- All that one batch of the record writer does, in one round trip: attempts into their visits, receipts
-- with what they move, attempts of which the box said nothing, and the events of all of it.
-- batch: {buildings, attempts, receipts, silences, events}; their members are those of records-store.ts.
-- Returns the ids of those that were not there before: {attempts, receipts, silences}.
create function vestibule.write_records(batch jsonb, visit_gap interval, at timestamptz) returns jsonb
language plpgsql as $$
declare
  events jsonb := '[]';
  begun jsonb;
  stored jsonb;
  progress jsonb;
  silent jsonb;
begin
  -- The commit is durable whatever the database's default says.
  perform set_config('synchronous_commit', 'on', true);

  -- Its buildings, locked in the order of their ids until commit: each statement below sees every
  -- earlier batch of theirs, and two batches cannot wait for each other.
  insert into vestibule.sequence as known (building_id, stream, last)
  select id, 'outbox', 0 from jsonb_array_elements_text(batch -> 'buildings') as id
  order by id collate "C"
  on conflict (building_id, stream) do update set last = known.last;

  -- Attempts, each into its handset's open visit or a new one; those known before are left out.
  if batch -> 'attempts' <> '[]' then
    with given as (
      select given.* from rows from (jsonb_to_recordset(batch -> 'attempts') as (
        building_id text, id text, entrance_id text, controller_id text, carrier_id text, jkt text,
        assignment_id text, proof_hash text, outcome text, code text, detail jsonb,
        deadline_at timestamptz, presented_at timestamptz, ended_at timestamptz,
        request_key text, request_hash text, new_visit_id text)) with ordinality as given (
        building_id, id, entrance_id, controller_id, carrier_id, jkt, assignment_id, proof_hash,
        outcome, code, detail, deadline_at, presented_at, ended_at, request_key, request_hash,
        new_visit_id, place)
      where not exists (
          select from vestibule.attempt as known where known.building_id = given.building_id
            and known.jkt = given.jkt and known.request_key = given.request_key)
        and not exists (
          select from vestibule.attempt as known where known.building_id = given.building_id
            and known.proof_hash = given.proof_hash)
    ), placed as (
      select given.*,
        coalesce(running.id, min(new_visit_id) over (partition by building_id, jkt)) as visit_id,
        running.id is null as fresh
      from given left join lateral (
        select visit.id from vestibule.visit
        where visit.building_id = given.building_id and visit.jkt = given.jkt
          and visit.closed_at is null and visit.last_at > given.presented_at - visit_gap
        order by visit.last_at desc limit 1
      ) as running on true
    ), opened as (
      insert into vestibule.visit
        (building_id, id, carrier_id, jkt, assignment_id, began_at, last_at)
      select distinct on (visit_id)
        building_id, visit_id, carrier_id, jkt, assignment_id, presented_at, presented_at
      from placed where fresh order by visit_id, presented_at
    ), continued as (
      update vestibule.visit set last_at = greatest(visit.last_at, placed.presented_at) from placed
      where not placed.fresh and visit.building_id = placed.building_id and visit.id = placed.visit_id
    ), written as (
      insert into vestibule.attempt as attempt
        (building_id, id, entrance_id, controller_id, carrier_id, jkt, assignment_id, visit_id,
         proof_hash, stage, outcome, code, detail, deadline_at, presented_at, ended_at,
         request_key, request_hash)
      select building_id, id, entrance_id, controller_id, carrier_id, jkt, assignment_id, visit_id,
        proof_hash, 'presented', outcome, code, detail, deadline_at, presented_at, ended_at,
        request_key, request_hash
      from placed on conflict do nothing returning attempt.id, attempt
    ), told as (
      select placed.place, 0 as turn, jsonb_build_object(
        'building_id', building_id, 'kind', 'visit.started', 'carrier_id', carrier_id,
        'body', jsonb_build_object('visit', visit_id, 'jkt', jkt)) as event
      from (
        select distinct on (visit_id) placed.* from placed join written using (id)
        where placed.fresh order by visit_id, place
      ) as placed
      union all
      select placed.place, 1, vestibule.progress_event(written.attempt)
      from placed join written using (id)
    )
    select (select jsonb_agg(id) from written),
      events || coalesce((select jsonb_agg(event order by place, turn) from told), '[]')
    into begun, events;
  end if;

  -- Receipts, their personal halves apart; the chain's head, and each attempt moved to what its newest
  -- new receipt says. A box reaches its own attempts alone.
  if batch -> 'receipts' <> '[]' then
    with given as (
      select * from jsonb_to_recordset(batch -> 'receipts') as (
        building_id text, id text, ctl text, controller_id text, seq bigint, boot text, hash text,
        prev_hash text, ent text, attempt_id text, stage text, code text, jws text,
        received_at timestamptz, car text, salt text, members jsonb,
        sensing_kind text, sensing_result text, detail jsonb, last boolean)
    ), known as (
      select given.*, attempt.id as known_attempt_id,
        coalesce(carrier.id, attempt.carrier_id) as carrier_id
      from given
        left join vestibule.attempt on attempt.building_id = given.building_id
          and attempt.id = given.attempt_id and attempt.controller_id = given.controller_id
        left join vestibule.carrier on carrier.root = given.car
    ), stored as (
      insert into vestibule.receipt
        (building_id, id, ctl, seq, boot, hash, prev_hash, ent, attempt_id, stage, code, jws, received_at)
      select building_id, id, ctl, seq, boot, hash, prev_hash, ent, known_attempt_id, stage, code,
        jws, received_at
      from known on conflict (building_id, ctl, seq) do nothing returning id
    ), personal as (
      insert into vestibule.receipt_personal
        (building_id, receipt_id, carrier_id, salt, members, received_at)
      select building_id, id, carrier_id, salt, members, received_at
      from known join stored using (id) where salt is not null and carrier_id is not null
    ), head as (
      select distinct on (building_id, ctl) building_id, ctl, seq, hash, received_at
      from given order by building_id, ctl, seq desc
    ), reached as (
      update vestibule.controller
      set chain_seq = head.seq, chain_hash = head.hash, last_seen_at = head.received_at
      from head where controller.building_id = head.building_id and controller.ctl = head.ctl
        and controller.chain_seq < head.seq
    ), newest as (
      select distinct on (building_id, known_attempt_id) known.*
      from known join stored using (id) where known_attempt_id is not null
      order by building_id, known_attempt_id, seq desc
    ), moved as (
      update vestibule.attempt set
        stage = newest.stage, code = newest.code,
        detail = coalesce(newest.detail, attempt.detail),
        sensing_kind = newest.sensing_kind, sensing_result = newest.sensing_result,
        outcome = case when not newest.last then 'open'
          when newest.code is not null then 'failed' else 'reached' end,
        ended_at = case when newest.last then newest.received_at end,
        -- The driver had been told that the box said nothing.
        late = attempt.late or attempt.outcome = 'silent'
      from newest
      where attempt.building_id = newest.building_id and attempt.id = newest.known_attempt_id
      returning attempt.building_id, attempt.visit_id, newest.received_at, newest.last, attempt
    ), seen as (
      update vestibule.visit set last_at = greatest(visit.last_at, moved.received_at) from moved
      where moved.last and visit.building_id = moved.building_id and visit.id = moved.visit_id
        and visit.closed_at is null
    )
    select (select jsonb_agg(id) from stored),
      (select jsonb_agg(vestibule.progress_event(moved.attempt)) from moved)
    into stored, progress;
    events := events || coalesce(progress, '[]');
  end if;

  -- Attempts of which their box said nothing in time; one that has spoken meanwhile is left.
  if batch -> 'silences' <> '[]' then
    with ended as (
      update vestibule.attempt set outcome = 'silent', ended_at = given.at
      from jsonb_to_recordset(batch -> 'silences') as given (building_id text, id text, at timestamptz)
      where attempt.building_id = given.building_id and attempt.id = given.id
        and attempt.outcome = 'open' and attempt.stage = 'presented'
      returning attempt.id, attempt
    )
    select jsonb_agg(ended.id), jsonb_agg(vestibule.progress_event(ended.attempt))
    into silent, progress from ended;
    events := events || coalesce(progress, '[]');
  end if;

  perform vestibule.append_outbox(events || (batch -> 'events'), write_records.at);
  return jsonb_build_object('attempts', coalesce(begun, '[]'), 'receipts', coalesce(stored, '[]'),
    'silences', coalesce(silent, '[]'));
end
$$;

revoke execute on function
  vestibule.append_outbox, vestibule.progress_event, vestibule.write_records from public;
grant execute on function vestibule.append_outbox to vestibule_app, vestibule_batch;
grant execute on function
  vestibule.progress_event, vestibule.write_records to vestibule_batch;
