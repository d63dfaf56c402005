import type { en } from './devices.words.en';

export const ko: typeof en = {
  devices: {
    microphone: '마이크',
    speaker: '스피커',
    ring: '벨소리',
    system: '시스템 기본값',
    asSpeaker: '스피커와 같게',
    level: '입력 음량',
    record_idle: '{{seconds}}초 녹음해 들어 보기',
    record_recording: '녹음 중이에요. 말해 보세요…',
    record_playing: '재생 중…',
    echo: '울림 없애기',
    noise: '주변 소음 줄이기',
    volume: '음량',
    test_speaker: '테스트 소리 재생',
    test_ring: '벨소리 재생',
    speakerBySystem: '이 브라우저는 시스템 스피커로 재생해요.',
    gone: '{{device}}의 연결이 빠졌어요. 다시 연결할 때까지 시스템 기본값을 써요.',
  },
};
