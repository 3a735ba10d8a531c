import type { AnswerOf, ErrorCode, OperationName } from '@synckeep/protocol';
import { expect } from 'vitest';
import { checkAnswer, type ReadAnswer } from './wire-check.js';

/** An answer that was checked against the table. */
export interface Reply<N extends OperationName = OperationName> extends ReadAnswer {
  /** The body of a 2xx; anything else fails the test. */
  ok(): AnswerOf<N>;
  /** The details of a refusal with this code; anything else fails the test. */
  refusal(code: ErrorCode): Readonly<Record<string, unknown>>;
}

export const toReply = <N extends OperationName>(name: N, answer: ReadAnswer): Reply<N> => {
  checkAnswer(name, answer);
  const what = `${name} answered ${answer.status} ${answer.text.slice(0, 500)}`;
  return {
    ...answer,
    ok() {
      expect(answer.status, what).toBeLessThan(300);
      if (answer.text === '') return null;
      const isJson = answer.headers['content-type']?.startsWith('application/json') ?? false;
      return isJson ? JSON.parse(answer.text) : answer.text;
    },
    refusal(code) {
      expect(answer.status, what).toBeGreaterThanOrEqual(400);
      const body: { code: string; details?: Readonly<Record<string, unknown>> } = JSON.parse(answer.text);
      expect(body.code, what).toBe(code);
      return body.details ?? {};
    },
  };
};
