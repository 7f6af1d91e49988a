-- People, their passkeys and memberships: better-auth's tables, kept by its own names (a test asserts
-- that its migrations have nothing to add), and ours beside them. Only vestibule_auth reaches them.

-- Express consent (L.L. 63/2021 T1): a person exists only with one, at the database.
create table auth.consent (
  id vestibule.type_id primary key,
  text_version text not null,
  channel text not null check (channel in ('app', 'writing')),
  given_at timestamptz not null
);

create table auth."user" (
  "id" text collate "C" not null primary key,
  "name" text not null,
  -- better-auth wants one; we keep none: it is the id at people.invalid
  "email" text not null unique,
  "emailVerified" boolean not null,
  "image" text,
  "createdAt" timestamptz default current_timestamp not null,
  "updatedAt" timestamptz default current_timestamp not null,
  consent_id vestibule.type_id not null unique references auth.consent
);
create table auth."session" (
  "id" text collate "C" not null primary key,
  "expiresAt" timestamptz not null,
  "token" text not null unique,
  "createdAt" timestamptz default current_timestamp not null,
  "updatedAt" timestamptz not null,
  "ipAddress" text,
  "userAgent" text,
  "userId" text collate "C" not null references auth."user" ("id") on delete cascade,
  "activeOrganizationId" text
);
create table auth."account" (
  "id" text collate "C" not null primary key,
  "accountId" text not null,
  "providerId" text not null,
  "userId" text collate "C" not null references auth."user" ("id") on delete cascade,
  "accessToken" text,
  "refreshToken" text,
  "idToken" text,
  "accessTokenExpiresAt" timestamptz,
  "refreshTokenExpiresAt" timestamptz,
  "scope" text,
  "password" text check ("password" is null),
  "createdAt" timestamptz default current_timestamp not null,
  "updatedAt" timestamptz not null
);
create table auth."verification" (
  "id" text collate "C" not null primary key,
  "identifier" text not null,
  "value" text not null,
  "expiresAt" timestamptz not null,
  "createdAt" timestamptz default current_timestamp not null,
  "updatedAt" timestamptz default current_timestamp not null
);
create table auth."organization" (
  "id" text collate "C" not null primary key,
  "name" text not null,
  "slug" text not null unique,
  "logo" text,
  "createdAt" timestamptz not null,
  "metadata" text
);
create table auth."member" (
  "id" text collate "C" not null primary key,
  "organizationId" text collate "C" not null references auth."organization" ("id") on delete cascade,
  "userId" text collate "C" not null references auth."user" ("id") on delete cascade,
  "role" text not null check ("role" in ('owner', 'manager', 'viewer', 'staff')),
  "createdAt" timestamptz not null,
  unique ("organizationId", "userId")
);
create table auth."invitation" (
  "id" text collate "C" not null primary key,
  "organizationId" text collate "C" not null references auth."organization" ("id") on delete cascade,
  "email" text not null,
  "role" text,
  "status" text not null,
  "expiresAt" timestamptz not null,
  "createdAt" timestamptz default current_timestamp not null,
  "inviterId" text collate "C" not null references auth."user" ("id") on delete cascade
);
create table auth."passkey" (
  "id" text collate "C" not null primary key,
  "name" text,
  "publicKey" text not null,
  "userId" text collate "C" not null references auth."user" ("id") on delete cascade,
  "credentialID" text not null,
  "counter" integer not null,
  "deviceType" text not null,
  "backedUp" boolean not null,
  "transports" text,
  "createdAt" timestamptz,
  "aaguid" text
);
create index "session_userId_idx" on auth."session" ("userId");
create index "account_userId_idx" on auth."account" ("userId");
create index "verification_identifier_idx" on auth."verification" ("identifier");
create index "member_organizationId_idx" on auth."member" ("organizationId");
create index "member_userId_idx" on auth."member" ("userId");
create index "invitation_organizationId_idx" on auth."invitation" ("organizationId");
create index "invitation_email_idx" on auth."invitation" ("email");
create index "passkey_userId_idx" on auth."passkey" ("userId");
create index "passkey_credentialID_idx" on auth."passkey" ("credentialID");

-- Those who run the machine; they see no building's entries.
create table auth.operator (
  user_id text collate "C" primary key references auth."user" ("id") on delete cascade
);

-- The one way in: a link whose secret is hashed here, used once.
create table auth.invitation_link (
  id vestibule.type_id primary key,
  secret_hash vestibule.thumbprint not null unique,
  role text not null check (role in ('owner', 'manager', 'viewer', 'staff', 'operator')),
  organization_id text collate "C" references auth."organization" ("id") on delete cascade,
  -- a new organization comes into being with its first owner
  organization_name text check (length(organization_name) between 1 and 200),
  invited_by text collate "C" references auth."user" ("id") on delete set null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- a registration that has begun: whose, until when
  handle_hash vestibule.thumbprint unique,
  handle_expires_at timestamptz,
  user_id vestibule.type_id,
  user_name text check (length(user_name) between 1 and 200),
  consent_version text,
  used_at timestamptz,
  check (expires_at > created_at),
  check ((role = 'operator') = (organization_id is null and organization_name is null)),
  check (organization_id is null or organization_name is null)
);

-- Bearer tokens of handsets, hashed; bound to the origin that asked.
create table auth.handset_session (
  token_hash vestibule.thumbprint primary key,
  handset_id vestibule.type_id not null,
  carrier_id vestibule.type_id not null,
  jkt vestibule.thumbprint not null,
  origin text collate "C" not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index on auth.handset_session (expires_at);
create index on auth.handset_session (jkt);

-- Sign-in statements of handsets that were accepted, so that none is accepted twice.
create table auth.handset_statement (
  jkt vestibule.thumbprint not null,
  jti text collate "C" not null,
  expires_at timestamptz not null,
  primary key (jkt, jti)
);
create index on auth.handset_statement (expires_at);

grant select, insert, update, delete on all tables in schema auth to vestibule_auth;
revoke update, delete on auth.consent from vestibule_auth;

-- The ids' domain is checked where vestibule_auth inserts.
grant usage on schema vestibule to vestibule_auth;
-- Jobs end what has expired, and learn nothing from it.
grant usage on schema auth to vestibule_jobs;
grant select (expires_at), delete on auth.handset_session, auth.handset_statement to vestibule_jobs;
grant select ("expiresAt"), delete on auth."session", auth."verification" to vestibule_jobs;
grant select (expires_at), delete on auth.invitation_link to vestibule_jobs;
