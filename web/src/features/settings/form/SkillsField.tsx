import { ActionIcon, Button, Select, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './SkillsField.module.css';

interface SkillsProps {
  skills: Readonly<Record<string, number>>;
  set: (skills: Record<string, number>) => void;
}

const most = 20;
const levels = Array.from({ length: 9 }, (_, index) => String(index + 1));

/** Skills with a level of 1 to 9 each. */
export function SkillsField({ skills, set }: SkillsProps) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const wanted = name.trim();
  const add = () => {
    if (!wanted) return;
    set({ ...skills, [wanted]: skills[wanted] ?? 1 });
    setName('');
  };
  const entries = Object.entries(skills).sort(([a], [b]) => a.localeCompare(b));
  return (
    <div className={classes.skills}>
      {entries.map(([skill, level]) => (
        <div key={skill} className={classes.skill}>
          <span className={classes.name}>{skill}</span>
          <Select
            aria-label={t('settings.skills.levelOf', { name: skill })}
            className={classes.level}
            size="xs"
            data={levels}
            value={String(level)}
            allowDeselect={false}
            onChange={(value) => value && set({ ...skills, [skill]: Number(value) })}
          />
          <ActionIcon size={28} aria-label={t('settings.skills.remove', { name: skill })} onClick={() => set(Object.fromEntries(entries.filter(([each]) => each !== skill)))}>
            <IconX size={15} />
          </ActionIcon>
        </div>
      ))}
      {entries.length < most && (
        <div className={classes.add}>
          <TextInput
            size="xs"
            aria-label={t('settings.skills.new')}
            placeholder={t('settings.skills.placeholder')}
            value={name}
            maxLength={60}
            onChange={(event) => setName(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
              event.preventDefault();
              add();
            }}
          />
          <Button variant="default" size="compact-sm" leftSection={<IconPlus size={15} />} disabled={!wanted} onClick={add}>
            {t('settings.skills.add')}
          </Button>
        </div>
      )}
    </div>
  );
}
