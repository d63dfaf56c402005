import type { WebSocket } from 'ws';
import { lists, type ListName } from '../src/api/queries';
import type { Call, Contact, ContactInput, Conversation, ConversationSummary, Note, Participant } from '../src/api/types';
import type { LiveEvent } from '../src/live/protocol';
import { belongs } from '../src/live/pages';
import { isLive } from '../src/live/reducer';
import { ago, id, newWorld, number, participantOf, type World } from './data';
import type { MockSip } from './sip';

export interface Reply {
  status: number;
  body?: unknown;
  raw?: Buffer | string;
  type?: string;
}

type Body = Record<string, unknown>;
type EventOf = LiveEvent extends infer E ? (E extends LiveEvent ? Pick<E, 'topic' | 'data'> : never) : never;

const ok = (body?: unknown, status = 200): Reply => ({ status, body });
const problem = (status: number, code: string, title: string, field?: string): Reply => ({
  status,
  type: 'application/problem+json',
  body: { type: 'about:blank', title, status, code, field },
});

const summary = ({ calls, notes, ...rest }: Conversation): ConversationSummary => rest;

export class Api {
  offline = false;
  private world: World = newWorld(true, false);
  private readonly sockets = new Set<WebSocket>();
  private seq = 0;

  constructor(private readonly sip: MockSip) {}

  attach(socket: WebSocket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    const calls = this.world.conversations.flatMap((c) => c.calls).filter(isLive);
    socket.send(JSON.stringify({ type: 'snapshot', seq: this.seq, me: this.world.me, agents: this.world.agents, calls }));
  }

  request(method: string, url: URL, body: Body): Reply {
    const path = url.pathname.slice('/api/v1'.length);
    if (path === '/login') return this.login(body);
    if (!this.world.signedIn) return problem(401, 'unauthenticated', 'Sign in first.');
    const [, resource = '', itemId = '', action = ''] = path.split('/');
    switch (resource) {
      case 'logout':
        this.world.signedIn = false;
        return ok(undefined, 204);
      case 'me':
        return this.me(method, body);
      case 'phone':
        return ok({ id: 'ph1', uri: 'sip:agent@127.0.0.1', username: 'agent', password: 'mock', socket: '/sip?phone=ph1' }, 201);
      case 'numbers':
        return ok({ items: [number] });
      case 'agents':
        return ok({ items: this.world.agents });
      case 'calls':
        return itemId === 'test' ? this.command('ring', {}, 202) : this.act(itemId, action, body);
      case 'conversations':
        return this.conversations(method, url, itemId, action, body);
      case 'contacts':
        return this.contactsApi(method, url, itemId, body);
      case 'recordings':
        return this.recording(itemId);
      default:
        return problem(404, 'not_found', 'There is no such thing.');
    }
  }

  command(name: string, body: Body, status = 200): Reply {
    switch (name) {
      case 'reset':
        this.world = newWorld(body.filled !== false, body.signedIn !== false);
        Object.assign(this.world.me, body.me);
        this.offline = false;
        for (const socket of this.sockets) socket.close();
        return ok({});
      case 'ring':
        return ok({ id: this.ring(body.colleagues !== false, (body.contact as number | undefined) ?? 0) }, status);
      case 'colleague':
        this.colleague(String(body.id), String(body.do));
        return ok({});
      case 'hangup':
        this.end(this.call(String(body.id)), 'customer');
        return ok({});
      case 'offline':
        this.offline = body.on !== false;
        if (this.offline) for (const socket of this.sockets) socket.close();
        if (this.offline) this.sip.dropAll();
        return ok({});
      case 'resync':
        this.broadcast({ type: 'resync' });
        return ok({});
      default:
        return problem(404, 'not_found', 'No such command.');
    }
  }

  private login(body: Body): Reply {
    if (this.world.failedLogins >= 4) return problem(429, 'limit', 'Too many attempts. Try again in a minute.');
    if (body.password !== 'demo') {
      this.world.failedLogins += 1;
      return problem(401, 'unauthenticated', 'Email or password is wrong.');
    }
    this.world.signedIn = true;
    return ok(this.world.me);
  }

  private me(method: string, body: Body): Reply {
    const { me } = this.world;
    if (method === 'PATCH') {
      if (body.manualStatus === 'available' || body.manualStatus === 'rest') me.status = me.manualStatus = body.manualStatus;
      if (typeof body.takesPhone === 'boolean') me.takesPhone = body.takesPhone;
      if (body.locale === 'ko' || body.locale === 'en') me.locale = body.locale;
      this.publish({ topic: 'me', data: me });
    }
    return ok(me);
  }

  private conversations(method: string, url: URL, itemId: string, action: string, body: Body): Reply {
    if (!itemId) {
      const list = lists.find((known): known is ListName => known === url.searchParams.get('list')) ?? 'all';
      const contactId = url.searchParams.get('contactId') ?? undefined;
      const items = this.world.conversations.filter((c) => belongs(c, { list, contactId }, 'a1')).map(summary);
      return ok({ items: items.sort((a, b) => b.updatedAt.localeCompare(a.updatedAt)) });
    }
    const conversation = this.world.conversations.find((c) => c.id === itemId);
    if (!conversation) return problem(404, 'not_found', 'There is no such conversation.');
    if (action === 'notes') return this.note(conversation, body);
    if (method === 'PATCH') this.change(conversation, body);
    return ok(conversation);
  }

  private change(conversation: Conversation, body: Body): void {
    if (body.state === 'open' || body.state === 'closed') conversation.state = body.state;
    if (typeof body.assigneeId === 'string') {
      const agent = this.world.agents.find((a) => a.id === body.assigneeId);
      if (agent) conversation.assignee = { id: agent.id, name: agent.name };
      else delete conversation.assignee;
    }
    this.publish({ topic: 'conversation', data: summary(conversation) });
  }

  private note(conversation: Conversation, body: Body): Reply {
    const mentions = this.world.agents.filter((a) => (body.mentions as string[] | undefined)?.includes(a.id));
    const note: Note = { id: id('note'), conversationId: conversation.id, author: { id: 'a1', name: this.world.me.name }, text: String(body.text), mentions, createdAt: ago(0) };
    conversation.notes.push(note);
    conversation.lastNote = note.text.slice(0, 60);
    this.publish({ topic: 'note', data: note });
    this.publish({ topic: 'conversation', data: summary(conversation) });
    return ok(note, 201);
  }

  private contactsApi(method: string, url: URL, itemId: string, body: Body): Reply {
    const q = (url.searchParams.get('q') ?? '').toLowerCase();
    if (method === 'GET' && !itemId)
      return ok({ items: this.world.contacts.filter((c) => `${c.name} ${c.numbers.join(' ')}`.toLowerCase().includes(q)) });
    const input = body as unknown as ContactInput;
    if (method === 'POST') {
      const added: Contact = { id: id('contact'), kind: 'member', name: input.name, email: input.email ?? '', numbers: input.numbers ?? [], profile: [], createdAt: ago(0) };
      this.world.contacts.unshift(added);
      return ok(added, 201);
    }
    const contact = this.world.contacts.find((c) => c.id === itemId);
    if (!contact) return problem(404, 'not_found', 'There is no such contact.');
    if (method === 'PUT') {
      if (input.numbers?.some((n) => /[a-z]/i.test(n))) return problem(400, 'invalid', 'This is not a phone number.', 'numbers');
      Object.assign(contact, { name: input.name, email: input.email, kind: 'member' });
      contact.profile = contact.profile.map((f) => ({ ...f, value: input.profile?.[f.key] ?? f.value }));
      this.publish({ topic: 'contact', data: contact });
    }
    return ok(contact);
  }

  private recording(itemId: string): Reply {
    if (itemId.endsWith('.mp3')) return problem(404, 'not_found', 'The mock has no sound.');
    const found = this.world.recordings.find((r) => r.id === itemId);
    return found ? ok(found) : problem(404, 'not_found', 'There is no such recording.');
  }

  private ring(colleagues: boolean, which: number): string {
    const contact = this.world.contacts[which] ?? { id: id('contact'), kind: 'lead' as const, name: '', email: '', numbers: ['+821044445555'], profile: [], createdAt: ago(0) };
    if (!this.world.contacts.includes(contact)) this.world.contacts.push(contact);
    const conversationId = id('conv');
    const rung = this.world.agents.filter((a) => a.id === 'a1' || (colleagues && a.id === 'a2'));
    const call: Call = {
      id: id('call'),
      conversationId,
      kind: 'phone',
      direction: 'inbound',
      state: 'ringing',
      from: contact.numbers[0] ?? '',
      to: number.number,
      number,
      contact,
      startedAt: ago(0),
      participants: [
        participantOf('contact', contact.name, { contactId: contact.id, joinedAt: ago(0) }),
        ...rung.map((a) => participantOf('agent', a.name, { agentId: a.id, state: 'ringing', ringingAt: ago(0) })),
      ],
    };
    this.world.conversations.push({ id: conversationId, kind: 'phone', direction: 'inbound', state: 'open', tags: [], contact, number, live: true, createdAt: ago(0), updatedAt: ago(0), calls: [call], notes: [] });
    this.sip.ring(call.id);
    this.tell(call);
    // JsSIP answers with 200 OK, which the mock does not read: the desk's own microphone tells that it answered.
    return call.id;
  }

  private colleague(callId: string, what: string): void {
    const call = this.call(callId);
    const find = (agentId: string) => call.participants.find((p) => p.agentId === agentId);
    if (what === 'answers') this.join(call, 'a2');
    if (what === 'i-answer') this.join(call, 'a1');
    if (what === 'holds') this.hold(call, 'a2');
    if (what === 'joins' && !find('a2')?.joinedAt) call.participants.push(participantOf('agent', '박도윤', { agentId: 'a2', joinedAt: ago(0), muted: true }));
    if (what === 'rings') call.participants.push(participantOf('agent', 'Alexandra Konstantinopoulou-Whitfield', { agentId: 'a3', state: 'ringing', ringingAt: ago(0) }));
    this.tell(call);
  }

  private join(call: Call, agentId: string): void {
    const joined = call.participants.find((p) => p.agentId === agentId);
    for (const p of call.participants) if (p.state === 'ringing') p.state = p === joined ? 'joined' : 'taken';
    if (joined) joined.joinedAt = ago(0);
    call.state = 'talking';
    call.answeredAt = ago(0);
    call.recording = { id: id('rec'), state: 'recording' };
    if (agentId !== 'a1') this.sip.cancel(call.id);
    const conversation = this.conversation(call);
    if (joined) conversation.assignee = { id: agentId, name: joined.name };
  }

  private hold(call: Call, agentId: string): void {
    const agent = this.world.agents.find((a) => a.id === agentId);
    call.hold = { agentId, name: agent?.name ?? '', since: ago(0) };
    this.customer(call).onHold = true;
  }

  private act(callId: string, action: string, body: Body): Reply {
    const call = this.call(callId);
    const mine = call.participants.find((p) => p.agentId === 'a1');
    if (!mine) return problem(409, 'conflict', 'You are not in this call.');
    if (action === 'decline') mine.state = 'declined';
    if (action === 'mute' || action === 'unmute') mine.muted = action === 'mute';
    if (action === 'hold') this.hold(call, 'a1');
    if (action === 'release') {
      delete call.hold;
      this.customer(call).onHold = false;
    }
    if (action === 'dtmf') console.log('dtmf', body.digits);
    if (action === 'end') this.end(call, 'agent');
    if (action === 'leave') {
      if (call.participants.filter((p) => p.kind === 'agent' && p.state === 'joined').length < 2) this.end(call, 'agent');
      else mine.state = 'left';
    }
    this.tell(call);
    return ok(call);
  }

  private end(call: Call, by: 'customer' | 'agent'): void {
    const missed = !call.answeredAt;
    for (const p of call.participants) {
      if (p.state === 'joined') p.state = 'left';
      if (p.state === 'ringing') p.state = 'missed';
      p.leftAt = ago(0);
    }
    call.state = missed ? 'missed' : 'ended';
    call.endedAt = ago(0);
    call.endedBy = by;
    if (missed) call.missedReason = 'userLeft';
    if (call.recording) call.recording.state = 'processing';
    const conversation = this.conversation(call);
    if (missed) Object.assign(conversation, { state: 'missed', missedReason: 'userLeft' });
    conversation.live = false;
    this.tell(call);
  }

  private tell(call: Call): void {
    this.publish({ topic: 'call', data: call });
    const conversation = this.conversation(call);
    conversation.updatedAt = ago(0);
    this.publish({ topic: 'conversation', data: summary(conversation) });
  }

  private readonly customer = (call: Call): Participant => call.participants.find((p) => p.kind === 'contact') as Participant;
  private readonly conversation = (call: Call): Conversation => this.world.conversations.find((c) => c.id === call.conversationId) as Conversation;
  private readonly call = (callId: string): Call => this.world.conversations.flatMap((c) => c.calls).find((c) => c.id === callId) as Call;

  private publish(event: EventOf): void {
    this.seq += 1;
    this.broadcast({ type: 'event', seq: this.seq, ...event });
  }

  private broadcast(message: unknown): void {
    for (const socket of this.sockets) socket.send(JSON.stringify(message));
  }
}
