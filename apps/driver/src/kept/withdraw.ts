import type { Host } from "../api/session.ts";
import { forgetAll } from "./database.ts";

/**
 * Withdraws consent: the host is told first, while the key can still say who asks, then everything
 * here is deleted whether it heard or not.
 *
 * @returns whether the host was told.
 */
export async function withdraw(host: Host): Promise<boolean> {
  const answer = await host.ask({ method: "POST", path: "/api/handset/withdrawals", body: {} });
  await forgetAll();
  return answer.kind === "answered";
}
