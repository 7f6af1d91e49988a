import { TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { offerOfCard, readClaimCard } from "@vestibule/sdk";
import { Button, Notice } from "@vestibule/ui";
import { type ReactElement, useState } from "react";
import { readOffers, registerBox } from "../api/buildings.ts";
import { pageCrypto } from "../policy/read-version.ts";
import { consoleQueries, offersQuery } from "../queries.ts";
import { useWords } from "../setting.tsx";
import { FaultNotice } from "../shell/fault-notice.tsx";
import { boxesWords } from "./boxes-words.ts";
import { CardScanner } from "./card-scanner.tsx";
import { holdBox } from "./held-boxes.ts";

interface FindBoxProps {
  readonly buildingId: string;
  readonly onFound?: (ctl: string) => void;
}

/**
 * Finds the waiting box that holds a card's secret, and registers it with the building. The secret
 * stays in this page, which asks each box to prove itself and takes nobody's word for its keys.
 */
export function FindBox({ buildingId, onFound }: FindBoxProps): ReactElement {
  const said = useWords(boxesWords);
  const offers = useQuery(offersQuery(buildingId));
  const [card, setCard] = useState("");
  const [isBad, setBad] = useState(false);
  const find = useMutation({
    mutationFn: async (claim: Uint8Array): Promise<string | null> => {
      const offer = offerOfCard(pageCrypto, claim, await readOffers());
      if (offer === undefined) return null;
      const { ctl, seal } = offer;
      await registerBox(buildingId, { ctl });
      holdBox(buildingId, { ctl, seal, claim });
      return ctl;
    },
    onSuccess: async (ctl) => {
      if (ctl === null) return;
      setCard("");
      onFound?.(ctl);
      await consoleQueries.invalidateQueries({ queryKey: ["boxes", buildingId] });
    },
  });
  const search = (text: string) => {
    const claim = readClaimCard(text);
    setBad(claim === undefined);
    if (claim !== undefined) find.mutate(claim);
  };
  return (
    <form
      className="c-form"
      onSubmit={(event) => {
        event.preventDefault();
        search(card);
      }}
    >
      <p className="c-quiet" role="status">
        {offers.data === undefined ? "" : said.waiting(offers.data.length)}
      </p>
      <TextInput
        label={said.card}
        description={said.cardWhy}
        type="password"
        autoComplete="off"
        spellCheck={false}
        value={card}
        error={isBad ? said.bad : null}
        onChange={(event) => setCard(event.currentTarget.value)}
      />
      <CardScanner
        onRead={(text) => {
          setCard(text);
          search(text);
        }}
      />
      {find.data === null ? (
        <Notice tone="info" title={said.notFound} live>
          <p>{said.notFoundWhy}</p>
        </Notice>
      ) : null}
      {typeof find.data === "string" ? (
        <Notice tone="confirmed" title={said.found} live>
          <p>{said.foundWhy}</p>
        </Notice>
      ) : null}
      {find.isError ? <FaultNotice error={find.error} /> : null}
      <div className="c-actions">
        <Button type="submit" tone="primary" disabled={find.isPending}>
          {said.find}
        </Button>
      </div>
    </form>
  );
}
