import { useTranslation } from 'react-i18next';
import { Navigate, useSearchParams } from 'react-router';
import { ScreenTitle } from '../../../shared/ui/ScreenTitle';
import { useNarrow } from '../../../shared/ui/useNarrow';
import { Dial } from './Dial';
import classes from './Dial.module.css';

/** The dial's address, also for the installed app's menu: on a phone a page, elsewhere the flyout beside the dock. */
export default function DialPage() {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const [search] = useSearchParams();
  const to = search.get('to') ?? '';
  if (!narrow) return <Navigate to="/inbox/all" replace state={{ dial: to }} />;
  return (
    <div className={classes.page}>
      <ScreenTitle className={classes.title}>{t('dial.title')}</ScreenTitle>
      <Dial start={to} />
    </div>
  );
}
