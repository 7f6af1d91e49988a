import { TextInput } from "@mantine/core";
import type { Member } from "@vestibule/core";
import {
  invitationFragment,
  inviteMember,
  type MemberInvitation,
  readInvitationAnswer,
} from "@vestibule/sdk";
import { Button } from "@vestibule/ui";
import { type ReactElement, useId, useState } from "react";
import { useBuilding } from "../../building/building-context.ts";
import { useWords } from "../../setting.tsx";
import { pageCrypto } from "../read-version.ts";
import { memberWords } from "./member-words.ts";
import { keepInvitations, openInvitations } from "./open-invitations.ts";

interface InviteMemberProps {
  readonly members: readonly Member[];
  readonly onMember: (member: Member) => void;
}

const memberId = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Invites members by links whose secret never reaches the host, and checks their answers against it. */
export function InviteMember({ members, onMember }: InviteMemberProps): ReactElement {
  const said = useWords(memberWords);
  const { building } = useBuilding();
  const [open, setOpen] = useState(() => openInvitations(building.id));
  const [isShown, setShown] = useState(open.length > 0);
  const [id, setId] = useState("");
  const [wasTried, setTried] = useState(false);
  const keep = (next: readonly MemberInvitation[]) => {
    keepInvitations(building.id, next);
    setOpen(next);
  };
  const isTaken = [...members, ...open].some((known) => known.id === id);
  const isGood = memberId.test(id) && !isTaken;
  const drop = (gone: string) => keep(open.filter((invitation) => invitation.id !== gone));
  return (
    <details
      className="c-card"
      open={isShown}
      onToggle={(event) => setShown(event.currentTarget.open)}
    >
      <summary>
        <strong>{said.invite}</strong>
      </summary>
      <p className="c-quiet">{said.inviteWhy}</p>
      {open.map((invitation) => (
        <Invited
          key={invitation.id}
          invitation={invitation}
          onMember={(member) => {
            drop(invitation.id);
            onMember(member);
          }}
          onWithdraw={() => drop(invitation.id)}
        />
      ))}
      <form
        className="c-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (!isGood) return;
          keep([...open, inviteMember(id)]);
          setId("");
          setTried(false);
        }}
      >
        <TextInput
          label={said.id}
          value={id}
          maxLength={63}
          autoComplete="off"
          error={wasTried && !isGood ? said.idBad : null}
          onChange={(event) => setId(event.currentTarget.value)}
        />
        <div className="c-actions">
          <Button type="submit">{said.makeLink}</Button>
        </div>
      </form>
    </details>
  );
}

interface InvitedProps {
  readonly invitation: MemberInvitation;
  readonly onMember: (member: Member) => void;
  readonly onWithdraw: () => void;
}

function Invited({ invitation, onMember, onWithdraw }: InvitedProps): ReactElement {
  const said = useWords(memberWords);
  const field = useId();
  const [answer, setAnswer] = useState("");
  const [isBad, setBad] = useState(false);
  const { id } = invitation;
  const link = `${location.origin}/keys#${invitationFragment(invitation)}`;
  return (
    <div className="c-section c-invited">
      <label htmlFor={field}>{said.linkOf(id)}</label>
      <input
        id={field}
        className="c-link-field"
        readOnly
        value={link}
        onFocus={(event) => event.target.select()}
      />
      <TextInput
        label={said.answer(id)}
        description={said.answerWhy}
        value={answer}
        maxLength={8_192}
        autoComplete="off"
        error={isBad ? said.answerBad : null}
        onChange={(event) => {
          setAnswer(event.currentTarget.value);
          setBad(false);
        }}
      />
      <div className="c-actions">
        <Button
          tone="primary"
          onClick={() => {
            const member = readInvitationAnswer(pageCrypto, invitation, answer.trim());
            if (member === undefined) setBad(true);
            else onMember(member);
          }}
        >
          {said.take}
        </Button>
        <Button onClick={onWithdraw}>{said.withdraw(id)}</Button>
      </div>
    </div>
  );
}
