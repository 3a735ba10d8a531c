import type { Observation } from '@synckeep/core';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What happened: pushes, pulls, streams, blobs, news. */
export const createTraffic = (registry: Registry): ((observation: Observation) => void) => {
  const registers = [registry];
  const pushes = new Counter({
    name: 'synckeep_pushes_total',
    help: 'Pushes that were accepted, by result: new, or replayed for a batch that was sent again.',
    labelNames: ['result'],
    registers,
  });
  const pushedChanges = new Counter({
    name: 'synckeep_pushed_changes_total',
    help: 'Changes that were accepted.',
    registers,
  });
  const pushedBytes = new Counter({
    name: 'synckeep_pushed_bytes_total',
    help: 'Bytes of the bodies that brought them.',
    registers,
  });
  const pulledChanges = new Counter({
    name: 'synckeep_pulled_changes_total',
    help: 'Changes that left in answers to pulls.',
    registers,
  });
  const streams = new Gauge({
    name: 'synckeep_open_streams',
    help: 'Streams of server-sent events that are open in this process.',
    registers,
  });
  const blobs = new Counter({
    name: 'synckeep_blobs_total',
    help: 'Blobs by direction: upload for those that were stored, download for URLs that were given out.',
    labelNames: ['direction'],
    registers,
  });
  const blobBytes = new Counter({
    name: 'synckeep_blob_bytes_total',
    help: 'Bytes of these blobs.',
    labelNames: ['direction'],
    registers,
  });
  const newsLag = new Histogram({
    name: 'synckeep_news_lag_seconds',
    help: 'Time from the sending of news until this process, which sent it, heard it itself.',
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers,
  });
  for (const result of ['new', 'replayed']) pushes.inc({ result }, 0);

  return (observation) => {
    switch (observation.kind) {
      case 'push':
        pushes.inc({ result: observation.replayed ? 'replayed' : 'new' });
        pushedChanges.inc(observation.changes);
        if (!observation.replayed) pushedBytes.inc(observation.bytes);
        break;
      case 'pull':
        pulledChanges.inc(observation.changes);
        break;
      case 'streams':
        streams.set(observation.open);
        break;
      case 'blob':
        blobs.inc({ direction: observation.direction });
        blobBytes.inc({ direction: observation.direction }, observation.bytes);
        break;
      case 'news':
        newsLag.observe(observation.seconds);
        break;
    }
  };
};
