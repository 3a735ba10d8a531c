/** What a button says while something long goes on. */
export const toBusy = (doing: string, seconds: number): string =>
  seconds < 3 ? `${doing}…` : `${doing}, for ${seconds} seconds now…`;
