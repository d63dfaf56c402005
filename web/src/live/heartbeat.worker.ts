// Browsers slow the timers of hidden pages down to one a minute; a worker's timers keep their pace.
// The page answers each tick itself, so that a page that hangs does not seem alive.
const heartbeatMs = 5000;
setInterval(() => postMessage('tick'), heartbeatMs);
