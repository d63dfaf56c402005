import { useTranslation } from 'react-i18next';
import { LoginForm } from './LoginForm';
import { Outside } from './Outside';
import './words';

/** For a browser in which nobody is signed in. */
export default function Login() {
  const { t } = useTranslation();
  return (
    <Outside title={t('login.title')} subtitle={t('login.subtitle')}>
      <LoginForm />
    </Outside>
  );
}
