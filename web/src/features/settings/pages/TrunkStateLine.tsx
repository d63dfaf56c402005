import { useTranslation } from 'react-i18next';
import type { Trunk } from '../queries';
import classes from './TrunkStateLine.module.css';
import { trunkTone } from './trunkTone';

/** How a trunk stands with its carrier, and what to do about it. */
export function TrunkStateLine({ trunk }: { trunk: Trunk }) {
  const { t } = useTranslation();
  return (
    <p className={classes.state} data-tone={trunkTone(trunk.state)} role="status">
      <strong>{t(`settings.trunks.states.${trunk.state}`)}</strong> {t(`settings.trunks.advice.${trunk.state}`)}
    </p>
  );
}
