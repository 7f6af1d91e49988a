import { useMutation } from "@tanstack/react-query";
import { useLocation, useNavigate, useSearch } from "@tanstack/react-router";
import { Button, defineMessages } from "@vestibule/ui";
import type { ReactElement } from "react";
import { answerWithPasskey } from "../api/passkey.ts";
import { beginSignIn, finishSignIn } from "../api/people.ts";
import { consoleQueries } from "../queries.ts";
import { useWords } from "../setting.tsx";
import { FaultNotice } from "../shell/fault-notice.tsx";
import { Doorway } from "../shell/frames.tsx";

const words = defineMessages(
  {
    title: "Sign in",
    how: "Your passkey signs you in: the finger, face or PIN with which you unlock this device.",
    do: "Sign in with your passkey",
    busy: "Waiting for your passkey",
    first: "First time here?",
    invited:
      "You join by an invitation link from a colleague. Whoever runs this host makes the first one.",
  },
  {
    title: "Entrar",
    how: "Entra con su llave de acceso: la huella, la cara o el PIN con que desbloquea este dispositivo.",
    do: "Entrar con la llave de acceso",
    busy: "Esperando su llave de acceso",
    first: "¿Es la primera vez?",
    invited:
      "Se entra con un enlace de invitación de un colega. Quien lleva este servidor hace el primero.",
  },
);

/** Signs a person in by passkey and goes back to where he wanted to be. */
export function SignInPage(): ReactElement {
  const said = useWords(words);
  const navigate = useNavigate();
  const { next } = useSearch({ from: "/sign-in" });
  const { hash } = useLocation();
  const signIn = useMutation({
    mutationFn: async () => finishSignIn(await answerWithPasskey(await beginSignIn())),
    onSuccess: async () => {
      consoleQueries.clear();
      await navigate({ href: hash === "" ? next : `${next}#${hash}`, replace: true });
    },
  });
  return (
    <Doorway title={said.title}>
      <p>{said.how}</p>
      {signIn.isError ? <FaultNotice error={signIn.error} /> : null}
      <Button tone="primary" wide disabled={signIn.isPending} onClick={() => signIn.mutate()}>
        {signIn.isPending ? said.busy : said.do}
      </Button>
      <p className="c-quiet">
        <strong>{said.first}</strong> {said.invited}
      </p>
    </Doorway>
  );
}
