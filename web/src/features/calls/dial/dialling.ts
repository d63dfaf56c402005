import { loadNumbers } from '../../../shared/format/number';
import { fetched } from '../../../shared/ui/part';

type Typing = typeof import('libphonenumber-js/min')['AsYouType'];

let typing: Typing | undefined;

/** Loads what knows how numbers are written, once the dial is opened. */
export async function prepareTyping(): Promise<void> {
  void loadNumbers();
  typing = (await fetched(() => import('libphonenumber-js/min'))).AsYouType;
}

const spelling = /^[+\d\s().*#-]+$/;

/** A number as it is written so far; a name, and what is no number, stays as it is typed. */
export function asTyped(text: string, country: string): string {
  if (!typing || !spelling.test(text)) return text;
  const bare = text.replace(/[^+\d*#]/g, '');
  if (/[*#]/.test(bare)) return bare;
  return new typing(country as ConstructorParameters<Typing>[0]).input(bare);
}

/** As short as 112. */
const shortestNumber = 3;

/** What is typed as digits, when it can be a whole number: the same for each way of writing it. */
export function dialable(text: string): string | undefined {
  if (!spelling.test(text)) return undefined;
  const digits = text.replace(/[^+\d]/g, '');
  return digits.length >= shortestNumber ? digits : undefined;
}
