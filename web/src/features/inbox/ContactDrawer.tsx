import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface ContactDrawerProps {
  opened: boolean;
  close: () => void;
  children: ReactNode;
}

/** The contact, where a window has no room for it beside the conversation. */
export default function ContactDrawer({ opened, close, children }: ContactDrawerProps) {
  const { t } = useTranslation();
  return (
    <Drawer opened={opened} onClose={close} position="right" size={340} title={t('conversation.showContact')} closeButtonProps={{ 'aria-label': t('app.close') }}>
      {children}
    </Drawer>
  );
}
