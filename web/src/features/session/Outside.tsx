import { SegmentedControl } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { applyLocale, type Locale } from '../../shared/i18n';
import { Mark } from '../../shared/ui/Mark';
import classes from './Outside.module.css';
import './words';

interface OutsideProps {
  title: string;
  subtitle?: string;
  children: ReactNode;
}

/** A page for somebody who has not signed in. */
export function Outside({ title, subtitle, children }: OutsideProps) {
  const { t, i18n } = useTranslation();
  return (
    <main className={classes.page}>
      <div className={classes.column}>
        <Mark size={40} />
        <h1 className={classes.title}>{title}</h1>
        {subtitle && <p className={classes.subtitle}>{subtitle}</p>}
        <div className={classes.card}>{children}</div>
        <SegmentedControl
          size="xs"
          aria-label={t('login.language')}
          value={i18n.language}
          onChange={(locale) => applyLocale(locale as Locale)}
          data={[
            { value: 'ko', label: '한국어' },
            { value: 'en', label: 'English' },
          ]}
        />
      </div>
    </main>
  );
}
