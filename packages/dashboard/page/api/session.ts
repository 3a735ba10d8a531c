import { useMutation, useQuery } from '@tanstack/react-query';
import { request } from './request.js';
import { queryClient, sessionKey } from './use-api.js';
import type { SignedIn } from './wire.js';

/** Who is signed in, and what this server has. */
export const useSession = () =>
  useQuery({ queryKey: sessionKey, queryFn: ({ signal }) => request('adminSession', { signal }), staleTime: 60_000 });

const enter = async ({ administrator }: { readonly administrator: SignedIn }): Promise<void> => {
  // Nothing that somebody else saw in this window before is left.
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
  queryClient.setQueryData<Awaited<ReturnType<typeof request<'adminSession'>>>>(sessionKey, (before) =>
    before ? { ...before, administrator, needs_setup: false } : before,
  );
};

export const useSignIn = () =>
  useMutation({
    mutationFn: (body: { email: string; password: string; code?: string }) => request('signInAdministrator', { body }),
    onSuccess: enter,
  });

export const useSetUp = () =>
  useMutation({
    mutationFn: (body: { token: string; email: string; password: string }) => request('setUpAdministrator', { body }),
    onSuccess: enter,
  });

export const useSignOut = () =>
  useMutation({
    mutationFn: () => request('signOutAdministrator'),
    onSuccess: () => {
      queryClient.setQueryData<Awaited<ReturnType<typeof request<'adminSession'>>>>(sessionKey, (before) =>
        before ? { ...before, administrator: null } : before,
      );
      queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
    },
  });
