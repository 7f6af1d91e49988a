import { TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { isTimeZone } from "@vestibule/core";
import { Button } from "@vestibule/ui";
import { type ReactElement, useId, useState } from "react";
import { addBuilding } from "../api/buildings.ts";
import { useOrganization } from "../organization.tsx";
import { consoleQueries } from "../queries.ts";
import { useWords } from "../setting.tsx";
import { FaultNotice } from "../shell/fault-notice.tsx";
import { PageHead } from "../shell/parts.tsx";
import { commonWords } from "../words/shared-words.ts";
import { portfolioWords } from "./portfolio-words.ts";

/** Claims a building for the organization in view. */
export function NewBuildingPage(): ReactElement {
  const said = useWords(portfolioWords).form;
  const common = useWords(commonWords);
  const { organization } = useOrganization();
  const navigate = useNavigate();
  const zones = useId();
  const [name, setName] = useState("");
  const [address, setAddress] = useState("");
  const [tz, setTz] = useState(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [wasTried, setTried] = useState(false);
  const add = useMutation({
    mutationFn: addBuilding,
    onSuccess: async (id) => {
      await consoleQueries.invalidateQueries({ queryKey: ["buildings"] });
      await navigate({
        to: "/buildings/$buildingId/places",
        params: { buildingId: id },
        search: {},
      });
    },
  });
  const submit = () => {
    setTried(true);
    const isComplete = name.trim() !== "" && address.trim() !== "" && isTimeZone(tz);
    if (!isComplete || organization === undefined) return;
    add.mutate({
      organizationId: organization.id,
      name: name.trim(),
      address: address.trim(),
      tz,
    });
  };
  const missing = (value: string) => (wasTried && value.trim() === "" ? said.missing : null);
  return (
    <div className="c-page">
      <PageHead title={said.title} under={organization?.name} />
      <form
        className="c-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TextInput
          label={said.name}
          description={said.nameWhy}
          value={name}
          maxLength={100}
          error={missing(name)}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={said.address}
          description={said.addressWhy}
          value={address}
          maxLength={200}
          error={missing(address)}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        <TextInput
          label={said.tz}
          description={said.tzWhy}
          value={tz}
          list={zones}
          error={wasTried && !isTimeZone(tz) ? said.badZone : null}
          onChange={(event) => setTz(event.currentTarget.value)}
        />
        <datalist id={zones}>
          {Intl.supportedValuesOf("timeZone").map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
        <p className="c-quiet">{said.claimed}</p>
        {add.isError ? <FaultNotice error={add.error} /> : null}
        <div className="c-actions">
          <Button type="submit" tone="primary" disabled={add.isPending}>
            {add.isPending ? said.busy : said.do}
          </Button>
          <Link to="/" search={{}} className="c-link-button">
            {common.cancel}
          </Link>
        </div>
      </form>
    </div>
  );
}
