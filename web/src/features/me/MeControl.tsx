import { Popover, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { showDot } from '../../shared/browser/favicon';
import { useMe } from '../../shared/session/me';
import { Avatar } from '../../shared/ui/Avatar';
import { later } from '../../shared/ui/later';
import { useNarrow } from '../../shared/ui/useNarrow';
import classes from './MeControl.module.css';
import { saysOf } from './standing';
import { useStanding } from './useStanding';
import { WrapUpLeft } from './WrapUpLeft';

const MePanel = later(() => import('./MePanel').then(({ default: MePanel }) => MePanel));

interface MeControlProps {
  logout: () => void;
  /** What a phone's bar has no room for. */
  children?: ReactNode;
}

/** Who I am and how I stand, in one colour and one word; opened, what I can change of it (IN-2, IN-3). */
export function MeControl({ logout, children }: MeControlProps) {
  const { t } = useTranslation();
  const me = useMe();
  const narrow = useNarrow();
  const [opened, { toggle, close }] = useDisclosure(false);
  const { tone, word, phone } = useStanding();
  useEffect(() => showDot(tone), [tone]);
  return (
    <Popover opened={opened} onChange={(open) => !open && close()} position={narrow ? 'top-end' : 'right-end'} width={320} trapFocus returnFocus withinPortal>
      <Popover.Target>
        <UnstyledButton
          className={classes.target}
          data-testid="phone-state"
          data-state={phone}
          data-tone={tone}
          data-word={word}
          onClick={toggle}
        >
          <span className={classes.picture}>
            <Avatar name={me.name} size={34} />
            <span className={classes.dot} data-tone={tone} />
          </span>
          <span className="visually-hidden">{t('me.control', { status: t(saysOf(word)) })}</span>
          <span className={classes.word} data-tone={tone}>
            {word === 'wrapUp' && me.wrapUpUntil ? <WrapUpLeft until={me.wrapUpUntil} /> : t(`me.short.${word}`)}
          </span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label={t('me.panel')} className={classes.dropdown}>
        <MePanel logout={logout} close={close}>
          {children}
        </MePanel>
      </Popover.Dropdown>
    </Popover>
  );
}
