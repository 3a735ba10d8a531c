import {
  type AppendResult,
  isPresentedPlace,
  type LogHead,
  type LogQuery,
  type PastKey,
  type StoredChange,
} from '@synckeep/core';
import { noEpoch, type Place } from '@synckeep/protocol';

export interface ModelRow extends StoredChange {
  readonly tag: number;
  readonly isUnreadable: boolean;
  /** What a running rotation has replaced. */
  readonly replaced: { readonly data: string | null; readonly keyVersion: number | null } | null;
}

/**
 * A log as the doc comments of the ports describe it, without a thought for speed: plain values, never changed in
 * place. Written apart from the memory adapter, so that a misunderstanding in one is found by the other.
 */
export interface LogModel {
  readonly epoch: string;
  readonly endedByReset: readonly string[];
  /** The row at index i has position i + 1. */
  readonly rows: readonly ModelRow[];
  /** By device: the places that may be remembered as the last one presented. Several, because the memory may lag. */
  readonly presented: Readonly<Record<string, readonly (Place | null)[]>>;
  /** First answers, by device and batch id. */
  readonly batches: Readonly<Record<string, AppendResult>>;
  readonly envelope: string | null;
  readonly keyVersion: number;
  readonly lastVersion: number;
  readonly rotation: { readonly envelope: string; readonly target: number } | null;
  readonly wasRotated: boolean;
  readonly history: readonly PastKey[];
}

export const createModel = (epoch: string, devices: readonly string[]): LogModel => ({
  epoch,
  endedByReset: [],
  rows: [],
  presented: Object.fromEntries(devices.map((device) => [device, [null]])),
  batches: {},
  envelope: null,
  keyVersion: 0,
  lastVersion: 0,
  rotation: null,
  wasRotated: false,
  history: [],
});

export const bytesOf = (data: string | null): number => (data === null ? 0 : new TextEncoder().encode(data).length);

export const bytesUsed = ({ rows }: LogModel): number => rows.reduce((sum, { data }) => sum + bytesOf(data), 0);

export const headOf = ({ epoch, rows }: LogModel): LogHead => ({
  epoch,
  position: rows.length,
  tag: rows.at(-1)?.tag ?? 0,
  floor: 0,
});

/** Whether the row is still to be rotated to `target`. */
export const isOpen = ({ data, keyVersion, isUnreadable }: ModelRow, target: number): boolean =>
  data !== null && keyVersion !== target && !isUnreadable;

export const remaining = ({ rows }: LogModel, target: number): number =>
  rows.filter((row) => isOpen(row, target)).length;

export type Located = { readonly start: Place | null } | { readonly expired: readonly string[] };

/**
 * Where a read begins for one of the places that may have been presented: null is the start. An integer cursor without
 * any presented place has no epoch, and may be told as either reason.
 */
export const locate = (model: LogModel, presented: Place | null, after: LogQuery['after']): Located => {
  if (after === null || after === 0) return { start: null };
  if (typeof after === 'number' && presented === null) return { expired: ['restored', 'reset'] };
  const place =
    typeof after === 'number'
      ? presented && { ...presented, position: after, tag: 0 }
      : isPresentedPlace(after)
        ? presented
        : after;
  if (place === null || (place.epoch === noEpoch && place.position === 0)) return { start: null };
  if (place.epoch !== model.epoch) {
    return { expired: [model.endedByReset.includes(place.epoch) ? 'reset' : 'restored'] };
  }
  if (place.position > model.rows.length) return { expired: ['restored'] };
  const tag = model.rows[place.position - 1]?.tag ?? 0;
  if (tag !== 0 && place.tag !== 0 && tag !== place.tag) return { expired: ['restored'] };
  return { start: place };
};
