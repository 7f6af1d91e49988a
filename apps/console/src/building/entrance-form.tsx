import { NativeSelect, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Button } from "@vestibule/ui";
import { type ReactElement, useState } from "react";
import { addEntrance } from "../api/buildings.ts";
import { consoleQueries } from "../queries.ts";
import { useWords } from "../setting.tsx";
import { FaultNotice } from "../shell/fault-notice.tsx";
import { commonWords } from "../words/shared-words.ts";
import { placesWords } from "./places-words.ts";

const entPattern = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;

/** A short name made of a label: "Back gate" becomes `back-gate`. */
export function entOf(label: string): string {
  return label
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 32)
    .replace(/^-+|-+$/g, "");
}

/** Names one more entrance. */
export function EntranceForm({ buildingId }: { readonly buildingId: string }): ReactElement {
  const said = useWords(placesWords);
  const kinds = useWords(commonWords).kinds;
  const [label, setLabel] = useState("");
  const [kind, setKind] = useState("street");
  const [ownEnt, setOwnEnt] = useState<string>();
  const [wasTried, setTried] = useState(false);
  const ent = ownEnt ?? entOf(label);
  const add = useMutation({
    mutationFn: () => addEntrance(buildingId, { ent, kind, label: label.trim() }),
    onSuccess: async () => {
      setLabel("");
      setOwnEnt(undefined);
      setTried(false);
      await consoleQueries.invalidateQueries({ queryKey: ["building", buildingId] });
    },
  });
  return (
    <form
      className="c-card c-inline-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (label.trim() !== "" && entPattern.test(ent)) add.mutate();
      }}
    >
      <h3>{said.addEntrance}</h3>
      <div className="c-inline-form__fields">
        <TextInput
          label={said.label}
          description={said.labelWhy}
          value={label}
          maxLength={100}
          error={wasTried && label.trim() === "" ? said.missing : null}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        <TextInput
          label={said.ent}
          description={said.entWhy}
          value={ent}
          maxLength={32}
          error={wasTried && !entPattern.test(ent) ? said.badEnt : null}
          onChange={(event) => setOwnEnt(event.currentTarget.value)}
        />
        <NativeSelect
          label={said.kind}
          value={kind}
          data={Object.entries(kinds).map(([value, name]) => ({ value, label: name }))}
          onChange={(event) => setKind(event.currentTarget.value)}
        />
      </div>
      {add.isError ? <FaultNotice error={add.error} /> : null}
      <div className="c-actions">
        <Button type="submit" tone="primary" disabled={add.isPending}>
          {said.addEntrance}
        </Button>
      </div>
    </form>
  );
}
