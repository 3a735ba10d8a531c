/** Cookies of a sign-in. The first never reaches a browser. */
export const cookieNames = {
  session: 'synckeep_oauth',
  interaction: 'synckeep_oauth_page',
  resume: 'synckeep_oauth_resume',
} as const;

/** What every access token is for. */
export const resource = 'urn:sync';

/** Where the pages of a sign-in stand, each at the id of its interaction. */
export const interactionPath = '/oauth/interaction';
