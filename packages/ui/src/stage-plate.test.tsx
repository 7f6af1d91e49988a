import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { StagePlate } from "./stage-plate.tsx";

const refused = {
  kind: "refused",
  at: "authorized",
  sentence: "The building admits UPS from 07:00 to 21:00; it is 21:14.",
} as const;

describe("the stage plate", () => {
  it("says each stage and its state in words, not by colour alone", () => {
    const html = renderToStaticMarkup(<StagePlate progress={refused} locale="en" />);
    expect(html).toContain('Authenticated<span class="v-unseen">: done');
    expect(html).toContain('Authorized<span class="v-unseen">: stopped here');
    expect(html).toContain('Confirmed<span class="v-unseen">: not yet');
  });

  it("turns the stud that refused into a square, and puts its sentence beside it", () => {
    const html = renderToStaticMarkup(<StagePlate progress={refused} locale="en" />);
    expect(html.match(/v-stud__brick/g)).toHaveLength(1);
    expect(html).toContain(refused.sentence);
  });

  it("says that a door without sensing cannot confirm, in both languages", () => {
    const plate = { progress: { kind: "unconfirmed" }, size: "small" } as const;
    expect(renderToStaticMarkup(<StagePlate {...plate} locale="en" />)).toContain(
      "Released; this door cannot confirm.",
    );
    expect(renderToStaticMarkup(<StagePlate {...plate} locale="es" />)).toContain(
      "Liberada; esta puerta no puede confirmarlo.",
    );
  });

  it("opens a stud to its check only in the vertical form", () => {
    const details = { authorized: <p>Policy, version 3</p> };
    const plate = { progress: refused, locale: "en", details } as const;
    expect(renderToStaticMarkup(<StagePlate {...plate} size="vertical" />)).toContain(
      "Policy, version 3",
    );
    expect(renderToStaticMarkup(<StagePlate {...plate} size="large" />)).not.toContain("Policy");
  });
});
