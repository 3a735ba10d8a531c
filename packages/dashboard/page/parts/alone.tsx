import { type ReactNode, useEffect } from 'react';
import { arrival } from './page-title.js';

/** A page before anybody is signed in: one card. */
export const Alone = ({
  title,
  about,
  children,
}: {
  readonly title: string;
  readonly about?: ReactNode;
  readonly children?: ReactNode;
}) => {
  useEffect(() => {
    document.title = `${title} · Synckeep`;
    arrival.isOver = true;
  }, [title]);
  return (
    <main className="alone">
      <div className="card">
        <span className="mark" aria-hidden="true" />
        <h1>{title}</h1>
        {about && <div className="about">{about}</div>}
        {children}
      </div>
    </main>
  );
};
