import { Center, Loader, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider, useQuery, type Query } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { BrowserRouter } from 'react-router';
import { ApiError, isUnauthenticated } from '../api/problem';
import { keys, meQuery } from '../api/queries';
import { applyLocale, browserLocale } from '../i18n';
import { Login } from '../session/Login';
import { Failure } from '../ui/Failure';
import { theme } from './theme';

const Desk = lazy(() => import('./Desk'));

function newQueryClient(): QueryClient {
  // Any request that finds the session ended brings the log-in; a wrong password is no such request.
  const onError = (error: Error, query?: Query<unknown, unknown>) => {
    const signedIn = queries.getQueryData(keys.me) !== undefined;
    if (signedIn && isUnauthenticated(error) && query?.queryKey[0] !== keys.me[0]) void queries.invalidateQueries({ queryKey: keys.me });
  };
  const queries = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError: (error) => onError(error) }),
    defaultOptions: {
      queries: {
        // Live updates keep what was fetched fresh.
        staleTime: 60_000,
        refetchOnWindowFocus: false,
        retry: (count, error) => count < 2 && (!(error instanceof ApiError) || error.code === 'network' || error.code === 'unavailable'),
      },
    },
  });
  return queries;
}

export function App() {
  const [queries] = useState(newQueryClient);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <Notifications position="top-center" autoClose={5000} limit={3} />
      <QueryClientProvider client={queries}>
        <BrowserRouter>
          <Gate />
        </BrowserRouter>
      </QueryClientProvider>
    </MantineProvider>
  );
}

function Gate() {
  const { data: me, error, isPending, refetch } = useQuery(meQuery);
  const signedOut = isUnauthenticated(error);
  const locale = me && !signedOut ? me.locale : browserLocale();
  useEffect(() => applyLocale(locale), [locale]);

  if (signedOut) return <Login ended={me !== undefined} />;
  // An error beside known data is a passing one: the desk stays, its own connections tell.
  if (me)
    return (
      <Suspense fallback={<Waiting />}>
        <Desk key={`${me.agentId} ${me.workspace.id}`} me={me} />
      </Suspense>
    );
  if (isPending) return <Waiting />;
  return <Failure error={error} retry={() => void refetch()} />;
}

function Waiting() {
  return (
    <Center h="100%">
      <Loader />
    </Center>
  );
}
