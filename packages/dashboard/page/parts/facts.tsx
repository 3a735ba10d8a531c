import type { ReactNode } from 'react';

export type Fact = readonly [name: string, value: ReactNode];

/** Names and values, beside each other where there is room. */
export const Facts = ({ facts, look = 'facts' }: { readonly facts: readonly Fact[]; readonly look?: string }) => (
  <dl className={look}>
    {facts.map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);

export const Badge = ({
  tone = 'plain',
  children,
}: {
  readonly tone?: 'plain' | 'good' | 'warn' | 'bad';
  readonly children: ReactNode;
}) => <span className={`badge ${tone}`}>{children}</span>;
