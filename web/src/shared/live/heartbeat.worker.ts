import { heartbeatMs } from './heartbeat';

// Browsers slow the timers of hidden pages down to one a minute; a worker's timers keep their pace.
// The page answers each tick itself, so that a page that hangs does not seem alive.
setInterval(() => postMessage('tick'), heartbeatMs);
