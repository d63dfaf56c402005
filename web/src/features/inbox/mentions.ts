import type { AgentRef } from '../../shared/api/types';

/** What is being typed after an @ at the caret: where the @ stands and the letters so far; undefined elsewhere. */
export function mentionAt(text: string, caret: number): { from: number; query: string } | undefined {
  const match = /(?:^|\s)@([\p{L}\p{N}._-]{0,30}(?: [\p{L}\p{N}._-]{0,30})?)$/u.exec(text.slice(0, caret));
  if (match?.[1] === undefined) return undefined;
  return { from: caret - match[1].length - 1, query: match[1] };
}

/** Colleagues whose name, or a word of it, starts with the letters. */
export function matching<T extends AgentRef>(agents: T[], query: string): T[] {
  const wanted = query.toLocaleLowerCase();
  return agents.filter(({ name }) => {
    const known = name.toLocaleLowerCase();
    return known.startsWith(wanted) || known.split(/\s+/).some((word) => word.startsWith(wanted));
  });
}

/** Puts "@Name " in place of what was typed; gives the new text and where the caret goes. */
export function complete(text: string, from: number, caret: number, name: string): { text: string; caret: number } {
  const before = `${text.slice(0, from)}@${name} `;
  return { text: before + text.slice(caret).replace(/^ /, ''), caret: before.length };
}

/** Longer names first, so that "@Kim Minji" is not taken for "@Kim". */
const longestFirst = (agents: readonly AgentRef[]): AgentRef[] => [...agents].sort((a, b) => b.name.length - a.name.length);

export interface Part {
  text: string;
  mention?: AgentRef;
}

/** The text in parts, its mentions of these agents marked. */
export function withMentions(text: string, agents: readonly AgentRef[]): Part[] {
  const known = longestFirst(agents);
  const parts: Part[] = [];
  let plain = '';
  for (let at = 0; at < text.length; ) {
    const mention = text[at] === '@' ? known.find(({ name }) => name && text.startsWith(name, at + 1)) : undefined;
    if (!mention) {
      plain += text[at++];
      continue;
    }
    if (plain) parts.push({ text: plain });
    plain = '';
    parts.push({ text: `@${mention.name}`, mention });
    at += mention.name.length + 1;
  }
  if (plain) parts.push({ text: plain });
  return parts;
}

/** The ids of those mentioned, each once. */
export const mentioned = (text: string, agents: readonly AgentRef[]): string[] => [
  ...new Set(withMentions(text, agents).flatMap((part) => part.mention?.id ?? [])),
];
