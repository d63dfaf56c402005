import { Button, Collapse, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAlertTriangle, IconBell, IconCheck, IconChevronDown, IconCircleCheck, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { practiseRing } from '../../shared/phone/practice';
import classes from './RingCheck.module.css';
import { keepsAway } from './ringCheck';
import { useRingCheck, type CheckLine } from './useRingCheck';

/**
 * Whether calls ring here, and if not why and what to do: the server's sentence, and the whole list behind it (IN-2, IN-3). `onPractise` makes room for
 * the ring box.
 */
export function RingCheck({ onPractise }: { onPractise: () => void }) {
  const { t } = useTranslation();
  const [opened, { toggle }] = useDisclosure(false);
  const lines = useRingCheck();
  const first = lines && keepsAway(lines);
  const ok = lines && first === undefined;
  const practise = () => {
    onPractise();
    practiseRing();
  };
  return (
    <section className={classes.check} aria-label={t('my.ringCheck')} aria-busy={!lines} data-ok={ok} data-reason={first}>
      <UnstyledButton className={classes.head} aria-expanded={opened} onClick={toggle}>
        {lines && (first ? <IconAlertTriangle size={18} /> : <IconCircleCheck size={18} />)}
        <span className={classes.sentence} role="status">
          {!lines ? t('my.checking') : first ? t(`my.away.${first}`) : t('my.ringsHere')}
        </span>
        <IconChevronDown size={16} className={classes.arrow} />
      </UnstyledButton>
      <Collapse expanded={opened}>
        <ul className={classes.list}>
          {lines?.map((line) => (
            <Line key={line.name} line={line} />
          ))}
        </ul>
        <Button variant="default" size="compact-md" fullWidth leftSection={<IconBell size={16} />} onClick={practise}>
          {t('my.practise')}
        </Button>
      </Collapse>
    </section>
  );
}

function Line({ line: { name, ok, fix } }: { line: CheckLine }) {
  const { t } = useTranslation();
  return (
    <li className={classes.line} data-ok={ok} data-check={name}>
      {ok ? <IconCheck size={15} aria-label={t('my.holds')} /> : <IconX size={15} aria-label={t('my.fails')} />}
      <span className={classes.words}>
        <span>{t(`my.check.${name}`)}</span>
        {!ok && <span className={classes.why}>{t(`my.away.${name}`)}</span>}
      </span>
      {!ok && fix && (
        <Button size="compact-xs" variant="light" onClick={fix.run}>
          {fix.label}
        </Button>
      )}
    </li>
  );
}
