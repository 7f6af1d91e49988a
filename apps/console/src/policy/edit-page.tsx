import { Link, useSearch } from "@tanstack/react-router";
import type { AcceptedPolicy, Policy } from "@vestibule/core";
import { nextPolicy } from "@vestibule/sdk";
import { Button, Notice } from "@vestibule/ui";
import { type ReactElement, useMemo, useState } from "react";
import { useBuilding } from "../building/building-context.ts";
import { useWords } from "../setting.tsx";
import { Empty } from "../shell/parts.tsx";
import { AdmitForm } from "./admit-form.tsx";
import { CarrierForm } from "./carrier-form.tsx";
import { entranceOf, gapsOf, withoutDoor } from "./doors/door-draft.ts";
import { DoorsForm } from "./doors/doors-form.tsx";
import { GapList } from "./doors/gap-list.tsx";
import { useKnownBoxes } from "./doors/known-boxes.ts";
import { PathsForm } from "./doors/paths-form.tsx";
import { type Draft, draftOf, partsOf, sameDraft, withCarrier } from "./draft.ts";
import { editWords } from "./edit-words.ts";
import { LimitsForm } from "./limits-form.tsx";
import { MembersForm } from "./members/members-form.tsx";
import { policyWords } from "./policy-words.ts";
import { newestVersion, pageCrypto, readVersion } from "./read-version.ts";
import { Signing } from "./signing.tsx";
import "./policy.css";

/** Writes the next version of a policy as sentences, shows what changes, and has it signed. */
export function EditPolicyPage(): ReactElement {
  const words = useWords(policyWords);
  const { building } = useBuilding();
  const newest = newestVersion(building);
  const last = newest === undefined ? undefined : readVersion(newest);
  if (newest === undefined)
    return (
      <Empty title={words.none}>
        <p>{words.noneWhy}</p>
        <Link
          to="/buildings/$buildingId/policy/first"
          params={{ buildingId: building.id }}
          search={{}}
          className="c-link-button c-link-button--primary"
        >
          {words.writeFirst}
        </Link>
      </Empty>
    );
  if (last === undefined)
    return (
      <Notice tone="refused" title={words.unreadable}>
        <p>{words.unreadableWhy}</p>
      </Notice>
    );
  return <Editor key={newest.hash} last={last} isPending={newest.state === "pending"} />;
}

interface EditorProps {
  readonly last: AcceptedPolicy;
  readonly isPending: boolean;
}

function Editor({ last, isPending }: EditorProps): ReactElement {
  const said = useWords(editWords);
  const { building } = useBuilding();
  const { box: wanted } = useSearch({ from: "/inside/buildings/$buildingId/policy/edit" });
  const boxes = useKnownBoxes(last.policy);
  const original = useMemo(() => draftOf(last.policy), [last]);
  const [draft, setDraft] = useState<Draft>(original);
  const isChanged = !sameDraft(draft, original);
  const gaps = draft.doors.flatMap((door) =>
    gapsOf(door, boxes.seals).map((gap) => ({ kind: "door", ent: door.ent, gap }) as const),
  );
  return (
    <>
      <div>
        <h2>{said.title}</h2>
        <p className="c-quiet">{said.from(last.policy.ver + 1)}</p>
      </div>
      {isPending ? <Notice tone="waiting" title={said.pendingFirst} /> : null}
      <section className="c-section" aria-label={said.carriers}>
        <h2>{said.carriers}</h2>
        {draft.carriers.length === 0 ? <p>{said.nobody}</p> : null}
        {draft.carriers.map((carrier) => (
          <CarrierForm
            key={carrier.root}
            carrier={carrier}
            entrances={draft.doors}
            onChange={(changed) => setDraft(withCarrier(draft, carrier.root, changed))}
          />
        ))}
        <AdmitForm
          carriers={draft.carriers}
          entrances={draft.doors}
          tz={building.tz}
          onAdmit={(carrier) => setDraft({ ...draft, carriers: [...draft.carriers, carrier] })}
        />
      </section>
      <DoorsForm
        doors={draft.doors}
        boxes={boxes}
        wanted={wanted}
        onChange={(doors) => setDraft({ ...draft, doors })}
        onRemove={(ent) => setDraft(withoutDoor(draft, ent))}
      />
      <PathsForm
        doors={draft.doors}
        paths={draft.paths}
        onChange={(paths) => setDraft({ ...draft, paths })}
      />
      <section className="c-section" aria-label={said.limits}>
        <h2>{said.limits}</h2>
        <LimitsForm
          draft={draft}
          isDemo={last.demo}
          onChange={(changed) => setDraft({ ...draft, ...changed })}
        />
      </section>
      <MembersForm
        members={draft.members}
        quorum={draft.quorum}
        isDemo={last.demo}
        mayNameOwn={last.demo}
        onChange={(electorate) => setDraft({ ...draft, ...electorate })}
      />
      {gaps.length > 0 ? (
        <GapList<never> title={said.missing} gaps={gaps} words={{}} />
      ) : (
        <Reviewed last={last} draft={draft} isChanged={isChanged} seals={boxes.seals} />
      )}
      {isChanged ? (
        <div>
          <Button onClick={() => setDraft(original)}>{said.discard}</Button>
        </div>
      ) : null}
    </>
  );
}

interface ReviewedProps {
  readonly last: AcceptedPolicy;
  readonly draft: Draft;
  readonly isChanged: boolean;
  readonly seals: ReadonlyMap<string, string>;
}

function Reviewed({ last, draft, isChanged, seals }: ReviewedProps): ReactElement {
  // One moment for the whole edit: the hash that is signed must not change under the signer's eyes.
  const [at] = useState(() => Math.floor(Date.now() / 1_000));
  const names = [...seals].flat().join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `seals` is made anew each time; `names` says whether it differs.
  const policy: Policy = useMemo(() => {
    const entrances = draft.doors
      .map((door) => entranceOf(pageCrypto, door, seals))
      .filter((entrance) => entrance !== undefined);
    return nextPolicy(last, { ...partsOf(draft), entrances }, at);
  }, [last, draft, names, at]);
  return <Signing last={last} policy={policy} isChanged={isChanged} />;
}
