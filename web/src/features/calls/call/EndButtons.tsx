import { Button, Popover, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDoorExit, IconPhoneOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Call } from '../../../shared/api/types';
import { useMe } from '../../../shared/session/me';
import { useKeys } from '../../../shared/shortcuts/Keys';
import { useCommands } from '../../../shared/shortcuts/ShortcutsProvider';
import { colleaguesOf } from '../selectors';
import classes from './CallControls.module.css';
import type { Talk } from './CallControls';

/** Leaving and ending, with what either does (CALL-6). */
export function EndButtons({ call, talk }: { call: Call; talk: Talk }) {
  const { t } = useTranslation();
  const me = useMe();
  const [confirming, { open: confirm, close: keep }] = useDisclosure(false);
  const colleagues = colleaguesOf(call, me.agentId);
  const alone = colleagues.length === 0;
  const keys = useKeys();
  const end = () => (alone ? talk.end() : confirm());
  useCommands({ end, leave: talk.leave });

  if (!talk.running)
    return (
      <Button color="red" leftSection={<IconPhoneOff size={17} />} loading={talk.busy('end')} onClick={talk.end}>
        {t('call.cancel')}
      </Button>
    );
  const leaveHint = alone ? t('call.leaveLast') : t('call.leaveHint');
  return (
    <div className={classes.foot}>
      <div className={classes.leaving}>
        <Tooltip label={`${leaveHint} ${keys.text('leave')}`}>
          <Button variant="default" leftSection={<IconDoorExit size={17} />} aria-keyshortcuts={keys.attribute('leave')} loading={talk.busy('leave')} onClick={talk.leave}>
            {t('call.leave')}
          </Button>
        </Tooltip>
        <Popover opened={confirming} onChange={keep} width={272} position="top-start" trapFocus>
          <Popover.Target>
            <Button color="red" leftSection={<IconPhoneOff size={17} />} title={keys.text('end')} aria-keyshortcuts={keys.attribute('end')} loading={talk.busy('end')} onClick={end}>
              {t('call.endForAll')}
            </Button>
          </Popover.Target>
          <Popover.Dropdown>
            <p className={classes.question}>{t('call.endConfirm')}</p>
            <p className={classes.consequence}>{t('call.endConfirmText', { names: colleagues.map((agent) => agent.name).join(', ') })}</p>
            <div className={classes.leaving}>
              <Button variant="default" onClick={keep}>
                {t('app.cancel')}
              </Button>
              <Button
                color="red"
                onClick={() => {
                  keep();
                  talk.end();
                }}
              >
                {t('call.endForAll')}
              </Button>
            </div>
          </Popover.Dropdown>
        </Popover>
      </div>
      {alone && <p className={classes.hint}>{leaveHint}</p>}
    </div>
  );
}
