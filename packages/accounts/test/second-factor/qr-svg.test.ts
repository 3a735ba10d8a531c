import { toQrSvg } from '@synckeep/accounts';
import { describe, expect, it } from 'vitest';

describe('a QR code', () => {
  it('is one SVG element with a name, without script, style or anything to be loaded', () => {
    const svg = toQrSvg('otpauth://totp/Synckeep:alice@example.com?secret=JBSWY3DPEHPK3PXP', 'QR code');
    expect(svg).toMatch(/^<svg [^>]*aria-label="QR code">.*<\/svg>$/s);
    expect(svg).not.toMatch(/<script|style=|href=|url\(/);
  });
});
