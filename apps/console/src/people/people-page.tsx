import { NativeSelect } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, defineMessages, Notice, Skeleton } from "@vestibule/ui";
import { type ReactElement, useState } from "react";
import {
  type InvitationLink,
  inviteColleague,
  type Organization,
  organizationRoles,
} from "../api/people.ts";
import { RequestFault } from "../api/send.ts";
import { useOrganization } from "../organization.tsx";
import { consoleQueries, peopleQuery } from "../queries.ts";
import { useSetting, useWords } from "../setting.tsx";
import { FaultNotice } from "../shell/fault-notice.tsx";
import { PageHead } from "../shell/parts.tsx";
import { commonWords } from "../words/shared-words.ts";

const words = defineMessages(
  {
    title: "People",
    invite: "Invite a colleague",
    role: "Role",
    do: "Make the link",
    made: "Hand this link to your colleague",
    madeWhy: (role: string, until: string) =>
      `It lets one person in as ${role.toLowerCase()}, once, until ${until}. It is shown only now and kept nowhere; nothing was sent.`,
    link: "Invitation link",
    onlyOwner: "Only an owner may invite.",
    notYet: "This host does not list people yet.",
    notYetWhy: "Invitations work. Whoever joins sees the same buildings as you, by role.",
    pending: "Links not used yet",
    until: (time: string) => `until ${time}`,
  },
  {
    title: "Personas",
    invite: "Invitar a un colega",
    role: "Función",
    do: "Hacer el enlace",
    made: "Entregue este enlace a su colega",
    madeWhy: (role, until) =>
      `Deja entrar a una persona como ${role.toLowerCase()}, una vez, hasta el ${until}. Solo se muestra ahora y no se guarda; no se envió nada.`,
    link: "Enlace de invitación",
    onlyOwner: "Solo un propietario puede invitar.",
    notYet: "Este servidor aún no enumera a las personas.",
    notYetWhy: "Las invitaciones funcionan. Quien entra ve los mismos edificios, según su función.",
    pending: "Enlaces sin usar",
    until: (time) => `hasta el ${time}`,
  },
);

/** Colleagues of the organization in view, and links for new ones. */
export function PeoplePage(): ReactElement {
  const said = useWords(words);
  const { organization } = useOrganization();
  return (
    <div className="c-page">
      <PageHead title={said.title} under={organization?.name} />
      {organization === undefined ? null : (
        <>
          {organization.role === "owner" ? (
            <Invite organization={organization} />
          ) : (
            <p>{said.onlyOwner}</p>
          )}
          <Colleagues organizationId={organization.id} />
        </>
      )}
    </div>
  );
}

function Invite({ organization }: { readonly organization: Organization }): ReactElement {
  const said = useWords(words);
  const common = useWords(commonWords);
  const [role, setRole] = useState<(typeof organizationRoles)[number]>("manager");
  const invite = useMutation({
    mutationFn: () => inviteColleague(organization.id, role),
    onSuccess: () => consoleQueries.invalidateQueries({ queryKey: ["people", organization.id] }),
  });
  return (
    <section className="c-card" aria-label={said.invite}>
      <h2>{said.invite}</h2>
      <NativeSelect
        label={said.role}
        description={common.roleMeans[role]}
        value={role}
        data={organizationRoles.map((value) => ({ value, label: common.roles[value] }))}
        onChange={(event) => {
          invite.reset();
          setRole(organizationRoles.find((known) => known === event.target.value) ?? "viewer");
        }}
      />
      {invite.isError ? <FaultNotice error={invite.error} /> : null}
      <div className="c-actions">
        <Button tone="primary" disabled={invite.isPending} onClick={() => invite.mutate()}>
          {said.do}
        </Button>
      </div>
      {invite.data === undefined ? null : <MadeLink link={invite.data} role={common.roles[role]} />}
    </section>
  );
}

interface MadeLinkProps {
  readonly link: InvitationLink;
  readonly role: string;
}

function MadeLink({ link, role }: MadeLinkProps): ReactElement {
  const said = useWords(words);
  const common = useWords(commonWords);
  const { locale } = useSetting();
  const [isCopied, setCopied] = useState(false);
  const until = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });
  return (
    <Notice tone="confirmed" title={said.made} live>
      <p>{said.madeWhy(role, until.format(link.expiresAt))}</p>
      <input
        className="c-link-field c-mono"
        readOnly
        value={link.url}
        aria-label={said.link}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button
        onClick={() =>
          void navigator.clipboard.writeText(link.url).then(
            () => setCopied(true),
            () => undefined,
          )
        }
      >
        {isCopied ? common.copied : common.copy}
      </Button>
    </Notice>
  );
}

function Colleagues({ organizationId }: { readonly organizationId: string }): ReactElement {
  const said = useWords(words);
  const common = useWords(commonWords);
  const { locale } = useSetting();
  const people = useQuery(peopleQuery(organizationId));
  if (people.isPending) return <Skeleton label={common.loading} />;
  if (people.error instanceof RequestFault && people.error.fault.status === 404)
    return (
      <Notice tone="info" title={said.notYet}>
        <p>{said.notYetWhy}</p>
      </Notice>
    );
  if (people.isError)
    return <FaultNotice error={people.error} onRetry={() => void people.refetch()} />;
  const until = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });
  const { invitations = [] } = people.data;
  return (
    <>
      <ul className="c-list">
        {people.data.people.map(({ id, name, role }) => (
          <li key={id} className="c-row">
            <span className="c-row__name">{name}</span>
            <span className="c-quiet">{common.roles[role]}</span>
          </li>
        ))}
      </ul>
      {invitations.length === 0 ? null : (
        <section className="c-section" aria-label={said.pending}>
          <h2>{said.pending}</h2>
          <ul className="c-list">
            {invitations.map(({ id, role, expiresAt }) => (
              <li key={id} className="c-row">
                <span className="c-row__name">{common.roles[role]}</span>
                <span className="c-quiet">{said.until(until.format(expiresAt))}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
