// What the window's title says: the most pressing of what wants to stand there.

const usual = document.title;
const claims: { rank: number; text: string }[] = [];

function write(): void {
  const first = claims.toSorted((a, b) => b.rank - a.rank)[0];
  document.title = first?.text ?? usual;
}

/** Ranks of what may stand in the title: a screen's name gives way to a call, and this to a ring. */
export const titleRank = { screen: 0, call: 1, ring: 2 } as const;

/** Lets the title say `text` until the returned function is called; of several the highest rank is shown. */
export function claimTitle(rank: number, text: string): () => void {
  const claim = { rank, text };
  claims.push(claim);
  write();
  return () => {
    const at = claims.indexOf(claim);
    if (at < 0) return;
    claims.splice(at, 1);
    write();
  };
}
