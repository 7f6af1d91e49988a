import { TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Button, Notice } from "@vestibule/ui";
import { type ReactElement, useState } from "react";
import { registerPasskey } from "../api/passkey.ts";
import { addSigningKey, beginSigningKey } from "../api/people.ts";
import { consoleQueries, signingKeysQuery } from "../queries.ts";
import { useWords } from "../setting.tsx";
import { FaultNotice } from "../shell/fault-notice.tsx";
import { keysWords } from "./keys-words.ts";

/** Makes a passkey for signing policies, apart from the one for signing in. */
export function EnrolKey(): ReactElement {
  const said = useWords(keysWords);
  const [label, setLabel] = useState("");
  const [wasTried, setTried] = useState(false);
  const enrol = useMutation({
    mutationFn: async () => {
      const registration = await registerPasskey(await beginSigningKey(), "discouraged");
      return addSigningKey({ label: label.trim(), registration });
    },
    onSuccess: async () => {
      setLabel("");
      setTried(false);
      await consoleQueries.invalidateQueries(signingKeysQuery);
    },
  });
  return (
    <form
      className="c-card c-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (label.trim() !== "") enrol.mutate();
      }}
    >
      <TextInput
        label={said.name}
        description={said.nameWhy}
        value={label}
        maxLength={100}
        error={wasTried && label.trim() === "" ? said.missing : null}
        onChange={(event) => setLabel(event.currentTarget.value)}
      />
      {enrol.isError ? <FaultNotice error={enrol.error} /> : null}
      {enrol.isSuccess ? <Notice tone="confirmed" title={said.done} live /> : null}
      <div className="c-actions">
        <Button type="submit" tone="primary" disabled={enrol.isPending}>
          {enrol.isPending ? said.busy : said.do}
        </Button>
      </div>
    </form>
  );
}
