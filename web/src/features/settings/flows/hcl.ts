import { HighlightStyle, StreamLanguage, syntaxHighlighting, type StreamParser } from '@codemirror/language';
import { Tag, tags } from '@lezer/highlight';

interface State {
  /** Inside a comment of several lines. */
  comment: boolean;
}

/** The words of the language, coloured as they are read: nothing is understood here, that is the server's part. */
const parser: StreamParser<State> = {
  startState: () => ({ comment: false }),
  token(stream, state) {
    if (state.comment || stream.match('/*')) {
      state.comment = !stream.match(/.*?\*\//);
      if (state.comment) stream.skipToEnd();
      return 'comment';
    }
    if (stream.eatSpace()) return null;
    if (stream.match('#') || stream.match('//')) {
      stream.skipToEnd();
      return 'comment';
    }
    if (stream.match(/"(?:[^"\\]|\\.)*"?/)) return 'string';
    if (stream.match(/\d+(?:\.\d+)?/)) return 'number';
    const word = stream.match(/[\p{L}_][\p{L}\p{N}_-]*/u);
    if (word) {
      if (/^(true|false|null)$/.test((word as RegExpMatchArray)[0])) return 'atom';
      if (stream.match(/\s*=(?!=)/, false)) return 'propertyName';
      return stream.match(/\s*(?:\{|"|[\p{L}_][\p{L}\p{N}_-]*\s*\{)/u, false) ? 'keyword' : 'variableName';
    }
    stream.next();
    return null;
  },
  languageData: { commentTokens: { line: '#' } },
};

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--accent-strong)', fontWeight: '600' },
  { tag: tags.string, color: 'var(--green)' },
  { tag: [tags.number, tags.atom] satisfies Tag[], color: 'var(--amber)' },
  { tag: tags.propertyName, color: 'var(--text)' },
  { tag: tags.variableName, color: 'var(--text-2)' },
  { tag: tags.comment, color: 'var(--text-3)', fontStyle: 'italic' },
]);

export const hcl = [StreamLanguage.define(parser), syntaxHighlighting(colours)];
