import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createMetrics } from '../src/index.js';

const target = z.object({ expr: z.string(), legendFormat: z.string() });
const panel = z.object({
  id: z.number(),
  title: z.string(),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: target.array().optional(),
});
const dashboard = z
  .object({ panels: panel.array() })
  .parse(JSON.parse(readFileSync(new URL('../../../docs/grafana-dashboard.json', import.meta.url), 'utf8')));
const targets = dashboard.panels.flatMap((each) => each.targets ?? []);

/** Series names of a registry: a histogram has three. */
const exported = async (): Promise<ReadonlyMap<string, readonly string[]>> => {
  const { registry } = createMetrics();
  const kinds = (await registry.getMetricsAsJSON()).map(({ name, type }) => [name, String(type)] as const);
  const labels = new Map<string, readonly string[]>();
  for (const [name, type] of kinds) {
    const metric = registry.getSingleMetric(name);
    const own = metric && 'labelNames' in metric && Array.isArray(metric.labelNames) ? metric.labelNames : [];
    const series = type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
    for (const each of series) labels.set(each, own.map(String));
  }
  return labels;
};

describe('the dashboard for Grafana', () => {
  it('asks only for metrics that are exported, by labels that they have', async () => {
    const labelsByName = await exported();
    expect(targets.length).toBeGreaterThan(20);
    for (const { expr, legendFormat } of targets) {
      const names = expr.match(/\b(?:synckeep|process|nodejs)_[a-z0-9_]+/g) ?? [];
      expect({ expr, names: names.length > 0 }).toEqual({ expr, names: true });
      const known = new Set(['instance', 'le']);
      for (const name of names) {
        expect([...labelsByName.keys()]).toContain(name);
        for (const label of labelsByName.get(name) ?? []) known.add(label);
      }
      const used = [
        ...[...expr.matchAll(/[{,](\w+)[=!]/g)].map(([, label]) => label),
        ...[...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(', ')),
        ...[...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label),
      ];
      for (const label of used)
        expect({ expr, label, known: known.has(label ?? '') }).toEqual({ expr, label, known: true });
    }
  });

  it('shows every metric of the server', async () => {
    const all = targets.map(({ expr }) => expr).join('\n');
    const names = [...(await exported()).keys()].filter((name) => name.startsWith('synckeep_'));
    const bases = new Set(names.map((name) => name.replace(/_(?:bucket|sum|count)$/, '')));
    for (const base of bases) expect(all).toContain(base);
  });

  it('has panels with ids of their own that do not lie over each other', () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const overlaps = panels.flatMap((a, i) =>
      panels.slice(i + 1).filter((b) => {
        const [p, q] = [a.gridPos, b.gridPos];
        return p.x < q.x + q.w && q.x < p.x + p.w && p.y < q.y + q.h && q.y < p.y + p.h;
      }),
    );
    expect(overlaps).toEqual([]);
  });
});
