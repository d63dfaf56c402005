import { ActionIcon, Tooltip } from '@mantine/core';
import type { TablerIcon } from '@tabler/icons-react';

interface IconButtonProps {
  icon: TablerIcon;
  label: string;
  tone?: 'red' | 'amber' | 'gray';
  /** What stands in the tip instead of the name, such as the name with its keys. */
  tip?: string;
  pressed?: boolean;
  loading?: boolean;
  onClick: () => void;
}

/** A small button of the dock without words beside it. */
export function IconButton({ icon: Icon, label, tone = 'gray', tip = label, pressed, loading, onClick }: IconButtonProps) {
  return (
    <Tooltip label={tip}>
      <ActionIcon
        variant={tone === 'red' ? 'light' : 'subtle'}
        color={tone === 'amber' ? 'yellow' : tone}
        size={36}
        radius={10}
        aria-label={label}
        aria-pressed={pressed}
        loading={loading}
        onClick={onClick}
      >
        <Icon size={18} stroke={1.8} />
      </ActionIcon>
    </Tooltip>
  );
}
