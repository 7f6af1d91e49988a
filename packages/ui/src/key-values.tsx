import type { ReactElement, ReactNode } from "react";
import "./key-values.css";

export interface KeyValue {
  readonly key: string;
  readonly value: ReactNode;
}

/** Facts as a list of names and values; two columns where there is room for them. */
export function KeyValues({ items }: { readonly items: readonly KeyValue[] }): ReactElement {
  return (
    <dl className="v-facts">
      {items.map((item) => (
        <div key={item.key} className="v-facts__row">
          <dt>{item.key}</dt>
          <dd>{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}
