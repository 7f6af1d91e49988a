import { Drawer } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import {
  Button,
  type KeyValue,
  KeyValues,
  Notice,
  Skeleton,
  StagePlate,
  stages,
  TimeOf,
} from "@vestibule/ui";
import type { ReactElement } from "react";
import type { Attempt } from "../api/entries.ts";
import { downloadText } from "../download.ts";
import { attemptQuery } from "../queries.ts";
import { useSetting, useWords } from "../setting.tsx";
import { FaultNotice } from "../shell/fault-notice.tsx";
import { commonWords } from "../words/shared-words.ts";
import { parcelsOf, useDoorName, whoOf } from "./attempt-line.tsx";
import { attemptProgress } from "./attempt-progress.ts";
import { attemptSheetWords } from "./attempt-sheet-words.ts";
import { useBuilding } from "./building-context.ts";
import { buildingWords } from "./building-words.ts";

/** The sheet with one attempt's details. Its address is the page's with `?attempt=`. */
export function AttemptSheet(): ReactElement {
  const said = useWords(attemptSheetWords);
  const common = useWords(commonWords);
  const navigate = useNavigate();
  const { attempt: attemptId } = useSearch({ from: "/inside/buildings/$buildingId" });
  const close = () =>
    void navigate({
      to: ".",
      search: ({ attempt: _shut, ...rest }: { attempt?: string }) => rest,
      resetScroll: false,
    });
  return (
    <Drawer
      opened={attemptId !== undefined}
      onClose={close}
      position="right"
      size="30rem"
      title={said.title}
      closeButtonProps={{ "aria-label": common.close }}
    >
      {attemptId === undefined ? null : <AttemptDetails attemptId={attemptId} />}
    </Drawer>
  );
}

function AttemptDetails({ attemptId }: { readonly attemptId: string }): ReactElement {
  const said = useWords(attemptSheetWords);
  const common = useWords(commonWords);
  const { building } = useBuilding();
  const found = useQuery(attemptQuery(building.id, attemptId));
  if (found.data === null)
    return (
      <Notice tone="info" title={said.gone}>
        <p>{said.goneWhy}</p>
      </Notice>
    );
  if (found.isError)
    return <FaultNotice error={found.error} onRetry={() => void found.refetch()} />;
  if (found.data === undefined) return <Skeleton label={common.loading} lines={6} />;
  return <Shown attempt={found.data} />;
}

function Shown({ attempt }: { readonly attempt: Attempt }): ReactElement {
  const said = useWords(attemptSheetWords);
  const { locale } = useSetting();
  const { building } = useBuilding();
  const progress = attemptProgress(attempt, { locale, zone: building.tz });
  const details = Object.fromEntries(
    stages.map((stage) => [
      stage,
      <div key={stage}>
        <p>{said.checks[stage].check}</p>
        <p>{said.checks[stage].paper}</p>
      </div>,
    ]),
  );
  return (
    <div className="c-sheet">
      <KeyValues items={useFacts(attempt)} />
      <section className="c-section" aria-label={said.stages}>
        <h3>{said.stages}</h3>
        <StagePlate progress={progress} locale={locale} size="vertical" details={details} live />
      </section>
      <section className="c-section" aria-label={said.receipts}>
        <h3>{said.receipts}</h3>
        {attempt.receipt === undefined ? (
          <p className="c-quiet">{said.none}</p>
        ) : (
          <Receipt name={`${attempt.id}.jwt`} text={attempt.receipt} />
        )}
      </section>
    </div>
  );
}

function Receipt({ name, text }: { readonly name: string; readonly text: string }): ReactElement {
  const said = useWords(attemptSheetWords);
  return (
    <>
      <p className="c-quiet c-small">{said.receiptWhy}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <pre className="c-receipt c-mono" tabIndex={0}>
        {readableReceipt(text)}
      </pre>
      <div>
        <Button onClick={() => downloadText(name, text, "application/jwt")}>{said.download}</Button>
      </div>
    </>
  );
}

function useFacts(attempt: Attempt): readonly KeyValue[] {
  const said = useWords(attemptSheetWords);
  const inBuilding = useWords(buildingWords);
  const common = useWords(commonWords);
  const { time } = useBuilding();
  const { facts } = said;
  const door = useDoorName(attempt);
  const saw = Object.entries(said.sensing).find(([name]) => name === attempt.sensing?.result)?.[1];
  return [
    { key: facts.when, value: <TimeOf atMs={attempt.presentedAt} {...time} /> },
    ...(attempt.endedAt === undefined
      ? []
      : [{ key: facts.ended, value: <TimeOf atMs={attempt.endedAt} {...time} /> }]),
    { key: facts.door, value: door },
    { key: facts.who, value: whoOf(attempt, inBuilding) },
    ...parcelsOf(attempt, common).map((value) => ({ key: facts.parcels, value })),
    ...(saw === undefined ? [] : [{ key: facts.sensing, value: saw }]),
    { key: facts.id, value: <span className="c-mono">{attempt.id}</span> },
  ];
}

/** What the box signed, opened for reading; the downloaded file is the signed text itself. */
function readableReceipt(receipt: string): string {
  try {
    const part = (receipt.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(part), (letter) => letter.charCodeAt(0));
    return JSON.stringify(JSON.parse(new TextDecoder().decode(bytes)), null, 2);
  } catch {
    return receipt;
  }
}
