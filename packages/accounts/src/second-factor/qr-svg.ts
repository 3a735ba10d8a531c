import encodeQR from 'qr';

/** A QR code as an SVG element, black on white whatever is around it: not every phone reads it otherwise. */
export const toQrSvg = (text: string, label: string): string =>
  `<svg viewBox="0 0 100 100" role="img" aria-label="${label}"><rect width="100" height="100" fill="#fff"/>${encodeQR(text, 'svg', { border: 4 })}</svg>`;
