/** What somebody wrote one a line, without empty lines and without what stands there twice. */
export const toLines = (text: string): string[] => [
  ...new Set(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean),
  ),
];
