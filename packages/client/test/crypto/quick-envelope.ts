/** The least that an envelope may ask for, so that tests of other things do not wait for Argon2. */
export const quick = { parameters: { memoryKiB: 16_384, iterations: 1, lanes: 1 } } as const;
