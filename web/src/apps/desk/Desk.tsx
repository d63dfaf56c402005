import { Suspense, useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, Route, Routes } from 'react-router';
import { contactsCache } from '../../features/contacts/cache';
import { inboxCache } from '../../features/inbox/cache';
import { Inbox } from '../../features/inbox/Inbox';
import type { Me } from '../../shared/api/types';
import { whenIdle } from '../../shared/browser/idle';
import { runningNow } from '../../shared/format/clock';
import { currentCall } from '../../shared/live/calls';
import { LiveProvider, useLiveView } from '../../shared/live/LiveProvider';
import { PhoneProvider } from '../../shared/phone/PhoneProvider';
import { MeContext, useMe } from '../../shared/session/me';
import { ShortcutsProvider } from '../../shared/shortcuts/ShortcutsProvider';
import { later, loadLater } from '../../shared/ui/later';
import { part } from '../../shared/ui/part';
import { areas } from './areas';
import { PaletteKeys } from './palette/PaletteKeys';
import { Shell } from './Shell';

// Beside the list of conversations, as soon as that stands.
const ContactCard = later(() => import('../../features/contacts/ContactCard').then(({ ContactCard }) => ContactCard));
const FirstRun = later(() => import('./first/FirstRun').then(({ default: FirstRun }) => FirstRun));

const Contacts = part(() => import('../../features/contacts/Contacts'));
const ImportContacts = part(() => import('../../features/contacts/ImportContacts'));
const DialPage = part(() => import('../../features/calls/dial/DialPage'));
const LoginAgain = part(() => import('../../features/session/LoginAgain'));
const Live = part(() => import('../../features/live/Live'));
const Stats = part(() => import('../../features/stats/Stats'));
const Settings = part(() => import('../../features/settings/Settings'));
const ContactConversations = part(() => import('../../features/inbox/ContactConversations').then(({ ContactConversations }) => ({ default: ContactConversations })));
const NoSuchPage = part(() => import('./NoSuchPage').then(({ NoSuchPage }) => ({ default: NoSuchPage })));

const caches = [inboxCache, contactsCache];

interface DeskProps {
  me: Me;
  /** Their session has ended: the desk stands still behind a log-in. */
  signedOut?: boolean;
}

/** Everything a signed-in agent has, in one workspace. */
export default function Desk({ me, signedOut = false }: DeskProps) {
  useEffect(() => whenIdle(() => void loadLater()), []);
  return (
    <MeContext value={me}>
      <LiveProvider caches={caches} paused={signedOut}>
        <PhoneProvider me={me} paused={signedOut}>
          <Keyboard me={me}>
            <div inert={signedOut}>
              <Shell>
                <Screens />
              </Shell>
            </div>
          </Keyboard>
          {signedOut && <SignedOut />}
        </PhoneProvider>
      </LiveProvider>
    </MeContext>
  );
}

/** What was going on when the session ended is as it was then: the live channel has stopped. */
function SignedOut() {
  const { shutOut = false, state } = useLiveView();
  const { agentId } = useMe();
  const [since] = useState(runningNow);
  return (
    <Suspense>
      <LoginAgain shutOut={shutOut} call={currentCall(state.calls, agentId)} since={since} />
    </Suspense>
  );
}

/** The desk's keys, which lead to every area that this agent has. */
function Keyboard({ me, children }: { me: Me; children: ReactNode }) {
  const { t } = useTranslation();
  const places = areas.filter(({ who }) => !who || who(me)).map(({ to, letter, name }) => ({ to, letter, title: t(`areas.${name}`) }));
  return (
    <ShortcutsProvider places={places}>
      {children}
      <PaletteKeys />
    </ShortcutsProvider>
  );
}

/** The screens, and what features that do not know each other show of each other. All but the inbox come when they are opened. */
function Screens() {
  return (
    <Suspense>
      <Routes>
        <Route path="/" element={<ToInbox />} />
        <Route path="/inbox" element={<ToInbox />} />
        <Route
          path="/inbox/:list/:conversationId?"
          element={<Inbox contactCard={(contact) => <ContactCard key={contact.id} contact={contact} />} firstRun={<FirstRun />} />}
        />
        <Route path="/calls/dial" element={<DialPage />} />
        <Route path="/contacts/import" element={<ImportContacts />} />
        <Route path="/contacts/:contactId?" element={<Contacts beside={(contactId) => <ContactConversations contactId={contactId} />} />} />
        <Route path="/live" element={<Live />} />
        <Route path="/stats/:page?" element={<Stats />} />
        <Route path="/settings/:page?/:id?" element={<Settings />} />
        <Route path="*" element={<NoSuchPage />} />
      </Routes>
    </Suspense>
  );
}

const ToInbox = () => <Navigate to="/inbox/all" replace />;
