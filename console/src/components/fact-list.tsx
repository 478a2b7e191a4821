import { Fragment, type ReactNode } from "react";

/** Facts as name and value; those that are null are left out. */
export function FactList({ facts }: { facts: (readonly [name: string, value: ReactNode | null])[] }) {
  return (
    <dl className="fact-list">
      {facts
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
    </dl>
  );
}
