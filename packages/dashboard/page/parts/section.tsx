import { type ReactNode, useId } from 'react';

interface SectionProps {
  readonly title: string;
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  readonly tone?: 'danger';
  readonly children?: ReactNode;
}

export const Section = ({ title, about, actions, tone, children }: SectionProps) => {
  const id = useId();
  return (
    <section className={tone ? `section ${tone}` : 'section'} aria-labelledby={id}>
      <header>
        <div>
          <h2 id={id}>{title}</h2>
          {about && <p className="hint">{about}</p>}
        </div>
        {actions && <div className="actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
};
