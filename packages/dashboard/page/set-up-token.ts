/**
 * The token of a set-up link. It stands in the fragment, which no server and no log sees; here it leaves the address bar
 * and the history too, before anything is drawn.
 */
export const takeSetUpToken = (
  place: Pick<Location, 'pathname' | 'search' | 'hash'>,
  history: Pick<History, 'replaceState'>,
): string | null => {
  if (!place.pathname.endsWith('/admin/setup')) return null;
  const token = new URLSearchParams(place.hash.slice(1)).get('token');
  if (place.hash !== '') history.replaceState(null, '', place.pathname + place.search);
  return token || null;
};
