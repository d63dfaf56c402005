import { CloseButton } from '@mantine/core';
import { useFocusReturn } from '@mantine/hooks';
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Flyout.module.css';

interface FlyoutProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** Stands to the right of the dock, so that the dock's own height never changes. Escape closes it, and the focus goes back to where it was. */
export function Flyout({ title, onClose, children }: FlyoutProps) {
  const { t } = useTranslation();
  const frame = useRef<HTMLElement>(null);
  useFocusReturn({ opened: true });
  useEffect(() => {
    if (!frame.current?.contains(document.activeElement)) frame.current?.focus();
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.stopPropagation();
    onClose();
  };
  return (
    <section className={classes.flyout} ref={frame} tabIndex={-1} aria-label={title} onKeyDown={onKeyDown}>
      <header className={classes.head}>
        <h2>{title}</h2>
        <CloseButton aria-label={t('app.close')} onClick={onClose} />
      </header>
      {children}
    </section>
  );
}
