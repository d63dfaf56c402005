import { Button, Popover } from '@mantine/core';
import { IconPhone } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationSummary } from '../../shared/api/types';
import { timeOfDay } from '../../shared/format/time';
import { useMe } from '../../shared/session/me';
import classes from './CallButton.module.css';
import { useCallBack } from './useCallBack';

interface CallButtonProps {
  conversation: ConversationSummary;
  /** In a row of a list it is small. */
  small?: boolean;
  /** A key has asked for the call; `onTaken` says that it is on its way. */
  asked?: boolean;
  onTaken?: () => void;
}

/** Calls the customer; before a second call back of the same missed call it asks once (MISS-5). */
export function CallButton({ conversation, small = false, asked = false, onTaken }: CallButtonProps) {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const { number, pending, asking, call, anyway, giveUp } = useCallBack(conversation);
  const why = !me.placesCalls ? t('callBack.mayNot') : !number ? t('callBack.noNumber') : undefined;
  useEffect(() => {
    if (!asked) return;
    onTaken?.();
    if (!why) call();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- each wish is one call
  }, [asked]);
  return (
    <Popover opened={asking !== undefined} onChange={(opened) => !opened && giveUp()} position="bottom-end" trapFocus returnFocus width={280} withinPortal>
      <Popover.Target>
        <Button
          className={small ? classes.small : classes.call}
          variant={small ? 'light' : 'default'}
          size={small ? 'compact-xs' : 'sm'}
          leftSection={<IconPhone size={small ? 13 : 16} stroke={1.8} />}
          loading={pending}
          aria-disabled={why !== undefined}
          data-disabled={why !== undefined || undefined}
          title={why}
          aria-keyshortcuts="C"
          onClick={() => !why && call()}
        >
          {t(small ? 'callBack.again' : 'callBack.call')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown role="alertdialog" aria-label={t('callBack.handled')}>
        <p className={classes.words}>
          <strong>{t('callBack.handled')}.</strong>{' '}
          {asking &&
            (asking.by
              ? t('callBack.handledBy', { name: asking.by.name, time: timeOfDay(asking.at, i18n.language) })
              : t('callBack.handledAt', { time: timeOfDay(asking.at, i18n.language) }))}
        </p>
        <div className={classes.choice}>
          <Button variant="default" size="xs" data-autofocus onClick={giveUp}>
            {t('app.cancel')}
          </Button>
          <Button size="xs" onClick={anyway}>
            {t('callBack.anyway')}
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
