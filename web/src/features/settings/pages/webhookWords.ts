import type { Webhook } from '../queries';

type EventType = Webhook['events'][number];

/** Every type of event that a webhook may choose, in the order of a call, with its word. */
export const eventWords = {
  'call.created': 'created',
  'call.queued': 'queued',
  'call.ringing': 'ringing',
  'call.answered': 'answered',
  'call.held': 'held',
  'call.resumed': 'resumed',
  'call.joined': 'joined',
  'call.left': 'left',
  'call.missed': 'missed',
  'call.ended': 'ended',
  'recording.ready': 'recording',
} as const satisfies Record<EventType, string>;

export const eventTypes = Object.keys(eventWords) as EventType[];

/** The word of what was sent; a newer server may send what this page does not know. */
export const wordOf = (type: string) => (type === 'webhook.test' ? 'test' : Object.hasOwn(eventWords, type) ? eventWords[type as EventType] : undefined);

/** How a receiver verifies what it gets; as docs/webhooks.md has it. */
export const samples = {
  JavaScript: `// npm install standardwebhooks
import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.RINGDESK_WEBHOOK_SECRET);
// body: the request's, as text; it throws when the signature is wrong
const event = webhook.verify(body, request.headers);`,
  Python: `# pip install standardwebhooks
from standardwebhooks import Webhook

webhook = Webhook(os.environ["RINGDESK_WEBHOOK_SECRET"])
# body: the request's, as bytes; it raises when the signature is wrong
event = webhook.verify(body, request.headers)`,
  Go: `import standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

wh, err := standardwebhooks.NewWebhook(os.Getenv("RINGDESK_WEBHOOK_SECRET"))
// body: the request's, as bytes
err = wh.Verify(body, request.Header)`,
} as const;
