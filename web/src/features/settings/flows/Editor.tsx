import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import classes from './Editor.module.css';
import { hcl } from './hcl';
import { marks, offsetOf, sentences, setDiagnostics, showLine } from './marks';
import type { Diagnostic } from './queries';

export interface Place {
  line: number;
  column: number;
  /** Another number goes to the same place again. */
  asked: number;
}

interface EditorProps {
  label: string;
  text: string;
  readOnly: boolean;
  diagnostics: readonly Diagnostic[];
  /** The line that is marked; 0 is none. */
  line: number;
  /** Where the cursor shall be. */
  place?: Place;
  onChange: (text: string) => void;
}

const writable = (label: string, readOnly: boolean): Extension => [
  EditorState.readOnly.of(readOnly),
  EditorView.editable.of(!readOnly),
  EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': String(readOnly), tabindex: '0' }),
];

/** The text of one file. Who gives another one takes another key: each has a history of its own. */
export default function Editor({ label, text, readOnly, diagnostics, line, place, onChange }: EditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const changed = useRef(onChange);
  const writing = useRef(new Compartment());
  const begin = useRef({ text, label, readOnly });
  useEffect(() => {
    changed.current = onChange;
  });

  useEffect(() => {
    if (!host.current) return;
    const { text: doc, label: name, readOnly: fixed } = begin.current;
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc,
        extensions: [
          lineNumbers(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          EditorView.lineWrapping,
          indentOnInput(),
          indentUnit.of('  '),
          bracketMatching(),
          hcl,
          marks,
          sentences,
          // Tab leaves the editor, as it does every field.
          keymap.of([...defaultKeymap, ...historyKeymap]),
          writing.current.of(writable(name, fixed)),
          EditorView.updateListener.of((update) => update.docChanged && changed.current(update.state.doc.toString())),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, []);

  useEffect(() => view.current?.dispatch({ effects: writing.current.reconfigure(writable(label, readOnly)) }), [label, readOnly]);
  useEffect(() => view.current?.dispatch({ effects: setDiagnostics.of(diagnostics) }), [diagnostics]);
  useEffect(() => {
    const at = view.current;
    if (!at) return;
    const shown = line > 0 && line <= at.state.doc.lines ? [EditorView.scrollIntoView(at.state.doc.line(line).from, { y: 'nearest', yMargin: 40 })] : [];
    at.dispatch({ effects: [showLine.of(line), ...shown] });
  }, [line]);
  useEffect(() => {
    const at = view.current;
    if (!at || !place) return;
    at.dispatch({ selection: { anchor: offsetOf(at.state.doc, place.line, place.column) }, scrollIntoView: true });
    at.focus();
  }, [place]);

  // What is written from outside: a version that was brought back, or discarded changes.
  useEffect(() => {
    const at = view.current;
    if (at && at.state.doc.toString() !== text) at.dispatch({ changes: { from: 0, to: at.state.doc.length, insert: text } });
  }, [text]);

  return <div ref={host} className={classes.editor} />;
}
