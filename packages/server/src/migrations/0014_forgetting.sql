-- Only a driver's own phone makes the database forget him before his time: no building, no carrier.
do $$
declare
  name text;
begin
  foreach name in array array['driver', 'handset', 'badge', 'receipt_personal'] loop
    execute format('create policy forgotten_by_handset on vestibule.%I as restrictive
      for delete to vestibule_app
      using (vestibule.context_value(''role'') = ''handset'')', name);
  end loop;
end
$$;
