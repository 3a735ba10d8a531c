import { it, onTestFinished } from 'vitest';
import { describeRealS3, openRealS3, testUrl } from '../../../adapters/s3/test/real-server.js';
import { playNodes } from './play-nodes.js';

describeRealS3('the example on a real S3 server', () => {
  it('syncs two devices and a file that goes to the bucket and comes from it', async () => {
    const { prefix, close } = await openRealS3();
    onTestFinished(close);
    const url = new URL(testUrl);
    url.pathname = `/${prefix}`;
    await playNodes(url.href);
  }, 120_000);
});
