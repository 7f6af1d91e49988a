import type pg from "pg";

/** The names of organizations; they stand beside people, where only `vestibule_auth` reads. */
export async function organizationNames(
  pool: Pick<pg.Pool, "query">,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await pool.query<{ id: string; name: string }>(
    `select id, name from auth."organization" where id = any ($1)`,
    [ids],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
