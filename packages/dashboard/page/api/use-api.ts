import { MutationCache, QueryCache, QueryClient, useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { hasCode } from './api-error.js';
import { type RequestOptions, request } from './request.js';
import type { AnswerTo, RouteName } from './routes.js';

export const sessionKey = ['adminSession', {}] as const;

/** A session that ended is asked for again, which shows the sign-in where the page was. */
const onError = (error: unknown): void => {
  if (hasCode(error, 'missing_token', 'invalid_token', 'session_required')) {
    void queryClient.invalidateQueries({ queryKey: sessionKey });
  }
};

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, { queryKey }) => {
      if (queryKey[0] !== sessionKey[0]) onError(error);
    },
  }),
  mutationCache: new MutationCache({
    onError,
    // What one deed changes shows in many places, the audit log for one: everything on the screen is looked at again.
    onSuccess: () => void queryClient.invalidateQueries(),
  }),
  defaultOptions: {
    // A server on this machine can be asked without any network.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      staleTime: 5_000,
      // A refusal stays one; a connection that failed, and a server that is busy, are worth a second and a third try.
      retry: (count, error) => count < 2 && hasCode(error, 'unreachable', 'unavailable'),
    },
  },
});

/** What an operation answers, kept fresh while it is shown. */
export const useAnswer = <N extends RouteName>(
  name: N,
  options: Pick<RequestOptions, 'params' | 'query'> & { readonly refresh?: number; readonly isOff?: boolean } = {},
) => {
  const { refresh, isOff, ...args } = options;
  return useQuery({
    queryKey: [name, args],
    queryFn: ({ signal }): Promise<AnswerTo<N>> => request(name, { ...args, signal }),
    enabled: !isOff,
    ...(refresh === undefined ? {} : { refetchInterval: refresh }),
  });
};

interface Page {
  readonly next?: string | null;
}

/** Pages of a list, each asked for when the one before was not enough. */
export const useList = <N extends RouteName>(name: N, options: Pick<RequestOptions, 'params' | 'query'> = {}) =>
  useInfiniteQuery({
    queryKey: [name, options],
    queryFn: ({ pageParam, signal }): Promise<AnswerTo<N> & Page> =>
      request(name, { ...options, query: { limit: '50', ...options.query, after: pageParam }, signal }) as Promise<
        AnswerTo<N> & Page
      >,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });

/** Something that changes the server. */
export const useDeed = <N extends RouteName>(name: N, onDone?: (answer: AnswerTo<N>) => void) =>
  useMutation({
    mutationFn: (options: RequestOptions<N>): Promise<AnswerTo<N>> => request(name, options),
    ...(onDone && { onSuccess: (answer: AnswerTo<N>) => onDone(answer) }),
  });
