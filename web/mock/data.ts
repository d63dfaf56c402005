import type { Agent, Call, Contact, Conversation, Me, Note, Participant, Recording } from '../src/api/types';
import { agentSettings } from '../src/testing/samples';

/** What the mock server knows; POST /mock/reset puts it back. */
export interface World {
  signedIn: boolean;
  failedLogins: number;
  me: Me;
  agents: Agent[];
  contacts: Contact[];
  conversations: Conversation[];
  recordings: Recording[];
}

export const number = { id: 'n1', number: '+827076660001', label: '대표번호' };
const workspace = { id: 'w1', name: 'Hanbit Outdoor', country: 'KR', timeZone: 'Asia/Seoul' };
const minute = 60_000;
let made = 0;

export const id = (prefix: string): string => `${prefix}-${String(++made).padStart(4, '0')}`;
export const ago = (minutes: number): string => new Date(Date.now() - minutes * minute).toISOString();

const agents: Agent[] = [
  { id: 'a1', name: '김서연', email: 'owner@example.com', role: 'owner', seat: true, takesPhone: true, status: 'available', ...agentSettings },
  { id: 'a2', name: '박도윤', email: 'doyun@example.com', role: 'agent', seat: true, takesPhone: true, status: 'available', ...agentSettings },
  { id: 'a3', name: 'Alexandra Konstantinopoulou-Whitfield', email: 'alex@example.com', role: 'agent', seat: true, takesPhone: true, status: 'rest', ...agentSettings, manualStatus: 'rest' },
];

function contact(name: string, numbers: string[], values: string[] = [], minutes = 4000): Contact {
  const labels = [
    ['tier', '등급'],
    ['orders', '최근 주문'],
    ['region', '지역'],
    ['memo', '특이사항'],
  ] as const;
  return {
    id: id('contact'),
    kind: name ? 'member' : 'lead',
    name,
    email: name ? `${made}@customer.example` : '',
    numbers,
    profile: labels.map(([key, label], index) => ({ key, label, value: values[index] ?? '' })),
    createdAt: ago(minutes),
  };
}

export const participantOf = (kind: 'contact' | 'agent', name: string, rest: Partial<Participant>): Participant => ({
  id: id('p'),
  kind,
  name,
  state: 'joined',
  muted: false,
  onHold: false,
  ...rest,
});

function recording(callId: string, minutes: number, seconds: number): Recording {
  const peaks = Array.from({ length: 400 }, (_, i) => Math.round(Math.abs(Math.sin(i / 9) * Math.cos(i / 31) * 88) + ((i * 37) % 13)));
  return { id: id('rec'), callId, state: 'ready', startedAt: ago(minutes), durationMs: seconds * 1000, url: '', peaks, tracks: [] };
}

interface Past {
  contact: Contact;
  minutes: number;
  talk?: number;
  missed?: Conversation['missedReason'];
  assignee?: Agent;
  closed?: boolean;
  processing?: boolean;
  notes?: [Agent, string, Agent[]?][];
}

function past(world: World, { contact, minutes, talk = 0, missed, assignee, closed, processing, notes = [] }: Past): void {
  const conversationId = id('conv');
  const callId = id('call');
  const rec = recording(callId, minutes, talk);
  rec.url = `/api/v1/recordings/${rec.id}.mp3`;
  const answered = ago(minutes - 0.15);
  const ended = ago(minutes - 0.15 - talk / 60);
  if (!missed) world.recordings.push(rec);
  const call: Call = {
    id: callId,
    conversationId,
    kind: 'phone',
    direction: 'inbound',
    state: missed ? 'missed' : 'ended',
    from: contact.numbers[0] ?? '',
    to: number.number,
    number,
    contact,
    startedAt: ago(minutes),
    ...(missed ? { missedReason: missed } : { answeredAt: answered, endedBy: 'customer' as const }),
    endedAt: ended,
    participants: [
      participantOf('contact', contact.name, { contactId: contact.id, state: 'left', joinedAt: ago(minutes), leftAt: ended }),
      participantOf('agent', (assignee ?? agents[0])?.name ?? '', {
        agentId: assignee?.id ?? 'a1',
        state: missed ? 'missed' : 'left',
        ringingAt: ago(minutes),
        ...(missed ? {} : { joinedAt: answered, leftAt: ended }),
      }),
    ],
    ...(missed ? {} : { recording: processing ? { id: rec.id, state: 'processing' as const } : { id: rec.id, state: 'ready' as const, url: rec.url, durationMs: rec.durationMs } }),
  };
  world.conversations.push({
    id: conversationId,
    kind: 'phone',
    direction: 'inbound',
    state: closed ? 'closed' : missed ? 'missed' : 'open',
    contact,
    number,
    tags: [],
    ...(assignee ? { assignee: { id: assignee.id, name: assignee.name } } : {}),
    ...(missed ? { missedReason: missed } : { talkSeconds: talk }),
    ...(notes.length ? { lastNote: notes.at(-1)?.[1].slice(0, 60) } : {}),
    createdAt: ago(minutes),
    updatedAt: ended,
    calls: [call],
    notes: notes.map(([author, text, mentions = []], index): Note => ({
      id: id('note'),
      conversationId,
      author,
      text,
      mentions,
      createdAt: ago(minutes - 1 - talk / 60 - index),
    })),
  });
}

function fill(world: World): void {
  const [me, doyun, alex] = agents as [Agent, Agent, Agent];
  const people = [
    contact('이하늘', ['+821023456789', '+82212345678'], ['VIP', '텐트 4인용 외 3건', '서울 마포구', '배송 지연 문의 이력 있음']),
    contact('Bartholomew Featherstonehaugh-Cholmondeley III', ['+442079460958'], ['Standard', 'Trekking poles', 'London'], 900),
    contact('주식회사 한국아웃도어레저장비유통협동조합 물류센터 고객지원팀', ['+82312345678'], ['기업', '침낭 120개'], 30_000),
    contact('', ['+821098765432'], [], 60),
    contact('정민준', ['+821055512345'], ['일반', '등산화', '부산 해운대구']),
    contact('Sofia Rossi', ['+821077788899'], ['VIP', 'Backpack 45 l', 'Jeju']),
    contact('', ['+81312345678'], [], 400),
  ] as [Contact, Contact, Contact, Contact, Contact, Contact, Contact];
  world.contacts.push(...people);
  past(world, { contact: people[0], minutes: 12, talk: 154, assignee: me, notes: [[me, '텐트 폴대 1개 불량, 오늘 교환품 발송 예정. @박도윤 송장 번호 확인 부탁해요.', [doyun]], [doyun, '송장 6402-1183-2210 등록했습니다.']] });
  past(world, { contact: people[3], minutes: 34, missed: 'ringTimeOver' });
  past(world, { contact: people[1], minutes: 58, talk: 611, assignee: alex, notes: [[alex, 'Wants the invoice in English, sent by e-mail.']] });
  past(world, { contact: people[4], minutes: 95, missed: 'userLeft', assignee: doyun });
  past(world, { contact: people[2], minutes: 140, talk: 37, assignee: doyun });
  past(world, { contact: people[5], minutes: 1500, talk: 1260, assignee: me, closed: true });
  past(world, { contact: people[6], minutes: 1620, missed: 'noOperator' });
  past(world, { contact: people[0], minutes: 4500, talk: 3900, assignee: alex, closed: true });
  past(world, { contact: people[4], minutes: 3, talk: 42, processing: true });
}

export function newWorld(filled: boolean, signedIn: boolean): World {
  made = 0;
  const world: World = {
    signedIn,
    failedLogins: 0,
    me: { accountId: 'acc1', agentId: 'a1', email: 'owner@example.com', name: '김서연', role: 'owner', locale: 'en', workspace, workspaces: [workspace], seat: true, takesPhone: true, status: 'available', ...agentSettings },
    agents: structuredClone(agents),
    contacts: [],
    conversations: [],
    recordings: [],
  };
  if (filled) fill(world);
  return world;
}
