import { Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './ConversationRow.module.css';

interface RowCheckProps {
  /** Whose row it is. */
  name: string;
  chosen: boolean;
  /** Others are chosen already, so that Tab reaches it. */
  choosing: boolean;
  onChoose: (range: boolean) => void;
}

/** Chooses a row for a bulk action; with Shift all from the one before. */
export function RowCheck({ name, chosen, choosing, onChoose }: RowCheckProps) {
  const { t } = useTranslation();
  return <Checkbox className={classes.check} size="sm" checked={chosen} aria-label={t('bulk.choose', { name })} onChange={() => {}} onClick={(event) => onChoose(event.shiftKey)} tabIndex={choosing ? 0 : -1} />;
}
