import type { en } from './quality.words.en';

export const ko: typeof en = {
  callSound: {
    title: '통화 품질',
    good: '내내 좋음',
    shares: '좋음 {{good}}% · 보통 {{fair}}% · 나쁨 {{bad}}%',
    silent: '{{time}} 동안 끊김',
    received: '받은 소리: 손실 {{loss}}%, 지터 {{jitter}}ms',
    sent: '보낸 소리: 손실 {{loss}}%, 지터 {{jitter}}ms',
    rtt: '왕복 지연 {{rtt}}ms',
  },
};
