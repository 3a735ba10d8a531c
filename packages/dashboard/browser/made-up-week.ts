import type { BrowserContext } from 'playwright-core';

const hour = 3_600_000;

/**
 * A server that was just started has counted one hour. So that charts are looked at as people see them, the page is told
 * of more: busy days, quiet nights, a few errors.
 */
export const tellOfAWeek = async (context: BrowserContext): Promise<void> => {
  await context.route('**/api/admin/overview', async (route) => {
    const answer = await (await route.fetch()).json();
    const told = { users: 214, devices: 463, active_devices_24h: 187, changes: 96_412, streams: 38, errors_24h: 3 };
    await route.fulfill({ json: { ...answer, ...told, data_bytes: 352e6, blob_bytes: 1_240e6 } });
  });
  await context.route('**/api/admin/usage?*', async (route) => {
    const query = new URL(route.request().url()).searchParams;
    const step = query.get('step') === 'day' ? 24 * hour : hour;
    const from = Date.parse(query.get('from') ?? '');
    const points = [];
    for (let at = from - (from % step); at <= Date.parse(query.get('to') ?? ''); at += step) {
      const day = Math.floor(at / (24 * hour)) % 7;
      const busy =
        (0.25 + Math.max(0, Math.sin(((at / hour - 7) / 24) * 2 * Math.PI))) * (1 - 0.08 * day) * (step / hour);
      points.push({
        at: new Date(at).toISOString(),
        pushes: Math.round(busy * 160),
        pulls: Math.round(busy * 480),
        changes: Math.round(busy * 1200),
        data_bytes: Math.round(busy * 2.1e6),
        blob_bytes: Math.round(busy * busy * 7.3e6),
        active_devices: Math.round(14 + busy * 38),
        streams: Math.round(10 + busy * 12),
        requests: Math.round(busy * 900),
        errors: Math.sin((at / step) * 12.9898) > 0.97 ? 1 + ((at / step) % 3) : 0,
      });
    }
    await route.fulfill({ json: { points } });
  });
};
