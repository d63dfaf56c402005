import { act, screen, waitFor } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { setUp, show } from '../../../testing/desk';
import type { QualityMonitor, QualityView } from './monitor';
import { QualityBars, QualityFigures, QualityStrip } from './Quality';

vi.mock('jssip', () => import('../../../testing/jssip'));
setUp();

const reading = { received: { lossPercent: 5.04, jitterMs: 12.4 }, sent: { lossPercent: 0, jitterMs: undefined }, rttMs: 240, codec: 'opus' };

/** A monitor that says what the test does. */
function monitorOf(first: Partial<QualityView>) {
  let view: QualityView = { level: undefined, reading: undefined, cause: undefined, sound: 'heard', ...first };
  const listeners = new Set<() => void>();
  const monitor = {
    view: () => view,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } as unknown as QualityMonitor;
  const says = (more: Partial<QualityView>) => {
    view = { ...view, ...more };
    act(() => listeners.forEach((listener) => listener()));
  };
  return { monitor, says };
}

describe('how the sound comes through (CALL-1, SYS-4)', () => {
  it.each([
    ['en', 'Sound quality: being measured…', 'Sound quality: bad', ['I hear', 'They hear', 'My network'], 'Sound interrupted · reconnecting'],
    ['ko', '통화 품질: 재는 중…', '통화 품질: 나쁨', ['받는 소리', '보내는 소리', '내 네트워크'], '소리가 끊겼어요 · 다시 연결 중'],
  ] as const)('stands beside the time, and a click tells the figures (%s)', async (locale, measuring, bad, words, interrupted) => {
    const { monitor, says } = monitorOf({});
    const onToggle = vi.fn();
    const { user } = await show(
      <>
        <QualityBars monitor={monitor} opened={false} onToggle={onToggle} />
        <QualityFigures monitor={monitor} />
        <QualityStrip monitor={monitor} />
      </>,
      { locale },
    );
    const bars = screen.getByRole('button', { name: measuring });
    says({ level: 'good', reading });
    expect(bars.dataset.level).toBe('good');
    expect(screen.queryByRole('status')).toBeNull();
    says({ level: 'bad', cause: 'download' });
    expect(bars.getAttribute('aria-label')).toBe(bad);
    expect(screen.getByTestId('quality-bad').textContent).toContain(words[2]);
    await user.click(bars);
    expect(onToggle).toHaveBeenCalledOnce();
    const panel = screen.getByRole('table').parentElement!;
    for (const text of [...words, '5.0 %', '12 ms', '0.0 %', '–', '240 ms', 'opus']) expect(panel.textContent).toContain(text);
    says({ sound: 'lost' });
    await waitFor(() => expect(screen.getByTestId('sound-lost').textContent).toBe(interrupted));
  });

  it('says when only the other side is silent', async () => {
    const { monitor } = monitorOf({ sound: 'farSilent' });
    await show(<QualityStrip monitor={monitor} />);
    expect(screen.getByTestId('sound-lost').textContent).toBe('No sound comes from the other side');
  });
});
