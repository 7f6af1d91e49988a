-- better-auth wants these two tables; this server has no password and no invitation by mail, and the
-- law's list (L.L. 63/2021 T2) no place for what would stand in them.
revoke insert, update on auth."account", auth."invitation" from vestibule_auth;
