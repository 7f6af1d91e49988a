import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Notice, Skeleton } from "@vestibule/ui";
import type { ReactElement } from "react";
import { removeSigningKey } from "../api/people.ts";
import { consoleQueries, demoKeyQuery, signingKeysQuery } from "../queries.ts";
import { useWords } from "../setting.tsx";
import { FaultNotice } from "../shell/fault-notice.tsx";
import { Empty, PageHead } from "../shell/parts.tsx";
import { commonWords } from "../words/shared-words.ts";
import { AnswerMember } from "./answer-member.tsx";
import { EnrolKey } from "./enrol-key.tsx";
import { keysWords } from "./keys-words.ts";

/** The keys with which the signed-in person can sign policies, and how one becomes a member's. */
export function KeysPage(): ReactElement {
  const said = useWords(keysWords);
  const common = useWords(commonWords);
  const keys = useQuery(signingKeysQuery);
  const demo = useQuery(demoKeyQuery);
  const remove = useMutation({
    mutationFn: removeSigningKey,
    onSettled: () => consoleQueries.invalidateQueries(signingKeysQuery),
  });
  return (
    <div className="c-page">
      <PageHead title={said.title} />
      <AnswerMember />
      <div className="c-section">
        <p>{said.why}</p>
        <ol className="c-steps">
          <li>{said.step1}</li>
          <li>{said.step2}</li>
          <li>{said.step3}</li>
        </ol>
      </div>
      {demo.data ? (
        <Notice tone="info" title={demo.data.label}>
          <p>{said.demo}</p>
        </Notice>
      ) : null}
      {keys.isError ? <FaultNotice error={keys.error} onRetry={() => void keys.refetch()} /> : null}
      {keys.isPending ? <Skeleton label={common.loading} /> : null}
      {keys.data?.length === 0 ? (
        <Empty title={said.none}>
          <p>{said.noneWhy}</p>
        </Empty>
      ) : null}
      {keys.data === undefined || keys.data.length === 0 ? null : (
        <ul className="c-list">
          {keys.data.map((key) => (
            <li key={key.id} className="c-row">
              <div className="c-row__main">
                <p className="c-row__name">{key.label}</p>
                <p className="c-quiet c-small">
                  {key.origin === "paper" ? said.paper : said.at(key.origin)};{" "}
                  {key.be ? said.copied : said.bound}
                </p>
                <details className="c-small">
                  <summary>{said.details}</summary>
                  <p className="c-mono">{key.cred}</p>
                </details>
              </div>
              <Button
                aria-label={`${common.remove}: ${key.label}`}
                title={said.removeWhy}
                disabled={remove.isPending}
                onClick={() => remove.mutate(key.id)}
              >
                {common.remove}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {remove.isError ? <FaultNotice error={remove.error} /> : null}
      <EnrolKey />
    </div>
  );
}
