/** Where the account pages are, for letters and for the command line. What a link holds stands in its query. */
export const createPageUrls = (publicUrl: () => string) => {
  const to = (path: string, token?: string): string =>
    `${publicUrl().replace(/\/+$/, '')}/account${path}${token === undefined ? '' : `?token=${token}`}`;
  return {
    account: () => to(''),
    forgot: () => to('/forgot'),
    register: (token: string) => to('/register', token),
    reset: (token: string) => to('/reset', token),
    verify: (token: string) => to('/verify', token),
    change: (token: string) => to('/change-email', token),
  };
};

export type PageUrls = ReturnType<typeof createPageUrls>;
