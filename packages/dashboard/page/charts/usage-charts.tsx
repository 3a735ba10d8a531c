import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { request } from '../api/request.js';
import type { UsagePoint } from '../api/wire.js';
import { Problem } from '../parts/problem.js';
import { Loading } from '../parts/rows.js';
import { formatBytes, formatCompact, formatNumber } from '../text/format.js';
import { Chart } from './chart.js';
import { type Step, startOf, toSlots } from './slots.js';

const hour = 3_600_000;

const ranges: Readonly<Record<string, { readonly name: string; readonly hours: number; readonly step: Step }>> = {
  day: { name: '24 hours', hours: 24, step: 'hour' },
  week: { name: '7 days', hours: 7 * 24, step: 'hour' },
  month: { name: '30 days', hours: 30 * 24, step: 'day' },
  quarter: { name: '90 days', hours: 90 * 24, step: 'day' },
};

/** What pushes and uploads added; nothing is counted off when something is removed. */
const toStored = ({ data_bytes, blob_bytes }: UsagePoint): number => data_bytes + blob_bytes;

const sum = (points: readonly UsagePoint[], pick: (point: UsagePoint) => number): number =>
  points.reduce((total, point) => total + pick(point), 0);

/** Pushes, devices, storage and errors over time: of the server, of an app, or of one user in it. */
export const UsageCharts = ({ of = {} }: { readonly of?: Readonly<Record<string, string>> }) => {
  const id = useId();
  const [name, setName] = useState('week');
  const { hours, step } = ranges[name] ?? { hours: 24, step: 'hour' };
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['listUsage', of, name],
    queryFn: async ({ signal }) => {
      const to = Date.now();
      const from = startOf(to - (hours - 1) * hour, step);
      const query = { ...of, from: new Date(from).toISOString(), to: new Date(to).toISOString(), step };
      const { points } = await request('listUsage', { query, signal });
      return { range: { from, to, step }, points };
    },
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
  });
  const choice = (
    <fieldset className="choice">
      <legend className="only-heard">How much time the charts show</legend>
      {Object.entries(ranges).map(([value, range]) => (
        <label key={value}>
          <input type="radio" name={id} value={value} checked={value === name} onChange={() => setName(value)} />
          <span>{range.name}</span>
        </label>
      ))}
    </fieldset>
  );
  if (!data) return error ? <Problem error={error} onRetry={() => refetch()} /> : <Loading />;

  const { points, range } = data;
  const common = { step: range.step };

  const pushes = sum(points, (point) => point.pushes);
  const errors = sum(points, (point) => point.errors);
  const devices = toSlots(points, range, (point) => point.active_devices);
  const stored = sum(points, toStored);
  return (
    <>
      {choice}
      <div className="charts" aria-busy={isPlaceholderData}>
        <Chart
          {...common}
          title="Pushes"
          shape="bars"
          slots={toSlots(points, range, (point) => point.pushes)}
          format={formatCompact}
          headline={[formatNumber(pushes), 'altogether']}
        />
        <Chart
          {...common}
          title="Active devices"
          shape="line"
          slots={devices}
          format={formatCompact}
          headline={[formatNumber(Math.max(0, ...devices.map(({ value }) => value))), `at most in one ${range.step}`]}
        />
        <Chart
          {...common}
          title="Storage"
          shape="bars"
          isBytes
          slots={toSlots(points, range, toStored)}
          format={formatBytes}
          headline={[formatBytes(stored), 'added']}
        />
        <Chart
          {...common}
          title="Errors"
          shape="bars"
          tone="bad"
          slots={toSlots(points, range, (point) => point.errors)}
          format={formatCompact}
          headline={[formatNumber(errors), errors === 0 ? 'nothing failed' : 'altogether']}
        />
      </div>
    </>
  );
};
