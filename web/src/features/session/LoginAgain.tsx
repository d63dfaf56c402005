import { Button, Modal } from '@mantine/core';
import { useInterval } from '@mantine/hooks';
import { IconMusic } from '@tabler/icons-react';
import { useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Call } from '../../shared/api/types';
import { runningNow } from '../../shared/format/clock';
import { useMe } from '../../shared/session/me';
import classes from './LoginAgain.module.css';
import { LoginForm } from './LoginForm';
import './words';

// How long a talk waits for its agent (IN-12; controller/call, returnLimit).
const returnMs = 20_000;

interface LoginAgainProps {
  /** This agent was suspended or removed: there is nothing to wait for. */
  shutOut: boolean;
  /** The call that the session's end has taken the agent out of. */
  call?: Call | undefined;
  /** When that was, by the server's clock. */
  since: number;
}

/** Over the desk, when the session has ended: what was open stays, and whoever signs in again goes on with it (IN-12). */
export default function LoginAgain({ shutOut, call, since }: LoginAgainProps) {
  const { t } = useTranslation();
  const me = useMe();
  // The desk's own keys hear nothing of what is typed here; the dialog's Tab goes round in it.
  const keepKeys = (event: KeyboardEvent) => {
    if (event.key !== 'Tab') event.stopPropagation();
  };
  return (
    <Modal opened onClose={() => undefined} title={t(shutOut ? 'login.shutOut' : 'login.ended')} withCloseButton={false} closeOnEscape={false} closeOnClickOutside={false} zIndex="var(--z-login)" overlayProps={{ blur: 8 }} transitionProps={{ duration: 0 }}>
      <div onKeyDown={keepKeys}>
        <div className={classes.head}>{call && !shutOut ? <Waiting call={call} since={since} /> : <p className={classes.text}>{t(shutOut ? 'login.askLead' : 'login.again')}</p>}</div>
        <LoginForm email={me.email} workspaceId={me.workspace.id} />
        <Button className={classes.other} variant="subtle" size="compact-sm" component="a" href="/">
          {t('login.other')}
        </Button>
      </div>
    </Modal>
  );
}

/** What has become of the customer, and for how long they wait for this agent. */
function Waiting({ call, since }: { call: Call; since: number }) {
  const { t } = useTranslation();
  const me = useMe();
  const [now, setNow] = useState(runningNow);
  useInterval(() => setNow(runningNow()), 500, { autoInvoke: true });
  const left = Math.ceil((since + returnMs - now) / 1000);
  const accompanied = call.participants.some((p) => p.kind === 'agent' && p.state === 'joined' && p.agentId !== me.agentId && p.role !== 'supervisor');
  const text = accompanied ? t('login.againCall') : left > 0 ? `${t('login.againCall')} · ${t('login.music')} · ${t('login.seconds', { n: left })}` : t('login.requeued');
  return (
    <p className={classes.call} role="timer">
      <IconMusic size={18} aria-hidden="true" />
      {text}
    </p>
  );
}
