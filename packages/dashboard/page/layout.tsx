import { type ReactNode, useEffect, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useSignOut } from './api/session.js';
import type { Session, SignedIn } from './api/wire.js';
import { Icon, type IconName } from './parts/icon.js';
import { Problem } from './parts/problem.js';

const places: readonly (readonly [to: string, name: string, icon: IconName, scope: string])[] = [
  ['/', 'Overview', 'overview', 'usage:read'],
  ['/apps', 'Apps', 'apps', 'apps:read'],
  ['/users', 'Users', 'users', 'users:read'],
  ['/memberships', 'Memberships', 'memberships', 'memberships:read'],
  ['/audit', 'Audit log', 'audit', 'audit:read'],
  ['/health', 'Health', 'health', 'server:read'],
  ['/settings', 'Settings', 'settings', ''],
];

const isAt = (path: string, to: string): boolean =>
  to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`);

interface LayoutProps {
  readonly session: Session;
  readonly administrator: SignedIn;
  readonly children: ReactNode;
}

export const Layout = ({ session, administrator, children }: LayoutProps) => {
  const [path] = useLocation();
  const [isOpen, setOpen] = useState(false);
  const signOut = useSignOut();
  // A host may let somebody see a part of it.
  const mayRead = (scope: string) => scope === '' || administrator.scopes.includes(scope);
  // Wherever somebody goes, the menu has done its work.
  useEffect(() => setOpen(false), [path]);
  return (
    <div className="frame">
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header className="bar">
        <div>
          <Link className="brand" to="/">
            <span className="mark" aria-hidden="true" />
            Synckeep
          </Link>
          <button
            type="button"
            className="menu quiet"
            aria-expanded={isOpen}
            aria-controls="menu"
            onClick={() => setOpen(!isOpen)}
          >
            <Icon name={isOpen ? 'close' : 'menu'} />
            Menu
          </button>
          <div id="menu" className={isOpen ? 'side open' : 'side'}>
            <nav aria-label="Main">
              <ul>
                {places
                  .filter(([, , , scope]) => mayRead(scope))
                  .map(([to, name, icon]) => (
                    <li key={to}>
                      <Link to={to} aria-current={isAt(path, to) ? 'page' : undefined}>
                        <Icon name={icon} />
                        {name}
                      </Link>
                    </li>
                  ))}
              </ul>
            </nav>
            <div className="who">
              <p>
                <span className="hint">Signed in as</span>
                <strong>{administrator.email ?? administrator.name}</strong>
              </p>
              {signOut.error ? <Problem error={signOut.error} /> : null}
              <button type="button" aria-disabled={signOut.isPending} onClick={() => signOut.mutate()}>
                Sign out
              </button>
              <p className="hint">Synckeep {session.version}</p>
            </div>
          </div>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
};
