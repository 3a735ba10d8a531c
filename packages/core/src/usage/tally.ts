import { z } from 'zod';
import { createSketch, fromText, mergeSketch, type Sketch, toText } from './sketch.js';

export const amountNames = ['pushes', 'pulls', 'changes', 'dataBytes', 'blobBytes', 'requests', 'errors'] as const;
export type Amounts = Record<(typeof amountNames)[number], number>;

/** What is counted of one hour or day. */
export interface Tally {
  readonly amounts: Amounts;
  readonly devices: Sketch;
  /** The most streams that were open at once, by node. */
  readonly streams: Map<string, number>;
}

export const createTally = (): Tally => ({
  amounts: { pushes: 0, pulls: 0, changes: 0, dataBytes: 0, blobBytes: 0, requests: 0, errors: 0 },
  devices: createSketch(),
  streams: new Map(),
});

export const addAmounts = (into: Amounts, more: Partial<Amounts>): void => {
  for (const name of amountNames) into[name] += more[name] ?? 0;
};

export const raisePeak = (streams: Map<string, number>, node: string, open: number): void => {
  if (open > (streams.get(node) ?? 0)) streams.set(node, open);
};

export const mergeTally = (into: Tally, from: Tally): void => {
  addAmounts(into.amounts, from.amounts);
  mergeSketch(into.devices, from.devices);
  for (const [node, open] of from.streams) raisePeak(into.streams, node, open);
};

/** Nodes that are remembered in one tally; a process whose host gives it no name is another one after each start. */
const mostNodes = 50;

const largest = (streams: ReadonlyMap<string, number>) =>
  Object.fromEntries([...streams].sort(([, a], [, b]) => b - a).slice(0, mostNodes));

const count = z.number();

/** A tally as it is stored, with the moment at which its hour or day begins. */
export const pointSchema = z.object({
  at: z.number(),
  ...{
    pushes: count,
    pulls: count,
    changes: count,
    dataBytes: count,
    blobBytes: count,
    requests: count,
    errors: count,
  },
  devices: z.string(),
  streams: z.record(z.string(), count),
});
export type Point = z.infer<typeof pointSchema>;

export const toPoint = (at: number, { amounts, devices, streams }: Tally): Point => ({
  ...{ at, ...amounts, devices: toText(devices), streams: largest(streams) },
});

export const fromPoint = ({ at: _, devices, streams, ...amounts }: Point): Tally => ({
  amounts: { ...amounts },
  devices: fromText(devices),
  streams: new Map(Object.entries(streams)),
});
