import type { en } from './words.en';

export const ko: typeof en = {
  quality: {
    title: '통화 품질',
    label: '통화 품질: {{level}}',
    good: '좋음',
    fair: '보통',
    bad: '나쁨',
    measuring: '재는 중…',
    received: '받는 소리',
    sent: '보내는 소리',
    loss: '손실',
    jitter: '지터',
    rtt: '왕복 지연',
    codec: '코덱',
    mySide: '내 네트워크',
    farSide: '상대 쪽',
    cause: {
      far: '상대 쪽에서 소리가 고르지 않게 와요. 이쪽에서 바꿀 수 있는 것은 없어요.',
      slow: '서버까지 오가는 데 너무 오래 걸려요. VPN이나 먼 와이파이 때문일 수 있어요.',
      upload: '내 말이 가는 길에 빠지고 있어요. 업로드를 멈추거나 유선으로 연결해 보세요.',
      download: '들리는 소리가 오는 길에 빠지고 있어요. 유선으로 연결하거나 와이파이에 가까이 가 보세요.',
      unsteady: '네트워크가 고르지 않아요. 유선으로 연결하고 큰 다운로드를 멈춰 보세요.',
    },
    lost: '소리가 끊겼어요 · 다시 연결 중',
    farSilent: '상대 쪽에서 소리가 오지 않아요',
  },
};
