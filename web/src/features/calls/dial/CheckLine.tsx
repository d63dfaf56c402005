import { UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../../shared/api/problem';
import type { BusinessNumber, OutboundCheck } from '../../../shared/api/types';
import { useDisplay } from '../../../shared/format/useDisplay';
import { countryName, useProblemText } from '../../../shared/ui/problems';
import classes from './Dial.module.css';
import { isOpen } from './useOutboundCheck';

interface CheckLineProps {
  /** Absent while nothing is known. */
  check: OutboundCheck | undefined;
  /** Which of our numbers may call there, where the chosen one may not. */
  better: BusinessNumber | undefined;
  onUse: (number: BusinessNumber) => void;
}

/** One line before the call: where it goes and what it costs, or why it may not be placed and what to do (OUT-6, OUT-7, OUT-9). */
export function CheckLine({ check, better, onUse }: CheckLineProps) {
  const { t } = useTranslation();
  const display = useDisplay();
  const refusal = useRefusal();
  const known = check && !isOpen(check) ? check : undefined;
  return (
    <div className={classes.check} role="status" data-testid="outbound-check" data-refused={known?.allowed === false || undefined}>
      {known?.allowed === true && <Where check={known} />}
      {known?.allowed === false && (
        <>
          <span>{better && known.reason === 'numberNotAbroad' ? t('placing.notAbroad') : refusal(known)}</span>
          {better && (
            <UnstyledButton className={classes.better} onClick={() => onUse(better)}>
              {t('placing.instead', { number: display.number(better.number) })}
            </UnstyledButton>
          )}
        </>
      )}
    </div>
  );
}

function Where({ check }: { check: OutboundCheck }) {
  const { t, i18n } = useTranslation();
  if (check.emergency) return t('placing.emergency');
  const where = check.prefix && check.country ? countryName(check.country) : t('placing.home');
  return (
    <>
      {where}
      {check.perMinute !== undefined && (
        <span className="tabular"> · {t('placing.perMinute', { amount: check.perMinute.toLocaleString(i18n.language) })}</span>
      )}
    </>
  );
}

/** Why the call may not be placed, in the words that the call itself would be refused with. */
function useRefusal() {
  const problemText = useProblemText();
  const display = useDisplay();
  return ({ reason, params }: OutboundCheck) =>
    problemText(new ApiError('forbidden', 403, '', { reason, params: { ...params, ...(params?.['number'] && { number: display.number(params['number']) }) } }));
}
