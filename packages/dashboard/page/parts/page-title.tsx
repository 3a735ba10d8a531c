import { type ReactNode, useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { Icon } from './icon.js';

interface PageTitleProps {
  readonly title: string;
  readonly about?: ReactNode;
  /** The list that the page belongs to. */
  readonly up?: { readonly to: string; readonly name: string };
  readonly children?: ReactNode;
}

/** Whether anything was shown before: a page that was just loaded is begun at its top by everybody. */
export const arrival = { isOver: false };

/** The heading of a page. Whoever navigates there with a keyboard or a screen reader begins at it. */
export const PageTitle = ({ title, about, up, children }: PageTitleProps) => {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Synckeep`;
  }, [title]);
  useEffect(() => {
    if (arrival.isOver) {
      window.scrollTo(0, 0);
      heading.current?.focus({ preventScroll: true });
    }
    arrival.isOver = true;
  }, []);
  return (
    <header className="page-title">
      <div>
        {up && (
          <Link className="up" to={up.to}>
            <Icon name="back" />
            {up.name}
          </Link>
        )}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {about && <div className="about">{about}</div>}
      </div>
      {children && <div className="actions">{children}</div>}
    </header>
  );
};
