export interface Closeable {
  close(): Promise<void>;
}

/** Closes what was opened, the last one first, also when one of them fails to. */
export const createClosing = () => {
  const opened: Closeable[] = [];
  return {
    add<T extends Closeable>(part: T): T {
      opened.push(part);
      return part;
    },
    /** @throws what closing threw, when everything else is closed. */
    async close(): Promise<void> {
      const errors: unknown[] = [];
      for (const part of opened.splice(0).reverse()) await part.close().catch((error) => errors.push(error));
      if (errors.length > 1) throw new AggregateError(errors, 'Several parts did not close.');
      if (errors.length === 1) throw errors[0];
    },
  };
};
