import { useQuery } from "@tanstack/react-query";
import type { AdmittedCarrier } from "@vestibule/core";
import { Button } from "@vestibule/ui";
import { type ReactElement, useState } from "react";
import { partiesQuery } from "../queries.ts";
import { useWords } from "../setting.tsx";
import { FaultNotice } from "../shell/fault-notice.tsx";
import { usualRule } from "./draft.ts";
import { editWords } from "./edit-words.ts";

interface AdmitFormProps {
  readonly carriers: readonly AdmittedCarrier[];
  readonly entrances: readonly { readonly ent: string }[];
  readonly tz: string;
  readonly onAdmit: (carrier: AdmittedCarrier) => void;
}

/** Admits one more of the carriers that this host knows; who clears its drivers is chosen with it. */
export function AdmitForm({ carriers, entrances, tz, onAdmit }: AdmitFormProps): ReactElement {
  const said = useWords(editWords);
  const known = useQuery(partiesQuery("carriers"));
  const vetters = useQuery(partiesQuery("vetters"));
  const [root, setRoot] = useState("");
  const [vetterRoot, setVetterRoot] = useState("");
  const admitted = new Set(carriers.map((carrier) => carrier.root));
  const others = known.data?.filter((party) => !admitted.has(party.root)) ?? [];
  const carrier = others.find((party) => party.root === root);
  const vetter = vetters.data?.find((party) => party.root === vetterRoot);
  const admit = () => {
    if (carrier === undefined || vetter === undefined) return;
    onAdmit({
      root: carrier.root,
      domain: carrier.domain,
      clearance: [{ root: vetter.root, domain: vetter.domain }],
      purposes: ["deliver"],
      ents: entrances.map(({ ent }) => ent),
      schedule: [usualRule],
      holidays: [],
      tz,
      cap: 60,
    });
    setRoot("");
  };
  if (known.isError || vetters.isError) return <FaultNotice error={known.error ?? vetters.error} />;
  if (known.isSuccess && others.length === 0) return <p className="c-quiet">{said.noParty}</p>;
  return (
    <fieldset className="c-choices c-says">
      <legend className="v-unseen">{said.addCarrier}</legend>
      <select value={root} aria-label={said.choose} onChange={(e) => setRoot(e.target.value)}>
        <option value="">{said.choose}</option>
        {others.map((party) => (
          <option key={party.root} value={party.root}>
            {partyLabel(party)}
          </option>
        ))}
      </select>
      <span>{said.vetter}</span>
      <select
        value={vetterRoot}
        aria-label={said.chooseVetter}
        onChange={(event) => setVetterRoot(event.target.value)}
      >
        <option value="">{said.chooseVetter}</option>
        {vetters.data?.map((party) => (
          <option key={party.root} value={party.root}>
            {partyLabel(party)}
          </option>
        ))}
      </select>
      <Button
        disabled={carrier === undefined || vetter === undefined || entrances.length === 0}
        onClick={admit}
      >
        {said.admit}
      </Button>
    </fieldset>
  );
}

/** A party by name and domain; the domain once where it has no other name. */
function partyLabel({ name, domain }: { readonly name: string; readonly domain: string }): string {
  return name === domain ? domain : `${name} (${domain})`;
}
