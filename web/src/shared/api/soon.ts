// A busy workspace tells every desk of several changes a second. What only the server can order anew is asked for at
// most every three seconds, and not by all desks in the same moment.
const pauseMs = 3000;
const spreadMs = 300;

/** Gives a function that lets `run` follow soon after each of its calls, but never twice within the pause. */
export function soon(run: () => void): () => void {
  let waiting = false;
  let last = -Infinity;
  return () => {
    if (waiting) return;
    waiting = true;
    const rest = Math.max(0, last + pauseMs - Date.now());
    setTimeout(() => {
      waiting = false;
      last = Date.now();
      run();
    }, rest + Math.random() * spreadMs);
  };
}
