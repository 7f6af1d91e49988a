import { useQuery } from "@tanstack/react-query";
import { type Member, type MemberKey, type Policy, paperOrigin } from "@vestibule/core";
import { Button } from "@vestibule/ui";
import type { ReactElement } from "react";
import { entOf } from "../../building/entrance-form.tsx";
import { EnrolKey } from "../../keys/enrol-key.tsx";
import { demoKeyQuery, selfQuery, signingKeysQuery } from "../../queries.ts";
import { useSetting, useWords } from "../../setting.tsx";
import { sayList } from "../../words/list.ts";
import { NumberField } from "../number-field.tsx";
import { InviteMember } from "./invite-member.tsx";
import { memberWords } from "./member-words.ts";

type Electorate = Pick<Policy, "members" | "quorum">;

interface MembersFormProps extends Electorate {
  readonly isDemo: boolean;
  /** Whether one may name one's own key here: in a first policy, and in demonstrations. */
  readonly mayNameOwn: boolean;
  readonly onChange: (electorate: Electorate) => void;
}

const membersMax = 64;

/** Who decides: the members with their keys, and how many of them must agree. */
export function MembersForm(props: MembersFormProps): ReactElement {
  const { members, quorum, isDemo, mayNameOwn, onChange } = props;
  const said = useWords(memberWords);
  const { locale } = useSetting();
  const least = isDemo ? 1 : 2;
  const setMembers = (next: readonly Member[]) =>
    onChange({
      members: next,
      quorum: { ...quorum, members: Math.max(least, Math.min(quorum.members, next.length)) },
    });
  return (
    <section className="c-section" aria-label={said.title}>
      <h2>{said.title}</h2>
      <p className="c-quiet">{said.why}</p>
      {members.length === 0 ? <p>{said.none}</p> : null}
      {members.length === 0 ? null : (
        <ul className="c-list">
          {members.map(({ id, keys }) => (
            <li key={id} className="c-row">
              <div className="c-row__main">
                <p className="c-row__name">{id}</p>
                <p className="c-quiet c-small">
                  {said.keys(keys.length)},{" "}
                  {said.signsAt(
                    sayList(
                      [...new Set(keys.map(({ origin }) => origin))].map((origin) =>
                        origin === paperOrigin ? said.paper : origin,
                      ),
                      locale,
                    ),
                  )}
                </p>
              </div>
              <Button
                tone="refuse"
                onClick={() => setMembers(members.filter((member) => member.id !== id))}
              >
                {said.remove(id)}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {mayNameOwn ? <OwnKeys members={members} onChange={setMembers} /> : null}
      <div className="c-card">
        <p className="c-says">
          {said.quorum}
          <NumberField
            label={`${said.quorum} … ${said.quorumUnit}`}
            value={quorum.members}
            min={least}
            max={membersMax}
            onChange={(count) => onChange({ members, quorum: { ...quorum, members: count } })}
          />
          {said.quorumUnit}
          <NumberField
            label={`${said.quorumUnit} … ${said.originsUnit}`}
            value={quorum.origins}
            min={least}
            max={membersMax}
            onChange={(origins) => onChange({ members, quorum: { ...quorum, origins } })}
          />
          {said.originsUnit}
        </p>
      </div>
      <InviteMember members={members} onMember={(member) => setMembers([...members, member])} />
    </section>
  );
}

interface OwnKeysProps {
  readonly members: readonly Member[];
  readonly onChange: (members: readonly Member[]) => void;
}

/** The own signing keys that no member has yet, and in a demonstration its own. */
function OwnKeys({ members, onChange }: OwnKeysProps): ReactElement | null {
  const said = useWords(memberWords);
  const keys = useQuery(signingKeysQuery);
  const demo = useQuery(demoKeyQuery).data ?? undefined;
  const name = useQuery(selfQuery).data?.name ?? "";
  const named = new Set(members.flatMap((member) => member.keys.map(({ cred }) => cred)));
  const unnamed = keys.data?.filter(({ cred }) => !named.has(cred)) ?? [];
  const demoKey = demo?.key === undefined || named.has(demo.cred) ? undefined : demo.key;
  const mine = new Set(keys.data?.map(({ cred }) => cred));
  const add = (key: MemberKey) => {
    // Keys of one person are one member's: the quorum counts people.
    const self = members.find((member) => member.keys.some(({ cred }) => mine.has(cred)));
    if (self === undefined) {
      onChange([...members, { id: freeId(entOf(name) || "member", members), keys: [key] }]);
      return;
    }
    const more = { ...self, keys: [...self.keys, key] };
    onChange(members.map((member) => (member === self ? more : member)));
  };
  const isBare = keys.data?.length === 0 && demoKey === undefined && members.length === 0;
  if (isBare)
    return (
      <>
        <p>{said.enrolFirst}</p>
        <EnrolKey />
      </>
    );
  if (unnamed.length === 0 && demoKey === undefined) return null;
  return (
    <div className="c-actions">
      {unnamed.map(({ id, label, cred, jwk, origin, rpId, be }) => (
        <Button key={id} onClick={() => add({ be, cred, jwk, origin, rpId })}>
          {said.addMember(label)}
        </Button>
      ))}
      {demo === undefined || demoKey === undefined ? null : (
        <Button onClick={() => onChange([...members, { id: demo.member, keys: [demoKey] }])}>
          {said.demoKey(demo.label)}
        </Button>
      )}
    </div>
  );
}

function freeId(wanted: string, members: readonly Member[]): string {
  const taken = new Set(members.map(({ id }) => id));
  for (let count = 1; ; count += 1) {
    const id = count === 1 ? wanted : `${wanted}-${count}`;
    if (!taken.has(id)) return id;
  }
}
