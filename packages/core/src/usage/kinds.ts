import { z } from 'zod';
import { defineKind } from '../records/collection.js';
import { pointSchema } from './tally.js';

export const steps = ['hour', 'day'] as const;
export type Step = (typeof steps)[number];

export const lengthOf: Readonly<Record<Step, number>> = { hour: 3_600_000, day: 86_400_000 };

/** When the hour or day begins that a moment is in. In UTC. */
export const beginOf = (step: Step, moment: number): number => moment - (moment % lengthOf[step]);

const day = lengthOf.day;

/** Milliseconds that a row of the server or of an app is kept. */
export const keptFor: Readonly<Record<Step, number>> = { hour: 31 * day, day: 400 * day };

/** How many points the one row of a user in an app holds, so that it stays small. */
export const keptOfUser: Readonly<Record<Step, number>> = { hour: 48, day: 31 };

/**
 * One hour or day of the whole server (`appId` is null) or of an app. Keys sort by step, then time. Indexes: `series`
 * (see `toSeries`), `app`.
 */
export const usageKind = defineKind({
  name: 'usage',
  schema: z.object({ step: z.enum(steps), appId: z.string().nullable(), point: pointSchema }),
  indexes: ({ step, appId }) => ({ series: [toSeries(step, appId)], app: appId === null ? [] : [appId] }),
});

export const toSeries = (step: Step, appId: string | null): string => `${step}/${appId ?? ''}`;

export const toUsageKey = (step: Step, at: number, appId: string | null): string =>
  `${step}/${String(at).padStart(14, '0')}/${appId ?? ''}`;

/** The latest hours and days of a user in an app, by `appId/userId`. Indexes: `app`, `user`, `full` ("" for those that are). */
export const userUsageKind = defineKind({
  name: 'usage-user',
  schema: z.object({
    appId: z.string(),
    userId: z.string(),
    hour: pointSchema.array(),
    day: pointSchema.array(),
    /** Whether the user has stored nine tenths of what is allowed. */
    isNearlyFull: z.boolean(),
  }),
  indexes: ({ appId, userId, isNearlyFull }) => ({ app: [appId], user: [userId], full: isNearlyFull ? [''] : [] }),
});
