import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, it } from "vitest";
import { batchedReader } from "./batched-reader.ts";

it("reads a list again whose first reading began before what happened", async () => {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const slow = Promise.withResolvers<string>();
  const begun = Promise.withResolvers<void>();
  const answers = [() => slow.promise, () => Promise.resolve("with it")];
  const seen = Promise.withResolvers<string>();
  const observer = new QueryObserver(queries, {
    queryKey: ["attempts", "bld_1"],
    queryFn: () => {
      begun.resolve();
      return answers.shift()?.() ?? Promise.reject(new Error("read a third time"));
    },
  });
  const unsubscribe = observer.subscribe(({ data }) => {
    if (data !== undefined) seen.resolve(data);
  });
  await begun.promise;
  const reader = batchedReader(queries, 0);
  reader.read(["attempts"]);
  await expect.poll(() => answers.length, { timeout: 30_000 }).toBe(0);
  slow.resolve("without it");
  expect(await seen.promise).toBe("with it");
  reader.stop();
  unsubscribe();
  queries.clear();
});
