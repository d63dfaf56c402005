import { useTranslation } from 'react-i18next';
import type { Trunk } from '../queries';
import { StateLine } from './StateLine';
import { trunkTone } from './trunkTone';

/** How a trunk stands with its carrier, and what to do about it. */
export function TrunkStateLine({ trunk }: { trunk: Trunk }) {
  const { t } = useTranslation();
  return (
    <StateLine tone={trunkTone(trunk.state)} state={t(`settings.trunks.states.${trunk.state}`)}>
      {t(`settings.trunks.advice.${trunk.state}`)}
    </StateLine>
  );
}
