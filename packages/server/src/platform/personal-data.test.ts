import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../testing/test-database.ts";
import { lawItems, personalData } from "./personal-data.ts";
import { retentionRules } from "./retention.ts";
import { entryRetentionMsMax } from "./retention-limits.ts";

/** Columns about nobody, table by table, as a reviewer read them. */
const nobody: Readonly<Record<string, string>> = {
  "auth.account":
    "id providerId accessToken refreshToken idToken accessTokenExpiresAt refreshTokenExpiresAt scope createdAt updatedAt",
  "auth.consent": "id text_version channel given_at",
  "auth.handset_session": "token_hash carrier_id origin expires_at",
  "auth.handset_statement": "jti expires_at",
  "auth.invitation": "id organizationId role status expiresAt createdAt",
  "auth.invitation_link":
    "id secret_hash role organization_id organization_name created_at expires_at handle_hash handle_expires_at consent_version",
  "auth.member": "id organizationId",
  "auth.operator": "",
  "auth.organization": "id name slug logo createdAt metadata",
  "auth.passkey": "id counter",
  // Where somebody asked from and with what is empty: the database refuses anything else.
  "auth.session": "id expiresAt token ipAddress userAgent activeOrganizationId",
  "auth.user": "emailVerified image createdAt updatedAt consent_id",
  "auth.verification": "id identifier expiresAt createdAt updatedAt",
  "vestibule.assignment":
    "building_id id carrier_id hash badge_hash purpose state refusal received_at",
  "vestibule.assignment_unit": "building_id assignment_id parcel_index",
  "vestibule.attempt":
    "building_id id entrance_id controller_id carrier_id assignment_id visit_id proof_hash stage outcome code deadline_at late request_key request_hash sensing_kind sensing_result",
  "vestibule.audit_event": "building_id id kind subject detail",
  "vestibule.badge": "id carrier_id vetter_root hash cleared_until expires_at consent",
  "vestibule.box_session": "ctl building_id process opened_at offer",
  "vestibule.building":
    "id organization_id bld name address time_zone state proved_at demo created_at",
  "vestibule.carrier": "id root domain name created_at",
  "vestibule.consent": "id carrier_id text_version channel given_at withdrawn_at",
  "vestibule.controller":
    "building_id id ctl jwk seal_key software boot last_head_at last_seen_at quarantined_at created_at adopted_at chain_seq chain_hash position doors",
  "vestibule.directory": "kind key building_id",
  "vestibule.driver": "carrier_id consent_id",
  "vestibule.enrolment": "id received_at expires_at",
  "vestibule.entrance": "building_id id ent kind label controller_id created_at sticker position",
  "vestibule.grant": "building_id id assignment_id carrier_id ctl hash salt leaf_index made_at",
  "vestibule.handset": "carrier_id app",
  "vestibule.idempotency_key": "key request_hash status created_at",
  "vestibule.keyset": "root ver role jws hash expires_at received_at",
  "vestibule.migration": "name timestamp",
  "vestibule.migration_checksum": "name checksum",
  "vestibule.migration_lock": "id is_locked",
  "vestibule.outbox": "building_id seq kind carrier_id",
  "vestibule.parcel": "building_id assignment_id parcel_index carrier_id digest ents",
  "vestibule.policy":
    "building_id id ver hash prev_hash state offered_at notice_ends_at in_force_from in_force_until",
  "vestibule.policy_box": "building_id policy_hash ctl in_force_from code said_at",
  "vestibule.process_message": "id process expires_at",
  "vestibule.receipt": "building_id id ctl seq boot hash prev_hash ent attempt_id stage code",
  "vestibule.receipt_personal": "building_id receipt_id carrier_id salt",
  "vestibule.sequence": "building_id stream last",
  "vestibule.server_process": "id seen_at",
  "vestibule.signing_challenge": "challenge expires_at",
  "vestibule.signing_key": "id rp_id origin backup_eligible",
  "vestibule.unit": "building_id id",
  "vestibule.vetter": "id root domain name created_at",
  "vestibule.visit": "building_id id carrier_id assignment_id",
};
const columnsAboutNobody = Object.entries(nobody).flatMap(([table, columns]) =>
  columns
    .split(" ")
    .filter(Boolean)
    .map((column) => `${table}.${column}`),
);
const columnsAboutSomebody = Object.entries(personalData).flatMap(([table, { columns }]) =>
  Object.keys(columns).map((column) => `${table}.${column}`),
);

let test: TestDatabase;
let superuser: pg.Client;
beforeAll(async () => {
  test = await testDatabase();
  superuser = new pg.Client({ connectionString: test.superuserUrl });
  await superuser.connect();
});
afterAll(async () => {
  await superuser?.end();
  await test?.drop();
});

/** `child -> parent` for each foreign key whose rows go with the parent's. */
async function cascades(): Promise<ReadonlySet<string>> {
  const { rows } = await superuser.query<{ pair: string }>(`
    select child.nspname || '.' || c.relname || ' -> ' || parent.nspname || '.' || p.relname as pair
    from pg_constraint
      join pg_class c on c.oid = conrelid join pg_namespace child on child.oid = c.relnamespace
      join pg_class p on p.oid = confrelid join pg_namespace parent on parent.oid = p.relnamespace
    where contype = 'f' and confdeltype = 'c'`);
  return new Set(rows.map(({ pair }) => pair));
}

describe("what the database keeps of persons (L.L. 63/2021 T2)", () => {
  it("stands in the list, column by column, with nothing unread and nothing twice", async () => {
    const { rows } = await superuser.query<{ name: string }>(`
      select table_schema || '.' || table_name || '.' || column_name as name
      from information_schema.columns where table_schema in ('vestibule', 'auth')`);
    expect([...columnsAboutNobody, ...columnsAboutSomebody].toSorted()).toEqual(
      rows.map(({ name }) => name).toSorted(),
    );
  });

  it("is of the law's closed list, each with a purpose in words", () => {
    for (const [table, { purpose, columns }] of Object.entries(personalData)) {
      expect([table, purpose.length > 10]).toEqual([table, true]);
      for (const item of Object.values(columns)) expect(lawItems).toContain(item);
    }
  });

  it("has no column for what the law forbids: place, relation, birth, biometrics (T5, T7, T9)", () => {
    const forbidden =
      /^(?:lat|latitude|lon|lng|longitude|geo|gps|position_at|birth|birthday|age|gender|relation|partner|face|fingerprint|meter|usage)$/;
    const words = [...columnsAboutNobody, ...columnsAboutSomebody].flatMap((name) =>
      (name.split(".").at(-1) ?? "").split("_"),
    );
    expect(words.filter((word) => forbidden.test(word))).toEqual([]);
  });

  it("goes by a rule that is there, within 90 days where it tells of an entry (T3, T4)", async () => {
    const pairs = await cascades();
    const byTable = new Map(
      retentionRules.map(({ table, keptMs }) => [table.replaceAll('"', ""), keptMs]),
    );
    for (const [table, { about, gone }] of Object.entries(personalData)) {
      const chain = typeof gone === "object" && "with" in gone ? gone.with : table;
      if (chain !== table) expect(pairs).toContain(`${table} -> ${chain}`);
      const rule = chain === table ? gone : personalData[chain]?.gone;
      if (rule !== "retention") continue;
      const keptMs = byTable.get(chain) ?? Number.POSITIVE_INFINITY;
      const boundMs = about === "person" ? 400 * 86_400_000 : entryRetentionMsMax;
      expect([table, keptMs <= boundMs]).toEqual([table, true]);
    }
    const timeless = Object.entries(personalData).filter(
      ([, { gone }]) => typeof gone === "object" && "kept" in gone,
    );
    // Each of these was argued; another one has to be, here.
    expect(timeless.map(([table]) => table.replace("vestibule.", ""))).toEqual([
      "process_message",
      "unit",
      "building",
      "policy",
    ]);
  });

  it("is never written where the list says so", async () => {
    const unwritten = Object.entries(personalData).filter(
      ([, { gone }]) => gone === "never written",
    );
    expect(unwritten.length).toBeGreaterThan(0);
    for (const [table] of unwritten) {
      const { rows } = await superuser.query(
        "select rolname from pg_roles where rolname like 'vestibule\\_%' and not rolsuper and rolname <> 'vestibule_owner' and has_table_privilege(rolname, $1, 'insert, update')",
        [table],
      );
      expect([table, rows]).toEqual([table, []]);
    }
  });
});
