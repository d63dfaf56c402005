import { EventEmitter } from 'node:events';
import type { RTCSession } from 'jssip/lib/RTCSession';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { call, customer, part } from '../../testing/samples';
import { Sessions } from './sessions';
import { inviteGraceMs } from './verdict';

class FakeSession extends EventEmitter {
  ended = false;
  answer = vi.fn();
  terminate = vi.fn(() => {
    this.ended = true;
    this.emit('ended');
  });
  isEnded = () => this.ended;
  get session(): RTCSession {
    return this as unknown as RTCSession;
  }
}

const track = { enabled: true, stop: vi.fn(), kind: 'audio', addEventListener: vi.fn(), removeEventListener: vi.fn() };
const stream = { getTracks: () => [track], getAudioTracks: () => [track] };
const getUserMedia = vi.fn(() => Promise.resolve(stream));
const handlers = { onChange: vi.fn(), onVoices: vi.fn(), onVoiceBack: vi.fn(), onRemote: vi.fn(), onError: vi.fn(), iceServers: vi.fn((): RTCIceServer[] => []) };
const ringing = { 'call-1': call() };
const joined = (muted = false) => ({ 'call-1': call({ participants: [customer(), part('me', 'joined', { muted })] }) });
let sessions: Sessions;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia } });
  Object.values(handlers).forEach((handler) => handler.mockClear());
  track.enabled = true;
  track.stop.mockClear();
  sessions = new Sessions('me', handlers);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function invite(callId: string | undefined = 'call-1'): FakeSession {
  const fake = new FakeSession();
  sessions.invited(fake.session, callId);
  return fake;
}

describe('sessions (IN-1, IN-11, CALL-4)', () => {
  it.each([
    ['without a call id', () => invite('')],
    ['for a call that has a session', () => (invite(), invite())],
  ])('answers 486 to an INVITE %s', (_, act) => {
    expect(act().terminate).toHaveBeenCalledExactlyOnceWith({ status_code: 486 });
  });

  it('answers 486 once the grace is over and the live channel shows no such ringing', () => {
    sessions.reconcile({});
    const fake = invite();
    expect(fake.terminate).not.toHaveBeenCalled();
    vi.advanceTimersByTime(inviteGraceMs);
    expect(fake.terminate).toHaveBeenCalledWith({ status_code: 486 });
  });

  it('concludes nothing while the live channel is lost', () => {
    const fake = invite();
    sessions.reconcile(undefined);
    vi.advanceTimersByTime(inviteGraceMs);
    expect(fake.terminate).not.toHaveBeenCalled();
  });

  it('answers with the microphone and the servers that there are, on the first candidate of UDP and IPv4', async () => {
    const iceServers = [{ urls: ['turn:turn.example:3478'], username: '1:me', credential: 'x' }];
    handlers.iceServers.mockReturnValueOnce(iceServers);
    const fake = invite();
    sessions.reconcile(ringing);
    await sessions.answer('call-1');
    expect(fake.answer).toHaveBeenCalledWith({ mediaStream: stream, pcConfig: { iceServers } });
    const ready = vi.fn();
    for (const candidate of [
      { protocol: 'tcp', address: '192.0.2.1' },
      { protocol: 'udp', address: '2001:db8::1' },
      { protocol: 'udp', address: '0f1e2d3c.local' },
      { protocol: 'udp', address: null },
    ]) {
      fake.emit('icecandidate', { candidate, ready });
    }
    expect(ready).not.toHaveBeenCalled();
    fake.emit('icecandidate', { candidate: { protocol: 'udp', address: '192.0.2.1' }, ready });
    expect(ready).toHaveBeenCalledOnce();
    fake.emit('accepted');
    expect(handlers.onChange).toHaveBeenLastCalledWith({ 'call-1': 'up' });
  });

  it('goes on ringing when the microphone is refused', async () => {
    getUserMedia.mockRejectedValueOnce(new DOMException('no', 'NotAllowedError'));
    const fake = invite();
    await expect(sessions.answer('call-1')).rejects.toMatchObject({ state: 'denied' });
    expect(fake.answer).not.toHaveBeenCalled();
    expect(handlers.onChange).toHaveBeenLastCalledWith({ 'call-1': 'incoming' });
  });

  it('ends a running session when the live channel says that I am out, and gives the microphone back', async () => {
    const fake = invite();
    sessions.reconcile(ringing);
    await sessions.answer('call-1');
    fake.emit('accepted');
    sessions.reconcile(joined());
    sessions.reconcile({});
    expect(fake.terminate).toHaveBeenCalledOnce();
    expect(track.stop).toHaveBeenCalled();
    expect(handlers.onRemote).toHaveBeenLastCalledWith(null);
    expect(handlers.onChange).toHaveBeenLastCalledWith({});
  });

  it('comes back muted when the engine dials a muted agent anew', async () => {
    sessions.reconcile(joined(true));
    const fake = invite();
    await vi.waitFor(() => expect(fake.answer).toHaveBeenCalled());
    expect(track.enabled).toBe(false);
  });

  it('cuts the microphone itself', async () => {
    invite();
    sessions.reconcile(ringing);
    await sessions.answer('call-1');
    sessions.setMuted('call-1', true);
    expect(track.enabled).toBe(false);
    sessions.setMuted('call-1', false);
    expect(track.enabled).toBe(true);
  });

  it('answers when the INVITE comes, if the answer was first', async () => {
    sessions.reconcile(ringing);
    const answered = sessions.answer('call-1');
    expect(handlers.onChange).toHaveBeenLastCalledWith({ 'call-1': 'early' });
    const fake = invite();
    await answered;
    expect(fake.answer).toHaveBeenCalledOnce();
  });

  it('forgets an early answer once the call rings here no more', () => {
    sessions.reconcile(ringing);
    void sessions.answer('call-1');
    sessions.reconcile({});
    expect(handlers.onChange).toHaveBeenLastCalledWith({});
    sessions.reconcile(ringing);
    expect(invite().answer).not.toHaveBeenCalled();
  });

  it('says of an early answer that the microphone is refused, and the call rings on', async () => {
    sessions.reconcile(ringing);
    const answered = sessions.answer('call-1');
    getUserMedia.mockRejectedValueOnce(new DOMException('no', 'NotAllowedError'));
    invite();
    await expect(answered).rejects.toThrow();
    expect(handlers.onChange).toHaveBeenLastCalledWith({ 'call-1': 'incoming' });
  });
});
