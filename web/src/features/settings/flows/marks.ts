import { RangeSetBuilder, StateEffect, StateField, type Text } from '@codemirror/state';
import { Decoration, EditorView, hoverTooltip, type DecorationSet } from '@codemirror/view';
import type { Diagnostic } from './queries';

interface Mark {
  from: number;
  to: number;
  severity: Diagnostic['severity'];
  text: string;
}

const characters = new Intl.Segmenter('ko', { granularity: 'grapheme' });

/** Where a column is: the server counts characters as people do, the editor units of UTF-16. */
export function offsetOf(doc: Text, line: number, column: number): number {
  const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
  let n = 1;
  for (const { index } of characters.segment(at.text)) {
    if (n === column) return at.from + index;
    n += 1;
  }
  return at.to;
}

function marksOf(doc: Text, found: readonly Diagnostic[]): Mark[] {
  return found
    .map(({ line, column, endLine, endColumn, severity, text }) => {
      const from = offsetOf(doc, line, column);
      const to = offsetOf(doc, endLine, endColumn);
      return { from, to: Math.max(to, Math.min(from + 1, doc.length)), severity, text };
    })
    .sort((a, b) => a.from - b.from || a.to - b.to);
}

export const setDiagnostics = StateEffect.define<readonly Diagnostic[]>();
/** The line that is shown; 0 is none. */
export const showLine = StateEffect.define<number>();

interface Shown {
  marks: readonly Mark[];
  line: number;
  decorations: DecorationSet;
}

function decorate(doc: Text, marks: readonly Mark[], line: number): DecorationSet {
  const ranges = marks.filter(({ from, to }) => to > from).map(({ from, to, severity }) => ({ from, to, of: Decoration.mark({ class: severity === 'error' ? 'cm-error' : 'cm-warning' }) }));
  if (line > 0 && line <= doc.lines) {
    const { from } = doc.line(line);
    ranges.push({ from, to: from, of: Decoration.line({ class: 'cm-shown' }) });
  }
  const builder = new RangeSetBuilder<Decoration>();
  ranges.sort((a, b) => a.from - b.from || a.of.startSide - b.of.startSide || a.to - b.to).forEach(({ from, to, of }) => builder.add(from, to, of));
  return builder.finish();
}

/** What check has found in the text, and the line that the simulation speaks of. */
export const marks = StateField.define<Shown>({
  create: () => ({ marks: [], line: 0, decorations: Decoration.none }),
  update(shown, { effects, changes, docChanged, state }) {
    let { marks: now, line } = shown;
    let changed = docChanged;
    if (docChanged) now = now.map((mark) => ({ ...mark, from: changes.mapPos(mark.from), to: changes.mapPos(mark.to) }));
    for (const effect of effects) {
      if (effect.is(setDiagnostics)) now = marksOf(state.doc, effect.value);
      else if (effect.is(showLine)) line = effect.value;
      else continue;
      changed = true;
    }
    return changed ? { marks: now, line, decorations: decorate(state.doc, now, line) } : shown;
  },
  provide: (field) => EditorView.decorations.from(field, ({ decorations }) => decorations),
});

/** The sentences of a mark, under the pointer. */
export const sentences = hoverTooltip((view, at) => {
  const found = view.state.field(marks).marks.filter(({ from, to }) => from <= at && at <= to);
  const [first] = found;
  if (!first) return null;
  return {
    pos: first.from,
    create: () => {
      const dom = document.createElement('div');
      dom.className = 'cm-sentence';
      dom.textContent = found.map(({ text }) => text).join('\n');
      return { dom };
    },
  };
});
