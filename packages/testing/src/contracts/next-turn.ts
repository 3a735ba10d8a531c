/**
 * Lets timers and input have their turn. A loop that polls a storage whose calls resolve without leaving the event loop
 * would otherwise keep the writers from ever coming to theirs, which no server does.
 */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
