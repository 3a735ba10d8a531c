import { describe, expect, it } from 'vitest';
import { toLoggedError } from '../src/logged-error.js';

describe('an error in the log', () => {
  it('has its type, message, code, stack and causes, and nothing else that a driver put into it', () => {
    const cause = Object.assign(new Error('WRONGPASS'), { command: { name: 'auth', args: ['hunter2'] } });
    const error = Object.assign(new TypeError('down', { cause }), {
      code: 'ECONNREFUSED',
      input: 'redis://:hunter2@x',
    });
    expect(toLoggedError(error)).toEqual({
      type: 'TypeError',
      message: 'down',
      code: 'ECONNREFUSED',
      stack: expect.stringContaining('down'),
      cause: { type: 'Error', message: 'WRONGPASS', stack: expect.any(String) },
    });
    expect(JSON.stringify(toLoggedError(error))).not.toContain('hunter2');
  });

  it('has what an error of several holds, and ends where an error causes itself', () => {
    const several = new AggregateError([new Error('first'), 'second'], 'both');
    expect(toLoggedError(several)).toMatchObject({ errors: [{ message: 'first' }, { message: 'second' }] });
    const circular = new Error('round');
    circular.cause = circular;
    expect(JSON.stringify(toLoggedError(circular)).length).toBeLessThan(50_000);
  });
});
