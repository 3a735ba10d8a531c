import { createBrowserSessions } from '../pages/browser-sessions.js';
import type { PageRoute } from '../pages/page-request.js';
import { answerRoutes, type PageSection } from '../pages/page-section.js';
import type { Place } from '../pages/place.js';
import { createConfirmRoutes } from './confirm.js';
import { createContext, type SelfServiceOptions } from './context.js';
import { createDataRoutes } from './data.js';
import { createEmailRoutes } from './email.js';
import { createForgottenRoutes } from './forgotten.js';
import { createOverviewRoutes } from './overview.js';
import { createPasswordRoutes } from './password.js';
import { createRegisterRoutes } from './register.js';
import { createSecondFactorRoutes } from './second-factor.js';
import { createSignInRoutes } from './sign-in.js';

/**
 * The pages on which users look after their accounts, a section for `createPages` at `/account`: signing in,
 * registration, forgotten passwords, password, e-mail address, second factor, devices, signed-in apps, export, erase.
 */
export const createSelfService = (options: SelfServiceOptions): PageSection => {
  const browserSessions = createBrowserSessions(options.accounts.parts);
  const routesByPlace = new Map<string, readonly PageRoute[]>();

  const routesAt = (place: Place): readonly PageRoute[] => {
    const url = place.origin + place.base;
    const known = routesByPlace.get(url);
    if (known) return known;
    const context = createContext(options, browserSessions, place);
    const routes = [
      createSignInRoutes,
      createOverviewRoutes,
      createPasswordRoutes,
      createEmailRoutes,
      createSecondFactorRoutes,
      createDataRoutes,
      createForgottenRoutes,
      createRegisterRoutes,
      createConfirmRoutes,
    ].flatMap((create) => create(context));
    routesByPlace.set(url, routes);
    return routes;
  };

  return {
    paths: ['/account'],
    answer: (call, place) => answerRoutes(routesAt(place), call, place),
  };
};
