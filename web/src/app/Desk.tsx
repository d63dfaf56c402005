import { lazy, Suspense } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import type { Me } from '../api/types';
import { RingBox } from '../calls/RingBox';
import { Inbox } from '../inbox/Inbox';
import { LiveProvider } from '../live/LiveProvider';
import { PhoneProvider } from '../phone/PhoneProvider';
import { MeContext } from '../session/MeContext';
import { ShortcutsProvider } from '../shortcuts/ShortcutsProvider';
import { Shell } from './Shell';

const Contacts = lazy(() => import('../contacts/Contacts'));

/** Everything a signed-in agent has, in one workspace. */
export default function Desk({ me }: { me: Me }) {
  return (
    <MeContext value={me}>
      <LiveProvider me={me}>
        <PhoneProvider me={me}>
          <ShortcutsProvider>
            <Shell>
              <Routes>
                <Route path="/inbox/:list/:conversationId?" element={<Inbox />} />
                <Route
                  path="/contacts/:contactId?"
                  element={
                    <Suspense>
                      <Contacts />
                    </Suspense>
                  }
                />
                <Route path="*" element={<Navigate to="/inbox/all" replace />} />
              </Routes>
            </Shell>
            <RingBox />
          </ShortcutsProvider>
        </PhoneProvider>
      </LiveProvider>
    </MeContext>
  );
}
