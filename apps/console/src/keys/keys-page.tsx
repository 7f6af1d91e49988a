import { TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, defineMessages, Notice, Skeleton } from "@vestibule/ui";
import { type ReactElement, useState } from "react";
import { registerPasskey } from "../api/passkey.ts";
import { addSigningKey, beginSigningKey, removeSigningKey } from "../api/people.ts";
import { consoleQueries, demoKeyQuery, signingKeysQuery } from "../queries.ts";
import { useWords } from "../setting.tsx";
import { FaultNotice } from "../shell/fault-notice.tsx";
import { Empty, PageHead } from "../shell/parts.tsx";
import { commonWords } from "../words/shared-words.ts";

const words = defineMessages(
  {
    title: "Signing keys",
    why: "A building's members sign its policy with keys of their own. They are not the keys with which you sign in: whoever gets into this console can still change no rule at a door.",
    step1: "Enrol a passkey here.",
    step2: "A member who is already named puts it into the next policy, and the members sign that.",
    step3: "From the moment that policy takes effect, your signature counts.",
    none: "No signing key yet",
    noneWhy: "Enrol one on the device that you will sign with.",
    name: "Name of the key",
    nameWhy: "So that you know it again: “Ada's phone”.",
    missing: "Enter a name.",
    do: "Enrol a signing key",
    busy: "Waiting for your passkey",
    done: "The key is enrolled. It counts once a policy names it.",
    copied: "may be copied between your devices by its maker",
    bound: "stays on its device",
    at: (origin: string) => `signs at ${origin}`,
    paper: "a paper key",
    removeWhy: "A policy that names it keeps naming it until the members sign another.",
    demo: "In this demonstration a key of its own signs for the member, too. It lies with the demonstration, never on a real host.",
    details: "As the policy names it",
  },
  {
    title: "Claves para firmar",
    why: "Los miembros de un edificio firman su política con claves propias. No son las llaves con las que usted entra: quien se cuele en esta consola no puede cambiar ninguna regla de una puerta.",
    step1: "Registre aquí una llave de acceso.",
    step2:
      "Un miembro ya nombrado la pone en la política siguiente, y los miembros firman esa política.",
    step3: "Desde que esa política entra en vigor, su firma cuenta.",
    none: "Todavía no hay claves para firmar",
    noneWhy: "Registre una en el dispositivo con el que va a firmar.",
    name: "Nombre de la clave",
    nameWhy: "Para reconocerla: «El teléfono de Ada».",
    missing: "Escriba un nombre.",
    do: "Registrar una clave para firmar",
    busy: "Esperando su llave de acceso",
    done: "La clave está registrada. Cuenta cuando una política la nombra.",
    copied: "su fabricante puede copiarla entre sus dispositivos",
    bound: "se queda en su dispositivo",
    at: (origin) => `firma en ${origin}`,
    paper: "una clave en papel",
    removeWhy: "Una política que la nombra sigue nombrándola hasta que los miembros firmen otra.",
    demo: "En esta demostración también firma por el miembro una clave propia. Está en la demostración, nunca en un servidor real.",
    details: "Como la nombra la política",
  },
);

/** The keys with which the signed-in person can sign policies, and how one becomes a member's. */
export function KeysPage(): ReactElement {
  const said = useWords(words);
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
      <Enrol />
    </div>
  );
}

function Enrol(): ReactElement {
  const said = useWords(words);
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
