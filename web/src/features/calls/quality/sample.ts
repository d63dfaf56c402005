/** One direction between this browser and the phone system, since the connection was made. */
export interface Way {
  /** That were sent, lost ones too. */
  packets: number;
  lost: number;
  jitterMs: number | undefined;
}

/** What the browser has counted at a moment. */
export interface Sample {
  at: number;
  received: Way;
  sent: Way;
  rttMs: number | undefined;
  /** The energy of all that was heard, and the seconds that it took; undefined where the browser does not tell. */
  energy: number | undefined;
  seconds: number | undefined;
  codec: string;
}

/** An entry of RTCStatsReport, as far as it is read (W3C Identifiers for WebRTC's Statistics API). */
export interface StatsEntry {
  id: string;
  type: string;
  kind?: string;
  packetsReceived?: number;
  packetsLost?: number;
  packetsSent?: number;
  /** In seconds, as is roundTripTime. */
  jitter?: number;
  roundTripTime?: number;
  currentRoundTripTime?: number;
  totalAudioEnergy?: number;
  totalSamplesDuration?: number;
  nominated?: boolean;
  state?: string;
  codecId?: string;
  mimeType?: string;
}

const ms = (seconds: number | undefined): number | undefined => (seconds === undefined ? undefined : seconds * 1000);

/** What `getStats` says of the call's sound; undefined while there is none. */
export function sampleOf(entries: Iterable<StatsEntry>, at: number): Sample | undefined {
  const all = [...entries];
  const sound = (type: string) => all.find((entry) => entry.type === type && (entry.kind ?? 'audio') === 'audio');
  const inbound = sound('inbound-rtp');
  const outbound = sound('outbound-rtp');
  if (!inbound && !outbound) return undefined;
  const heard = sound('remote-inbound-rtp');
  const pair = all.find((entry) => entry.type === 'candidate-pair' && entry.nominated && entry.state === 'succeeded');
  const codecId = inbound?.codecId ?? outbound?.codecId;
  // Packets that came twice make the number of lost ones negative (RFC 3550, section 6.4.1).
  const lost = Math.max(0, inbound?.packetsLost ?? 0);
  return {
    at,
    received: { packets: (inbound?.packetsReceived ?? 0) + lost, lost, jitterMs: ms(inbound?.jitter) },
    sent: { packets: outbound?.packetsSent ?? 0, lost: Math.max(0, heard?.packetsLost ?? 0), jitterMs: ms(heard?.jitter) },
    rttMs: ms(pair?.currentRoundTripTime ?? heard?.roundTripTime),
    energy: inbound?.totalAudioEnergy,
    seconds: inbound?.totalSamplesDuration,
    codec: all.find((entry) => entry.id === codecId)?.mimeType?.split('/')[1] ?? '',
  };
}

// As a part of the loudest: 66 dB below it. A quiet room on a telephone is some 10 dB louder, a muted telephone silent.
const quiet = 0.0005;

/** Whether somebody may have been heard between two samples. What is not known is not held against anybody. */
export function isHeard(before: Sample | undefined, now: Sample): boolean {
  if (before?.energy === undefined || before.seconds === undefined || now.energy === undefined || now.seconds === undefined) return true;
  const seconds = now.seconds - before.seconds;
  // A connection made anew counts from nothing.
  return seconds < 0 || (seconds > 0 && Math.sqrt(Math.max(0, now.energy - before.energy) / seconds) > quiet);
}
