import { TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import {
  newRecoverySecret,
  type RecoveryKeys,
  recoveryKeys,
  recoveryPaperText,
} from "@vestibule/sdk";
import { Button, Notice } from "@vestibule/ui";
import { type ReactElement, useState } from "react";
import { useWords } from "../../setting.tsx";
import { firstWords } from "./first-words.ts";

interface RecoveryFormProps {
  readonly keys: RecoveryKeys | undefined;
  /** Made in this page; elsewhere its secret must not touch a page of the host's. */
  readonly isDemo: boolean;
  readonly onKeys: (keys: RecoveryKeys | undefined) => void;
}

/** The paper that brings a building back; the policy names its two public keys. */
export function RecoveryForm(props: RecoveryFormProps): ReactElement {
  const said = useWords(firstWords);
  return (
    <section className="c-card" aria-label={said.recovery}>
      <h2>{said.recovery}</h2>
      <p className="c-quiet">{said.recoveryWhy}</p>
      {props.isDemo ? <MadeHere {...props} /> : <MadeElsewhere {...props} />}
    </section>
  );
}

interface Paper {
  readonly text: string;
  readonly keys: RecoveryKeys;
}

const groupsChecked = 4;

function MadeHere({ keys, onKeys }: RecoveryFormProps): ReactElement {
  const said = useWords(firstWords);
  const [paper, setPaper] = useState<Paper>();
  const [typed, setTyped] = useState("");
  const [isBad, setBad] = useState(false);
  const make = useMutation({
    mutationFn: async (): Promise<Paper> => {
      const secret = newRecoverySecret();
      return { text: recoveryPaperText(secret), keys: await recoveryKeys(secret) };
    },
    onSuccess: (made) => {
      setPaper(made);
      setTyped("");
      onKeys(undefined);
    },
  });
  if (paper === undefined)
    return (
      <>
        {keys === undefined ? null : <Notice tone="confirmed" title={said.made} live />}
        {make.isError ? <Notice tone="refused" title={said.unsupported} live /> : null}
        <div>
          <Button disabled={make.isPending} onClick={() => make.mutate()}>
            {keys === undefined ? said.make : said.again}
          </Button>
        </div>
      </>
    );
  const last = paper.text.split(" ").slice(-groupsChecked).join("");
  return (
    <>
      <p>{said.secret}</p>
      <p className="c-paper">{paper.text}</p>
      <form
        className="c-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const isSame = typed.replace(/\s+/g, "").toLowerCase() === last;
          setBad(!isSame);
          if (!isSame) return;
          onKeys(paper.keys);
          setPaper(undefined);
        }}
      >
        <TextInput
          label={said.recoveryCheck}
          value={typed}
          maxLength={32}
          autoComplete="off"
          spellCheck={false}
          error={isBad ? said.recoveryCheckBad : null}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <div className="c-actions">
          <Button type="submit" tone="primary">
            {said.confirm}
          </Button>
          <Button onClick={() => window.print()}>{said.print}</Button>
        </div>
      </form>
    </>
  );
}

const publicKey = /^[A-Za-z0-9_-]{43}$/;

function MadeElsewhere({ keys, onKeys }: RecoveryFormProps): ReactElement {
  const said = useWords(firstWords);
  const [typed, setTyped] = useState<RecoveryKeys>(keys ?? { sign: "", seal: "" });
  const change = (part: Partial<RecoveryKeys>) => {
    const next = { ...typed, ...part };
    setTyped(next);
    onKeys(publicKey.test(next.sign) && publicKey.test(next.seal) ? next : undefined);
  };
  return (
    <div className="c-form">
      <p className="c-quiet">{said.recoveryKeysWhy}</p>
      <TextInput
        label={said.recoverySign}
        value={typed.sign}
        maxLength={43}
        onChange={(event) => change({ sign: event.currentTarget.value.trim() })}
      />
      <TextInput
        label={said.recoverySeal}
        value={typed.seal}
        maxLength={43}
        onChange={(event) => change({ seal: event.currentTarget.value.trim() })}
      />
    </div>
  );
}
