import type { Row } from "./street.ts";

/** A digest of each table's whole content, system catalogues excepted. */
export type TableDigests = ReadonlyMap<string, string>;

type Query = (sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/** Names of all tables of all schemas of ours, quoted for SQL. */
export async function tableNames(query: Query): Promise<readonly string[]> {
  const rows = await query(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema') order by 1`,
  );
  return rows.map(({ name }) => String(name));
}

/** Digests every row of every table. */
export async function tableDigests(query: Query): Promise<TableDigests> {
  const digests = new Map<string, string>();
  for (const name of await tableNames(query)) {
    const sql = `select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as digest from ${name} t`;
    const [row] = await query(sql);
    digests.set(name, String(row?.["digest"]));
  }
  return digests;
}

/** Tables whose content differs. */
export function changedTables(before: TableDigests, after: TableDigests): readonly string[] {
  return [...after].flatMap(([name, digest]) => (before.get(name) === digest ? [] : [name]));
}
