import { Center, Loader, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider, useQuery, type Query } from '@tanstack/react-query';
import { Suspense, useEffect, useState } from 'react';
import { BrowserRouter, useMatch } from 'react-router';
import { useOtherWindows } from '../../features/session/otherWindows';
import { ApiError, isUnauthenticated } from '../../shared/api/problem';
import { applyLocale, browserLocale } from '../../shared/i18n';
import { meQuery } from '../../shared/session/me';
import { Boundary } from '../../shared/ui/Boundary';
import { Failure } from '../../shared/ui/Failure';
import { part } from '../../shared/ui/part';
import { theme } from '../../shared/ui/theme';
import classes from './App.module.css';

const loadDesk = () => import('./Desk');
const Desk = part(loadDesk);
const Join = part(() => import('../../features/session/Join'));
const Login = part(() => import('../../features/session/Login'));

// Asked for before it is known who is signed in: whoever is not will be.
loadDesk().catch(() => undefined);

function newQueryClient(): QueryClient {
  // Any request that finds the session ended brings the log-in; a wrong password is no such request.
  const onError = (error: Error, query?: Query<unknown, unknown>) => {
    const me = queries.getQueryState(meQuery.queryKey);
    if (me?.data && !isUnauthenticated(me.error) && isUnauthenticated(error) && query?.queryKey[0] !== meQuery.queryKey[0]) void queries.invalidateQueries({ queryKey: meQuery.queryKey });
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
      <Notifications className={classes.tray} position="bottom-left" autoClose={5000} limit={2} containerWidth={292} />
      <QueryClientProvider client={queries}>
        <BrowserRouter>
          <Boundary fallback={(error) => <Failure error={error} retry={() => location.reload()} />}>
            <Suspense fallback={<Waiting />}>
              <Pages />
            </Suspense>
          </Boundary>
        </BrowserRouter>
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** What is there for everybody, and what is behind the log-in. */
function Pages() {
  const join = useMatch('/join/:token');
  return join?.params.token ? <Join key={join.params.token} token={join.params.token} /> : <Gate />;
}

function Gate() {
  useOtherWindows();
  const { data: me, error, isPending, refetch } = useQuery(meQuery);
  const signedOut = isUnauthenticated(error);
  const locale = me?.locale ?? browserLocale();
  useEffect(() => applyLocale(locale), [locale]);

  // An error beside known data is a passing one: the desk stays, its own connections tell; or it waits for its agent to sign in again.
  if (me) return <Desk key={`${me.agentId} ${me.workspace.id}`} me={me} signedOut={signedOut} />;
  if (signedOut) return <Login />;
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
