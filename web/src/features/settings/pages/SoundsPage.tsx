import { Button, FileButton, SegmentedControl, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconPlayerPlay, IconPlayerStop, IconUpload } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { apiBase, result } from '../../../shared/api/client';
import { client } from '../../../shared/api/client';
import { toApiError } from '../../../shared/api/problem';
import { clock } from '../../../shared/format/duration';
import { useMe } from '../../../shared/session/me';
import { tellError, tellProblem } from '../../../shared/ui/problems';
import { Loaded, Page, Section } from '../Page';
import { soundsQuery, useFresh, type Sound } from '../queries';
import { Row, Rows } from '../Rows';
import classes from './SoundsPage.module.css';

type Language = Sound['language'];

export default function SoundsPage() {
  const { t } = useTranslation();
  const query = useQuery(soundsQuery);
  return (
    <Loaded query={query} title={t('settings.pages.sounds')}>
      {({ items }) => <Sounds sounds={items} />}
    </Loaded>
  );
}

function Sounds({ sounds }: { sounds: readonly Sound[] }) {
  const { t } = useTranslation();
  const [language, setLanguage] = useState<Language>(useMe().locale);
  const [playing, setPlaying] = useState<string | undefined>();
  const audio = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    const element = audio.current;
    if (!element || !playing) return;
    element.src = playing;
    element.play().catch(tellProblem);
    return () => element.pause();
  }, [playing]);
  const shown = sounds.filter((sound) => sound.language === language);
  const own = shown.filter((sound) => !sound.text && sound.own);
  const builtIn = shown.filter((sound) => !own.includes(sound));
  const row = (sound: Sound) => <SoundRow key={sound.name} sound={sound} playing={playing?.startsWith(sound.url) ?? false} play={(url) => setPlaying(url)} stop={() => setPlaying(undefined)} />;
  return (
    <Page title={t('settings.pages.sounds')} lead={t('settings.sounds.lead')}>
      <SegmentedControl
        aria-label={t('settings.sounds.language')}
        value={language}
        onChange={(value) => setLanguage(value)}
        data={(['ko', 'en'] as const).map((value) => ({ value, label: t(`settings.call.languages.${value}`) }))}
      />
      <audio ref={audio} onEnded={() => setPlaying(undefined)} />
      <Section title={t('settings.sounds.own')} text={t('settings.sounds.ownHint')}>
        {own.length > 0 && <Rows label={t('settings.sounds.own')}>{own.map(row)}</Rows>}
        <AddSound language={language} />
      </Section>
      <Section title={t('settings.sounds.builtIn')} text={t('settings.sounds.builtInHint')}>
        <Rows label={t('settings.sounds.builtIn')}>{builtIn.map(row)}</Rows>
      </Section>
    </Page>
  );
}

const mostBytes = 10 * 1024 * 1024;

/** The file itself is the body, so that the server converts it as it comes. */
async function upload(name: string, language: Language, file: File): Promise<void> {
  const answer = await fetch(`${apiBase}/sounds/${encodeURIComponent(name)}?language=${language}`, { method: 'PUT', body: file, headers: { 'Content-Type': file.type.startsWith('audio/') ? file.type : 'audio/mpeg' }, credentials: 'same-origin' });
  if (!answer.ok) throw toApiError(await answer.json().catch(() => null), answer.status);
}

function useUpload(language: Language) {
  const { t } = useTranslation();
  const fresh = useFresh();
  return useMutation({
    mutationFn: ({ name, file }: { name: string; file: File }) => upload(name, language, file),
    onSuccess: () => {
      notifications.show({ message: t('settings.sounds.saved') });
      return fresh.all();
    },
    onError: tellProblem,
  });
}

interface SoundRowProps {
  sound: Sound;
  playing: boolean;
  play: (url: string) => void;
  stop: () => void;
}

function SoundRow({ sound, playing, play, stop }: SoundRowProps) {
  const { t } = useTranslation();
  const fresh = useFresh();
  const put = useUpload(sound.language);
  const remove = useMutation({
    mutationFn: () => result(client.DELETE('/sounds/{name}', { params: { path: { name: sound.name }, query: { language: sound.language } } })),
    onSuccess: fresh.all,
    onError: tellProblem,
  });
  // A replaced sound has the address of the old one: its moment keeps the browser from playing that.
  const url = `${sound.url}&at=${encodeURIComponent(sound.createdAt ?? '')}`;
  const facts = (
    <>
      {sound.own && <span className={classes.own}>{sound.text ? t('settings.sounds.replaced') : clock(sound.durationMs ?? 0)}</span>}
      {sound.text}
    </>
  );
  return (
    <Row
      name={sound.name}
      facts={facts}
      action={
        <span className={classes.actions}>
          <Button variant="default" size="compact-sm" aria-label={t(playing ? 'settings.sounds.stop' : 'settings.sounds.play', { name: sound.name })} onClick={() => (playing ? stop() : play(url))}>
            {playing ? <IconPlayerStop size={16} /> : <IconPlayerPlay size={16} />}
          </Button>
          <FileButton accept="audio/wav,audio/mpeg,.wav,.mp3" onChange={(file) => file && (file.size > mostBytes ? tellError(t('settings.sounds.tooLarge')) : put.mutate({ name: sound.name, file }))}>
            {(props) => (
              <Button {...props} variant="default" size="compact-sm" loading={put.isPending} aria-label={t('settings.sounds.replace', { name: sound.name })}>
                <IconUpload size={16} />
              </Button>
            )}
          </FileButton>
          {sound.own && (
            <Button variant="subtle" color="gray" size="compact-sm" loading={remove.isPending} onClick={() => remove.mutate()}>
              {t(sound.text ? 'settings.sounds.restore' : 'settings.sounds.remove')}
            </Button>
          )}
        </span>
      }
    />
  );
}


function AddSound({ language }: { language: Language }) {
  const { t } = useTranslation();
  const put = useUpload(language);
  const [name, setName] = useState('');
  const wanted = name.trim().toLowerCase();
  const wrong = wanted !== '' && !/^[a-z0-9-]{1,60}$/.test(wanted);
  return (
    <div className={classes.add}>
      <TextInput aria-label={t('settings.sounds.name')} placeholder={t('settings.sounds.name')} value={name} maxLength={60} error={wrong ? t('settings.sounds.nameRule') : undefined} onChange={(event) => setName(event.currentTarget.value)} />
      <FileButton
        accept="audio/wav,audio/mpeg,.wav,.mp3"
        disabled={!wanted || wrong}
        onChange={(file) => {
          if (!file) return;
          if (file.size > mostBytes) return tellError(t('settings.sounds.tooLarge'));
          put.mutate({ name: wanted, file }, { onSuccess: () => setName('') });
        }}
      >
        {(props) => (
          <Button {...props} variant="default" disabled={!wanted || wrong} loading={put.isPending} leftSection={<IconUpload size={16} />}>
            {t('settings.sounds.add')}
          </Button>
        )}
      </FileButton>
    </div>
  );
}
