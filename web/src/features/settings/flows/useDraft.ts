import { useState } from 'react';
import type { Flows, FlowFile } from './queries';

export const suffix = '.hcl';

/** Whether a file may be called so. */
export const nameable = (name: string, files: readonly FlowFile[]): boolean => /^[^/\\\p{Cc}]+\.hcl$/u.test(name) && name.length <= 100 && !files.some((file) => file.name === name);

const sameFiles = (a: readonly FlowFile[], b: readonly FlowFile[]): boolean => a.length === b.length && a.every((file, i) => file.name === b[i]?.name && file.text === b[i].text);

const byName = (a: FlowFile, b: FlowFile): number => (a.name < b.name ? -1 : 1);

interface Edited {
  files: FlowFile[];
  /** The version that was changed. */
  base: number;
}

/** What is being written: the files in force, changed. */
export function useDraft(flows: Flows) {
  const [edited, setEdited] = useState<Edited | undefined>();
  const files = edited?.files ?? flows.files;
  const base = edited?.base ?? flows.active;
  const set = (next: FlowFile[]) => setEdited(base === flows.active && sameFiles(next, flows.files) ? undefined : { files: next, base });
  return {
    files,
    base,
    changed: edited !== undefined,
    write: (name: string, text: string) => set(files.map((file) => (file.name === name ? { name, text } : file))),
    add: (name: string) => set([...files, { name, text: '' }].sort(byName)),
    remove: (name: string) => set(files.filter((file) => file.name !== name)),
    /** The draft is for the version that is in force now. */
    rebase: () => setEdited(edited && { ...edited, base: flows.active }),
    discard: () => setEdited(undefined),
  };
}

export type Draft = ReturnType<typeof useDraft>;
