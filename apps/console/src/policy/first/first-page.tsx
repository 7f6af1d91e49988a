import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { reviewPolicy } from "@vestibule/sdk";
import { Notice, Skeleton } from "@vestibule/ui";
import { type ReactElement, useMemo, useState } from "react";
import type { HostTerms } from "../../api/buildings.ts";
import { type HeldBox, useHeldBoxes } from "../../boxes/held-boxes.ts";
import { useBuilding } from "../../building/building-context.ts";
import { EntranceForm } from "../../building/entrance-form.tsx";
import { hostQuery } from "../../queries.ts";
import { useSetting, useWords } from "../../setting.tsx";
import { FaultNotice } from "../../shell/fault-notice.tsx";
import { Empty } from "../../shell/parts.tsx";
import { refusalText } from "../../words/faults.ts";
import { commonWords } from "../../words/shared-words.ts";
import { AdmitForm } from "../admit-form.tsx";
import { CarrierForm } from "../carrier-form.tsx";
import { usualPaths, withoutDoor } from "../doors/door-draft.ts";
import { DoorsForm } from "../doors/doors-form.tsx";
import { GapList } from "../doors/gap-list.tsx";
import { type KnownBoxes, useKnownBoxes } from "../doors/known-boxes.ts";
import { PathsForm } from "../doors/paths-form.tsx";
import { withCarrier } from "../draft.ts";
import { MembersForm } from "../members/members-form.tsx";
import { PolicySentences } from "../policy-sentences.tsx";
import { pageCrypto } from "../read-version.ts";
import { SignForm } from "../sign/sign-form.tsx";
import { type FirstDraft, firstGaps, firstPolicyOf, newFirstDraft } from "./first-draft.ts";
import { firstWords } from "./first-words.ts";
import { Founded } from "./founded.tsx";
import { RecoveryForm } from "./recovery-form.tsx";
import { TermsForm } from "./terms-form.tsx";
import "../policy.css";

/** Writes, shows and has signed the policy that founds a building, and tells its boxes of it. */
export function FirstPolicyPage(): ReactElement {
  const said = useWords(firstWords);
  const common = useWords(commonWords);
  const { building } = useBuilding();
  const host = useQuery(hostQuery);
  // Told to the boxes in this visit: the building has a policy then, and this page is not done.
  const [founded, setFounded] = useState<readonly HeldBox[]>();
  if (founded !== undefined) return <Founded boxes={founded} />;
  if (building.policy !== undefined || building.pending.length > 0)
    return (
      <Empty title={said.has}>
        <p>{said.hasWhy}</p>
        <Link
          to="/buildings/$buildingId/policy/edit"
          params={{ buildingId: building.id }}
          search={{}}
          className="c-link-button"
        >
          {said.change}
        </Link>
      </Empty>
    );
  if (host.isPending) return <Skeleton label={common.loading} lines={6} />;
  if (host.isError) return <FaultNotice error={host.error} onRetry={() => void host.refetch()} />;
  return <Writer host={host.data} onFounded={setFounded} />;
}

/** What was written is kept while the page is: one may look at another page and come back. */
const drafts = new Map<string, FirstDraft>();

interface WriterProps {
  readonly host: HostTerms;
  readonly onFounded: (boxes: readonly HeldBox[]) => void;
}

function Writer({ host, onFounded }: WriterProps): ReactElement {
  const said = useWords(firstWords);
  const { building } = useBuilding();
  const { box: wanted } = useSearch({ from: "/inside/buildings/$buildingId/policy/first" });
  const boxes = useKnownBoxes(undefined);
  const [draft, setDraft] = useState(
    () => drafts.get(building.id) ?? withBox(newFirstDraft(building, host), wanted, boxes),
  );
  const change = (next: FirstDraft) => {
    const kept = next.pathsFollowDoors ? { ...next, paths: usualPaths(next.doors) } : next;
    drafts.set(building.id, kept);
    setDraft(kept);
  };
  if (building.entrances.length === 0)
    return (
      <>
        <h2>{said.title}</h2>
        <p>{said.noDoor}</p>
        <EntranceForm buildingId={building.id} />
      </>
    );
  return (
    <>
      <div>
        <h2>{said.title}</h2>
        <p className="c-quiet">{said.why}</p>
        <p className="c-quiet">{host.demo ? said.demo : said.real}</p>
      </div>
      <DoorsForm
        doors={draft.doors}
        boxes={boxes}
        wanted={wanted}
        onChange={(doors) => change({ ...draft, doors })}
        onRemove={(ent) => change(withoutDoor(draft, ent))}
      />
      <PathsForm
        doors={draft.doors}
        paths={draft.paths}
        onChange={(paths) => change({ ...draft, paths, pathsFollowDoors: false })}
      />
      <Carriers draft={draft} host={host} onChange={change} />
      <MembersForm
        members={draft.members}
        quorum={draft.quorum}
        isDemo={host.demo}
        mayNameOwn
        onChange={(electorate) => change({ ...draft, ...electorate })}
      />
      <RecoveryForm
        keys={draft.recovery}
        isDemo={host.demo}
        onKeys={(recovery) => change({ ...draft, recovery })}
      />
      <TermsForm draft={draft} host={host} onChange={change} />
      <Review
        draft={draft}
        host={host}
        boxes={boxes}
        onFounded={(told) => {
          drafts.delete(building.id);
          onFounded(told);
        }}
      />
    </>
  );
}

/** The box somebody came with goes to the first door. */
function withBox(draft: FirstDraft, wanted: string | undefined, boxes: KnownBoxes): FirstDraft {
  const [only] = boxes.choices;
  const ctl = boxes.choices.find(({ value }) => value === wanted)?.value ?? only?.value;
  return { ...draft, doors: draft.doors.map((door, at) => (at === 0 ? { ...door, ctl } : door)) };
}

interface CarriersProps {
  readonly draft: FirstDraft;
  readonly host: HostTerms;
  readonly onChange: (draft: FirstDraft) => void;
}

function Carriers({ draft, host, onChange }: CarriersProps): ReactElement {
  const said = useWords(firstWords);
  const { building } = useBuilding();
  return (
    <section className="c-section" aria-label={said.carriers}>
      <h2>{said.carriers}</h2>
      {host.demo ? null : <p>{said.carriersLater}</p>}
      {host.demo && draft.carriers.length === 0 ? <p>{said.nobody}</p> : null}
      {draft.carriers.map((carrier) => (
        <CarrierForm
          key={carrier.root}
          carrier={carrier}
          entrances={draft.doors}
          onChange={(changed) =>
            onChange({ ...draft, ...withCarrier(draft, carrier.root, changed) })
          }
        />
      ))}
      {host.demo ? (
        <AdmitForm
          carriers={draft.carriers}
          entrances={draft.doors}
          tz={building.tz}
          onAdmit={(carrier) => onChange({ ...draft, carriers: [...draft.carriers, carrier] })}
        />
      ) : null}
    </section>
  );
}

interface ReviewProps {
  readonly draft: FirstDraft;
  readonly host: HostTerms;
  readonly boxes: KnownBoxes;
  readonly onFounded: (boxes: readonly HeldBox[]) => void;
}

function Review({ draft, host, boxes, onFounded }: ReviewProps): ReactElement {
  const said = useWords(firstWords);
  const { locale } = useSetting();
  const { building } = useBuilding();
  const held = useHeldBoxes(building.id);
  // One moment for the whole writing: the hash must not change under the signer's eyes.
  const [at] = useState(() => Math.floor(Date.now() / 1_000));
  const { seals } = boxes;
  const gaps = firstGaps(draft, { seals, demo: host.demo });
  const { name, address } = building;
  const names = [...seals].flat().join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `seals` is made anew each time; `names` says whether it differs.
  const policy = useMemo(
    () => firstPolicyOf(pageCrypto, draft, { place: { name, address }, host, seals, at }),
    [draft, name, address, host, names, at],
  );
  const review = useMemo(
    () => (policy === undefined ? undefined : reviewPolicy(pageCrypto, policy)),
    [policy],
  );
  return (
    <section className="c-card" aria-label={said.review}>
      <h2>{said.review}</h2>
      {gaps.length === 0 ? null : <GapList title={said.missing} gaps={gaps} words={said.gaps} />}
      {review?.refusal === undefined ? null : (
        <Notice tone="refused" title={said.wrong} live>
          <p>{refusalText(review.refusal.code, locale)}</p>
        </Notice>
      )}
      {policy === undefined || review?.refusal !== undefined ? null : (
        <>
          <PolicySentences policy={policy} />
          <SignForm
            key={review?.hash}
            last={undefined}
            policy={policy}
            onOffered={async () => {
              const named = new Set(policy.entrances.map(({ ctl }) => ctl));
              onFounded(held.filter(({ ctl }) => named.has(ctl)));
            }}
          />
        </>
      )}
    </section>
  );
}
