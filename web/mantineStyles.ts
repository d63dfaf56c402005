import { basename } from 'node:path';
import type { Plugin } from 'vite';

/**
 * Of Mantine's style sheets a build takes those of the parts that the desk uses, each into the chunk that uses it: all of them are 41 kB
 * compressed. Every part imports a module with the names of its classes; the sheet of the same name comes with it.
 */
export function mantineStyles(): Plugin {
  return {
    name: 'mantine-styles',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      if (/@mantine\/core\/esm\/.*\.module\.mjs$/.test(id)) return `import '@mantine/core/styles/${basename(id, '.module.mjs')}.layer.css';\n${code}`;
      // What the development server takes whole.
      if (id.endsWith('/shared/ui/mantine.css')) return base.map((name) => `@import '@mantine/core/styles/${name}.layer.css';`).join('\n');
      return undefined;
    },
  };
}

const base = ['baseline', 'default-css-variables', 'global'];
