import { dataFolders } from "../files/data-folder.ts";
import { CliFault } from "../terminal/cli-fault.ts";
import { type CliContext, type CommonOptions, printResult } from "../terminal/context.ts";

/**
 * Prints the first owner's one-time link. It runs beside the server, with the same settings, and
 * writes the link's hash to the server's database; the link itself is kept nowhere.
 */
export async function inviteFirstOwner(
  context: CliContext,
  options: CommonOptions & { readonly organization: string },
): Promise<void> {
  const organizationName = options.organization.trim();
  if (organizationName === "")
    throw new CliFault("organization-name", "Name the organization with --organization.");
  // The server's code is large; the other commands start without it.
  const server = await import("@vestibule/server");
  const { data } = dataFolders(context, options);
  const config = server.readConfig({ ...context.environment, VESTIBULE_DATA: data });
  // A running server has its PostgreSQL up already; it is used as it is and left as it is.
  const beside = config.databaseUrl ?? server.ownerUrlBeside(data);
  const postgres =
    beside === undefined ? await server.startPostgres({ dataFolder: data }) : undefined;
  try {
    const ownerUrl = beside ?? postgres?.ownerUrl ?? "";
    await server.migrate(ownerUrl);
    const url = server.roleUrl(ownerUrl, "vestibule_auth");
    const pool = server.openPool({ url, schema: "auth", connectionsMax: 1 });
    try {
      const link = await server.inviteOwner(pool, {
        organizationName,
        consoleOrigin: config.origins.console,
        nowMs: context.now(),
      });
      const until = link.expiresAt.toISOString();
      printResult(context, options, {
        json: { id: link.id, url: link.url, expiresAt: until },
        text: `Open this link once, on the owner's own device, before ${until}; whoever has it becomes the owner:\n${link.url}`,
      });
    } finally {
      await pool.end();
    }
  } finally {
    await postgres?.stop();
  }
}
