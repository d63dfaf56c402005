import { useTranslation } from 'react-i18next';
import { dayAndTime } from '../../../shared/format/time';
import { OneTime } from '../OneTime';
import type { InvitationLink } from '../queries';

/** A link that lets somebody in; nobody can look it up later. */
export function LinkToSend({ name, link }: { name: string; link: InvitationLink }) {
  const { t, i18n } = useTranslation();
  return (
    <OneTime
      text={t('settings.invite.once', { name, time: dayAndTime(link.expiresAt, i18n.language) })}
      values={[{ label: t('settings.invite.link', { name }), value: location.origin + link.path }]}
    />
  );
}
