/**
 * The box's tables. STRICT, so that a wrong type is an error and not a conversion. Steps are only ever
 * appended: `user_version` says how many ran.
 */
export const schemaSteps: readonly string[] = [
  `
  create table setting (name text primary key, value text not null) strict, without rowid;
  create table policy (ver integer primary key, hash text not null, text text not null, in_force_from integer not null) strict;
  create table keyset (root text primary key, text text not null) strict, without rowid;
  create table key_included (root text not null, kid text not null, at integer not null, primary key (root, kid)) strict, without rowid;
  create table tap_window (uid_hash text primary key, highest integer not null, used text not null) strict, without rowid;
  create table spend (spent text not null, ent text not null, spend text not null, at integer not null, primary key (spent, ent)) strict, without rowid;
  create index spend_at on spend (at);
  create table attempt_count (jkt text not null, at integer not null) strict;
  create index attempt_count_jkt on attempt_count (jkt, at);
  create table opening (party text not null, at integer not null) strict;
  create index opening_party on opening (party, at);
  create table wrong_codes (jkt text not null, asg text not null, total integer not null, until integer not null, primary key (jkt, asg)) strict, without rowid;
  create table receipt (
    seq integer primary key,
    hash text not null,
    att text not null,
    ent text not null,
    text text not null,
    personal text,
    last integer not null,
    at integer not null
  ) strict;
  create index receipt_att on receipt (att);
  create index receipt_at on receipt (at);
  `,
  // Counts by second instead of a row and an index entry each, and receipts, which are in the order of
  // their time, found without an index of it: two thirds of the pages that an opening writes.
  `
  create table attempt (jkt text not null, at integer not null, total integer not null, primary key (jkt, at)) strict, without rowid;
  insert into attempt select jkt, at, count(*) from attempt_count group by jkt, at;
  drop table attempt_count;
  create table opened (party text not null, at integer not null, total integer not null, primary key (party, at)) strict, without rowid;
  insert into opened select party, at, count(*) from opening group by party, at;
  drop table opening;
  drop index receipt_at;
  `,
];
