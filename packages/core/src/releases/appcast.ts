import { type Artifact, confirmedArtifactOf, type Release, signatureOf, stableChannel } from './release.js';

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text and attributes of XML 1.0, which cannot say most control characters at all. */
const toXml = (value: string): string =>
  value
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"']/g, (character) => escapes[character] ?? character);

/** Ed25519 as base64, which is what Sparkle verifies; a signature of another tool would only confuse it. */
const isEd25519 = (signature: string): boolean => /^[A-Za-z0-9+/]{86}==$/.test(signature);

const toItem = (release: Release, artifact: Artifact, url: string): readonly string[] => {
  const signature = signatureOf(release, artifact);
  const { version, channel, minimumVersion, notes } = release;
  const date = new Date(release.publishedAt ?? release.createdAt).toUTCString();
  return [
    '    <item>',
    `      <title>${toXml(version)}</title>`,
    `      <pubDate>${date}</pubDate>`,
    `      <sparkle:version>${toXml(version)}</sparkle:version>`,
    `      <sparkle:shortVersionString>${toXml(version)}</sparkle:shortVersionString>`,
    ...(channel === stableChannel ? [] : [`      <sparkle:channel>${toXml(channel)}</sparkle:channel>`]),
    ...(minimumVersion === null
      ? []
      : [`      <sparkle:minimumUpdateVersion>${toXml(minimumVersion)}</sparkle:minimumUpdateVersion>`]),
    ...(notes === '' ? [] : [`      <description sparkle:format="plain-text">${toXml(notes)}</description>`]),
    `      <enclosure url="${toXml(url)}" length="${artifact.sizeBytes}" type="application/octet-stream"${
      isEd25519(signature) ? ` sparkle:edSignature="${signature}"` : ''
    }/>`,
    '    </item>',
  ];
};

/** The releases for one arch of macOS, newest first, as an appcast of Sparkle 2 (P-150). */
export const toAppcast = (
  published: readonly Release[],
  title: string,
  arch: Artifact['arch'],
  toUrl: (release: Release, artifact: Artifact) => string,
): string => {
  const items = published.flatMap((release) => {
    const artifact = confirmedArtifactOf(release, { target: 'darwin', arch });
    return artifact ? toItem(release, artifact, toUrl(release, artifact)) : [];
  });
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<rss version="2.0" xmlns:sparkle="http://www.andymatuschak.org/xml-namespaces/sparkle">',
    '  <channel>',
    `    <title>${toXml(title)}</title>`,
    ...items,
    '  </channel>',
    '</rss>',
    '',
  ].join('\n');
};
