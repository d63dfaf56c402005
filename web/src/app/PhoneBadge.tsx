import { Popover, Tooltip, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconHeadset, IconHeadsetOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { phoneStatus } from '../phone/phone';
import { usePhoneView } from '../phone/PhoneProvider';
import { PhoneAdvice, usePhoneAdvice } from './PhoneAdvice';
import classes from './PhoneBadge.module.css';

/** The state of this window's phone, with what to do about it. */
export function PhoneBadge() {
  const { t } = useTranslation();
  const status = phoneStatus(usePhoneView());
  const advice = usePhoneAdvice();
  const [opened, { toggle, close }] = useDisclosure(false);
  const label = t(`phone.${status}`);
  const Icon = status === 'ready' || status === 'connecting' ? IconHeadset : IconHeadsetOff;
  return (
    <Popover opened={opened} onChange={close} position="right-end" width={288} withinPortal>
      <Popover.Target>
        <Tooltip label={label} position="right" disabled={opened}>
          <UnstyledButton className={classes.badge} data-testid="phone-state" data-state={status} aria-label={label} onClick={toggle}>
            <Icon size={21} stroke={1.7} />
            <span className={classes.dot} />
          </UnstyledButton>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <p className={classes.title}>{label}</p>
        {advice && <PhoneAdvice advice={advice} />}
      </Popover.Dropdown>
    </Popover>
  );
}
