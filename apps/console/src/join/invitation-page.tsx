import { Checkbox, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button, Notice, Skeleton } from "@vestibule/ui";
import { type ReactElement, useEffect, useState } from "react";
import { registerPasskey } from "../api/passkey.ts";
import {
  beginRegistration,
  finishRegistration,
  type OpenInvitation,
  organizationRoles,
  readInvitation,
} from "../api/people.ts";
import { consoleQueries } from "../queries.ts";
import { useSetting, useWords } from "../setting.tsx";
import { FaultNotice } from "../shell/fault-notice.tsx";
import { Doorway } from "../shell/frames.tsx";
import { commonWords } from "../words/shared-words.ts";
import { invitationWords } from "./invitation-words.ts";

/**
 * Lets in whoever holds an invitation link: shows what it opens, asks for a name and consent,
 * registers the passkey. The secret stands in the fragment and leaves it at once, so that neither
 * history nor a screenshot keeps it.
 */
export function InvitationPage(): ReactElement {
  const said = useWords(invitationWords);
  const [secret, setSecret] = useState(() => location.hash.slice(1));
  useEffect(() => {
    const clear = () => history.replaceState(history.state, "", location.pathname);
    clear();
    // A second link, opened in a tab that stands here already.
    const take = () => {
      if (location.hash === "") return;
      setSecret(location.hash.slice(1));
      clear();
    };
    addEventListener("hashchange", take);
    return () => removeEventListener("hashchange", take);
  }, []);
  const isWhole = /^[A-Za-z0-9_-]{43}$/.test(secret);
  const invitation = useQuery({
    queryKey: ["invitation", secret],
    queryFn: () => readInvitation(secret),
    enabled: isWhole,
    retry: false,
    gcTime: 0,
  });
  return (
    <Doorway title={said.title}>
      {isWhole ? null : (
        <Notice tone="refused" title={said.broken} live>
          <p>{said.brokenWay}</p>
        </Notice>
      )}
      {invitation.isError ? <FaultNotice error={invitation.error} /> : null}
      {isWhole && invitation.isPending ? <Skeleton label={said.reading} /> : null}
      {invitation.data === undefined ? null : (
        <JoinForm secret={secret} invitation={invitation.data} />
      )}
    </Doorway>
  );
}

interface JoinFormProps {
  readonly secret: string;
  readonly invitation: OpenInvitation;
}

function JoinForm({ secret, invitation }: JoinFormProps): ReactElement {
  const said = useWords(invitationWords);
  const { locale } = useSetting();
  const common = useWords(commonWords);
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [hasConsented, setConsented] = useState(false);
  const [wasTried, setTried] = useState(false);
  const role = organizationRoles.find((known) => known === invitation.role);
  const join = useMutation({
    mutationFn: async () => {
      const options = await beginRegistration({
        secret,
        name: name.trim(),
        consent: invitation.consent,
      });
      return finishRegistration(await registerPasskey(options));
    },
    onSuccess: async () => {
      consoleQueries.clear();
      await navigate({ to: "/", search: {}, replace: true });
    },
  });
  const submit = () => {
    setTried(true);
    if (name.trim() !== "" && hasConsented) join.mutate();
  };
  const until = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "short" });
  return (
    <form
      className="c-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <p>
        {said.invited(
          invitation.organizationName ?? said.thisHost,
          role === undefined ? said.operator : common.roles[role],
        )}
      </p>
      <p className="c-quiet">{said.until(until.format(invitation.expiresAt))}</p>
      <TextInput
        label={said.name}
        description={said.nameWhy}
        value={name}
        maxLength={200}
        autoComplete="name"
        required
        withAsterisk={false}
        error={wasTried && name.trim() === "" ? said.nameMissing : null}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <section className="c-section" aria-label={said.consentTitle}>
        <h2>{said.consentTitle}</h2>
        <ul className="c-sentences">
          {Object.values(said.consent).map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </section>
      <Checkbox
        label={said.agree}
        checked={hasConsented}
        error={wasTried && !hasConsented ? said.agreeMissing : null}
        onChange={(event) => setConsented(event.currentTarget.checked)}
      />
      {join.isError ? <FaultNotice error={join.error} /> : null}
      <Button type="submit" tone="primary" wide disabled={join.isPending}>
        {join.isPending ? said.busy : said.do}
      </Button>
      <p className="c-quiet c-small">{said.afterwards}</p>
    </form>
  );
}
