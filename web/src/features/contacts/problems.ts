import { useTranslation } from 'react-i18next';
import { ApiError } from '../../shared/api/problem';
import { useProblemText } from '../../shared/ui/problems';

/** Says in the agent's language what is wrong with a field of a contact. */
export function useFieldProblem(): (error: unknown) => string {
  const { t } = useTranslation();
  const problemText = useProblemText();
  return (error) => {
    const { field, code } = error instanceof ApiError ? error : { field: undefined, code: undefined };
    if (field === 'name') return t('contacts.errors.name');
    if (field === 'email') return t('contacts.errors.email');
    if (field?.startsWith('numbers')) return t(code === 'conflict' ? 'contacts.errors.taken' : 'contacts.errors.number');
    return problemText(error);
  };
}
