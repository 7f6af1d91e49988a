-- a proved building by its address
select "building_id" from "directory" where "kind" = $1 and "key" = $2;

-- the buildings that name a root
select "building_id" from "directory" where "kind" = $1 and "key" >= $2 and "key" < $3 order by "building_id";

-- a building's policies
select "id", "ver", "hash", "bytes", "offered_at", "in_force_from", sigs::text as "sigs" from "policy" where "building_id" = $1 and "state" in ($2, $3, $4) order by "ver";

-- a page of a portfolio
select "id", "organization_id", "bld", "name", "address", "time_zone", "state", "demo", "contact" from "building" where (regexp_replace(regexp_replace(lower(name), '(\d+)', '000000000\1', 'g'), '\d*(\d{9})', '\1', 'g'), name, id) > (select regexp_replace(regexp_replace(lower(name), '(\d+)', '000000000\1', 'g'), '\d*(\d{9})', '\1', 'g'), name, id from vestibule.building where id = $1) and (name || ' ' || address) ilike $2 order by regexp_replace(regexp_replace(lower(name), '(\d+)', '000000000\1', 'g'), '\d*(\d{9})', '\1', 'g'), "name", "id" limit $3;

-- assignments that came before
select "id", "hash", "jws", array(select jws from vestibule."grant" where building_id = assignment.building_id and assignment_id = assignment.id order by id) as "grants" from "assignment" where "building_id" = $1 and "hash" in ($2);

-- assignments of one carrier for one building
insert into "assignment" ("building_id", "id", "carrier_id", "hash", "badge_hash", "jkt", "purpose", "jws", "window_from", "window_until", "state", "refusal", "received_at") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- their parcels
insert into vestibule.parcel (building_id, assignment_id, parcel_index, carrier_id, digest, ents) select $1, id, place, carrier, digest, string_to_array(nullif(ents, ''), ',') from unnest( $2::text[], $3::integer[], $4::text[], $5::text[], $6::text[] ) as parcel (id, place, carrier, digest, ents);
