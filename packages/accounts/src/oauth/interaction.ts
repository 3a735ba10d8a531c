import type { App, Found } from '@synckeep/core';
import type { Provider } from 'oidc-provider';
import { z } from 'zod';
import type { AccountParts } from '../create-accounts.js';
import type { PageRequest } from '../pages/page-request.js';
import { cookieNames } from './names.js';

type Stored = InstanceType<Provider['Interaction']>;

/** What of the request of the app matters here. The library has checked it. */
const paramsSchema = z.object({
  client_id: z.string(),
  redirect_uri: z.string(),
  scope: z.string().default(''),
  prompt: z.string().default(''),
  key: z.string().nullable().default(null),
});

const stepSchema = z.object({
  /** The user whose password was right and whose code is still to come, and the generation of that user's tokens then. */
  waiting: z.string().optional(),
  generation: z.number().optional(),
  remember: z.boolean().default(false),
  /** Somebody wants to be another user than the one that the browser is signed in as. */
  isSwitching: z.boolean().default(false),
});

export type Step = z.infer<typeof stepSchema>;

/** One request of an app on its way through the pages. */
export interface Interaction {
  readonly stored: Stored;
  readonly request: PageRequest;
  readonly app: Found<App>;
  readonly redirect: string;
  /** Passed through into the tokens. */
  readonly key: string | null;
  readonly isRefreshable: boolean;
  /** Whoever is signed in already must prove it again. */
  readonly isLoginForced: boolean;
  readonly step: Step;
}

/** null when it is over, or begun in another browser. */
export const findInteraction = async (
  provider: Provider,
  { appRecords }: Pick<AccountParts, 'appRecords'>,
  request: PageRequest,
  uid: string,
): Promise<Interaction | null> => {
  if (request.cookies.get(cookieNames.interaction) !== uid) return null;
  const stored = await provider.Interaction.find(uid);
  const params = paramsSchema.safeParse(stored?.params);
  if (!stored || !params.success) return null;
  const app = await appRecords.get(params.data.client_id);
  if (app === null) return null;
  const { redirect_uri: redirect, scope, prompt, key } = params.data;
  return {
    stored,
    request,
    app,
    redirect,
    key,
    isRefreshable: scope.split(' ').includes('offline_access'),
    isLoginForced: prompt.split(' ').includes('login'),
    step: stepSchema.parse(stored.result ?? {}),
  };
};

/** Keeps how far somebody has come, without going on. */
export const keepStep = async ({ stored }: Interaction, step: Partial<Step>): Promise<void> => {
  stored.result = { ...step };
  await stored.persist();
};
