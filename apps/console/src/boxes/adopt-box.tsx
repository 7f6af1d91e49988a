import { TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { adoptAnswer, adoptionDone, offerOfCard, readClaimCard } from "@vestibule/sdk";
import { Button, KeyValues, Notice } from "@vestibule/ui";
import { type ReactElement, useState } from "react";
import { adoptBox, type BoxOffer, readOffers, registerBox } from "../api/buildings.ts";
import { useBuilding } from "../building/building-context.ts";
import { pageCrypto, readVersion } from "../policy/read-version.ts";
import { consoleQueries, offersQuery } from "../queries.ts";
import { useSetting, useWords } from "../setting.tsx";
import { FaultNotice } from "../shell/fault-notice.tsx";
import { refusalText } from "../words/faults.ts";
import { boxesWords } from "./boxes-words.ts";
import { CardScanner } from "./card-scanner.tsx";

/** A waiting box that proved to this page that it holds the card's secret. */
interface FoundBox {
  readonly offer: BoxOffer;
  readonly claim: Uint8Array;
}

/**
 * Adopts a box with the card from inside it. The secret stays in this page: the host carries MACs
 * only, and both the box's offer and its last word are checked here.
 */
export function AdoptBox(): ReactElement {
  const said = useWords(boxesWords);
  const { building } = useBuilding();
  const offers = useQuery(offersQuery(building.id));
  const [card, setCard] = useState("");
  const [isBad, setBad] = useState(false);
  const find = useMutation({
    mutationFn: async (claim: Uint8Array): Promise<FoundBox | null> => {
      const offer = offerOfCard(pageCrypto, claim, await readOffers());
      return offer === undefined ? null : { offer, claim };
    },
  });
  const search = (text: string) => {
    const claim = readClaimCard(text);
    setBad(claim === undefined);
    if (claim !== undefined) find.mutate(claim);
  };
  return (
    <section className="c-card" aria-label={said.adopt}>
      <h2>{said.adopt}</h2>
      <p>{said.how}</p>
      <p className="c-quiet" role="status">
        {offers.data === undefined ? "" : said.waiting(offers.data.length)}
      </p>
      {find.data === undefined || find.data === null ? (
        <form
          className="c-form"
          onSubmit={(event) => {
            event.preventDefault();
            search(card);
          }}
        >
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
          {find.isError ? <FaultNotice error={find.error} /> : null}
          <div className="c-actions">
            <Button type="submit" tone="primary" disabled={find.isPending}>
              {said.find}
            </Button>
          </div>
        </form>
      ) : (
        <Adoption
          found={find.data}
          onAgain={() => {
            setCard("");
            find.reset();
          }}
        />
      )}
    </section>
  );
}

interface AdoptionProps {
  readonly found: FoundBox;
  readonly onAgain: () => void;
}

type Ended =
  | { readonly kind: "done" }
  | { readonly kind: "wrong" }
  | { readonly kind: "refused"; readonly code: string };

function Adoption({ found, onAgain }: AdoptionProps): ReactElement {
  const said = useWords(boxesWords);
  const { locale } = useSetting();
  const { building } = useBuilding();
  const { offer } = found;
  const inForce = building.policy === undefined ? undefined : readVersion(building.policy);
  const isNamed = inForce?.policy.entrances.some(
    ({ ctl, seal }) => ctl === offer.ctl && seal === offer.seal,
  );
  const adopt = useMutation({
    mutationFn: async (): Promise<Ended> => {
      if (inForce === undefined) return { kind: "wrong" };
      const about = { offer, bld: inForce.bld, policy: inForce.hash };
      await registerBox(building.id, { ctl: offer.ctl });
      const answer = await adoptBox(building.id, adoptAnswer(pageCrypto, found.claim, about));
      if (answer.code !== undefined) return { kind: "refused", code: answer.code };
      const isDone =
        answer.mac !== undefined &&
        adoptionDone(pageCrypto, found.claim, { ...about, mac: answer.mac });
      return { kind: isDone ? "done" : "wrong" };
    },
    onSettled: () => {
      void consoleQueries.invalidateQueries({ queryKey: ["boxes", building.id] });
      void consoleQueries.invalidateQueries({ queryKey: ["building", building.id] });
    },
  });
  const keys = `${offer.ctl}\n${offer.seal}`;
  return (
    <>
      <Notice tone="confirmed" title={said.found} live>
        <p>{said.foundWhy}</p>
      </Notice>
      <KeyValues
        items={[
          { key: said.key, value: <span className="c-mono">{offer.ctl}</span> },
          { key: said.seal, value: <span className="c-mono">{offer.seal}</span> },
        ]}
      />
      {adopt.isError ? <FaultNotice error={adopt.error} /> : null}
      {adopt.data?.kind === "refused" ? (
        <Notice tone="refused" title={said.refused} live>
          <p>{refusalText(adopt.data.code, locale) ?? adopt.data.code}</p>
        </Notice>
      ) : null}
      {adopt.data?.kind === "wrong" ? (
        <Notice tone="refused" title={said.wrong} live>
          <p>{said.wrongWhy}</p>
        </Notice>
      ) : null}
      {adopt.data?.kind === "done" ? (
        <Notice tone="confirmed" title={said.done} live>
          <p>{said.doneWhy}</p>
        </Notice>
      ) : null}
      {isNamed === true ? null : (
        <Notice tone="info" title={inForce === undefined ? said.noPolicy : said.unnamed}>
          <p>{said.unnamedWhy}</p>
        </Notice>
      )}
      <div className="c-actions">
        {isNamed === true && adopt.data?.kind !== "done" ? (
          <Button tone="primary" disabled={adopt.isPending} onClick={() => adopt.mutate()}>
            {adopt.isPending ? said.busy : said.do}
          </Button>
        ) : null}
        {isNamed === true ? null : (
          <Button onClick={() => void navigator.clipboard.writeText(keys).catch(() => undefined)}>
            {said.copyKeys}
          </Button>
        )}
        <Button onClick={onAgain}>{said.another}</Button>
      </div>
    </>
  );
}
