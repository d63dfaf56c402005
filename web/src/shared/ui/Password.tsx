import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** A password's field. The library's own names its button in English, and says to the eye alone that what was typed is refused. */
export function Password(props: PasswordInputProps) {
  const { t } = useTranslation();
  return <PasswordInput aria-invalid={props.error ? true : undefined} errorProps={{ role: 'alert' }} visibilityToggleButtonProps={{ 'aria-label': t('app.showPassword') }} {...props} />;
}
