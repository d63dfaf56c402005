import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';

// A registrar and caller that says just enough for JsSIP to register and to be rung. No sound ever flows.
const offer = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'm=audio 40000 UDP/TLS/RTP/SAVPF 0',
  'c=IN IP4 127.0.0.1',
  'a=rtpmap:0 PCMU/8000',
  'a=ice-ufrag:mock',
  'a=ice-pwd:mockmockmockmockmockmock',
  'a=candidate:1 1 udp 2130706431 127.0.0.1 40000 typ host',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
  'a=setup:actpass',
  'a=mid:0',
  'a=sendrecv',
  'a=rtcp-mux',
  '',
].join('\r\n');

const header = (text: string, name: string): string => new RegExp(`^${name}:\\s*(.*)$`, 'im').exec(text)?.[1]?.trim() ?? '';

export class MockSip {
  private readonly phones = new Set<WebSocket>();
  private readonly invites = new Map<string, string>();

  attach(socket: WebSocket): void {
    this.phones.add(socket);
    socket.on('close', () => this.phones.delete(socket));
    socket.on('message', (data: Buffer) => this.receive(socket, data.toString()));
  }

  ring(callId: string): void {
    const branch = `z9hG4bK${randomUUID()}`;
    this.invites.set(callId, branch);
    this.send(
      'INVITE',
      callId,
      branch,
      ['Contact: <sip:engine@127.0.0.1;transport=ws>', `X-Ringdesk-Call: ${callId}`, 'Allow: INVITE,ACK,BYE,CANCEL', 'Content-Type: application/sdp'],
      offer,
    );
  }

  cancel(callId: string): void {
    const branch = this.invites.get(callId);
    if (branch) this.send('CANCEL', callId, branch, []);
  }

  dropAll(): void {
    for (const phone of this.phones) phone.close();
  }

  private send(method: string, callId: string, branch: string, extra: string[], body = ''): void {
    const lines = [
      `${method} sip:agent@127.0.0.1 SIP/2.0`,
      `Via: SIP/2.0/WS 127.0.0.1:8088;branch=${branch}`,
      'Max-Forwards: 70',
      'From: "customer" <sip:engine@127.0.0.1>;tag=engine',
      'To: <sip:agent@127.0.0.1>',
      `Call-ID: ${callId}`,
      `CSeq: 1 ${method}`,
      ...extra,
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    for (const phone of this.phones) phone.send(`${lines.join('\r\n')}\r\n\r\n${body}`);
  }

  private receive(socket: WebSocket, text: string): void {
    if (!/^(REGISTER|BYE|OPTIONS) /.test(text)) return;
    const lines = ['Via', 'From', 'Call-ID', 'CSeq'].map((name) => `${name}: ${header(text, name)}`);
    const contact = text.startsWith('REGISTER') ? [`Contact: ${header(text, 'Contact').replace(/;expires=\d+/, '')};expires=600`] : [];
    socket.send(['SIP/2.0 200 OK', ...lines, `To: ${header(text, 'To')};tag=engine`, ...contact, 'Content-Length: 0', '', ''].join('\r\n'));
  }
}
