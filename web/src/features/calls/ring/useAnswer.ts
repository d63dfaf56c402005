import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Call } from '../../../shared/api/types';
import { phoneStatus } from '../../../shared/phone/phone';
import { usePhone, usePhoneView } from '../../../shared/phone/PhoneProvider';
import { useCallActions } from '../useCallActions';

export interface RingProps {
  call: Call;
  /** The browser holds back the ring's sound. */
  blocked: boolean;
  onSilence: () => void;
  onAnswer: () => void;
}

/** How what rings is answered or declined. */
export interface Answering {
  answer: () => void;
  decline: () => void;
  declining: boolean;
  connecting: boolean;
  /** What stands in the way of answering, in words. */
  obstacle: string | undefined;
  /** Asks for the microphone again; only where that can help. */
  allowMicrophone: (() => void) | undefined;
}

/** How a ringing call is answered or declined, and what stands in the way of answering. */
export function useAnswer({ call, onSilence, onAnswer }: RingProps): Answering {
  const { t } = useTranslation();
  const phone = usePhone();
  const view = usePhoneView();
  const navigate = useNavigate();
  const actions = useCallActions(call.id);
  const session = view.sessions[call.id];
  const status = phoneStatus(view);
  const noMicrophone = status === 'no-mic' && session !== 'up';
  const obstacle = status === 'elsewhere' ? t('ring.elsewhere') : noMicrophone ? t(`ring.mic_${view.microphone}`) : session === undefined ? t('ring.waiting') : undefined;

  const answer = () => {
    if (status === 'elsewhere' || (session !== undefined && session !== 'incoming')) return;
    onSilence();
    onAnswer();
    phone.answer(call.id).then(
      () => void navigate(`/inbox/all/${call.conversationId}`),
      () => undefined,
    );
  };
  const decline = () => {
    onSilence();
    actions.run('decline');
  };
  return {
    answer,
    decline,
    declining: actions.running === 'decline',
    connecting: session === 'early' || session === 'answering' || session === 'up',
    obstacle,
    allowMicrophone: noMicrophone && view.microphone !== 'insecure' ? () => void phone.testMicrophone() : undefined,
  };
}
