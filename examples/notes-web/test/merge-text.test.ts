import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeText } from '../page/merge-text.js';

describe('mergeText', () => {
  it.each([
    ['nothing changed', 'a\nb', 'a\nb', 'a\nb', 'a\nb'],
    ['one side changed', 'a\nb', 'a\nb\nc', 'a\nb', 'a\nb\nc'],
    ['both made the same edit', 'a', 'a!', 'a!', 'a!'],
    ['edits at different lines', 'a\nb\nc', 'a1\nb\nc', 'a\nb\nc1', 'a1\nb\nc1'],
    ['one at the beginning, one at the end', 'milk', 'eggs\nmilk', 'milk\nbread', 'eggs\nmilk\nbread'],
    ['both changed the same line', 'a\nb\nc', 'a\nx\nc', 'a\ny\nc', 'a\nx\ny\nc'],
    ['both added at the same place', 'a', 'a\nx', 'a\ny', 'a\nx\ny'],
    ['one removed what the other changed', 'a\nb\nc', 'a\nc', 'a\nB\nc', 'a\nB\nc'],
  ])('%s', (_, base, mine, theirs, merged) => {
    expect(mergeText(base, mine, theirs)).toBe(merged);
    expect(mergeText(base, theirs, mine)).toBe(merged);
  });

  it('loses no line that either side added, whichever device merges', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd', ''), { maxLength: 6 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, text, (base, mine, theirs) => {
        const merged = mergeText(base, mine, theirs);
        expect(mergeText(base, theirs, mine)).toBe(merged);
        const known = new Set(base.split('\n'));
        const lines = merged.split('\n');
        for (const line of [...mine.split('\n'), ...theirs.split('\n')]) {
          if (!known.has(line)) expect(lines).toContain(line);
        }
      }),
    );
  });
});
