import { expect, it } from 'vitest';
import { createClosing } from '../src/closing.js';

const open = () => {
  const closing = createClosing();
  const closed: string[] = [];
  const add = (name: string, error?: Error) =>
    closing.add({
      close: async () => {
        closed.push(name);
        if (error) throw error;
      },
    });
  return { closing, closed, add };
};

it('closes what was opened, the last one first, and each once', async () => {
  const { closing, closed, add } = open();
  for (const name of ['database', 'blobs', 'notifier']) add(name);
  await closing.close();
  await closing.close();
  expect(closed).toEqual(['notifier', 'blobs', 'database']);
});

it('closes the others when one does not, and says so at the end', async () => {
  const { closing, closed, add } = open();
  add('database', new Error('busy'));
  add('blobs');
  await expect(closing.close()).rejects.toThrow('busy');
  expect(closed).toEqual(['blobs', 'database']);
  add('database', new Error('busy'));
  add('blobs', new Error('gone'));
  await expect(closing.close()).rejects.toThrow(AggregateError);
});
