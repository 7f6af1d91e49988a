-- A credential signs in one person (WebAuthn level 3, 7.1).
create unique index passkey_credential_once on auth."passkey" ("credentialID");

-- What a browser says of itself and where it is are not on the law's list (L.L. 63/2021 T2): not kept.
update auth."session" set "ipAddress" = null, "userAgent" = null;
alter table auth."session" add constraint session_keeps_nothing_of_the_browser
  check (coalesce("ipAddress", '') = '' and coalesce("userAgent", '') = '');

-- Whoever leaves takes his consent and his signing keys along (T4), in one transaction.
grant delete on auth.consent to vestibule_auth;
create policy of_leaving on vestibule.signing_key to vestibule_auth using (true);
grant select (principal), delete on vestibule.signing_key to vestibule_auth;

-- The consent under which a badge was issued: once it is withdrawn, no such badge is taken in again.
alter table vestibule.badge add column consent text collate "C";
create index on vestibule.consent (carrier_id, text_version) where withdrawn_at is not null;

-- A carrier's or vetter's name is the operator's word, and he may mend it; the root's domain is not.
create policy named_by_operator on vestibule.carrier for update to vestibule_app
  using (vestibule.context_value('role') = 'operator')
  with check (vestibule.context_value('role') = 'operator');
create policy named_by_operator on vestibule.vetter for update to vestibule_app
  using (vestibule.context_value('role') = 'operator')
  with check (vestibule.context_value('role') = 'operator');
grant update (name) on vestibule.carrier, vestibule.vetter to vestibule_app;
