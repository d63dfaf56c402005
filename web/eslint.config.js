import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import zones from './eslint.zones.js';

export default tseslint.config(
  { ignores: ['dist', 'node_modules'] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      globals: globals.browser,
      parserOptions: { projectService: { allowDefaultProject: ['eslint.*.js'] }, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 150, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'no-console': 'error',
    },
  },
  { files: ['src/**/*.{ts,tsx}'], ...reactHooks.configs.flat.recommended },
  {
    // What a browser may lack or forbid is asked for in one place, which never throws.
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['src/shared/browser/**', 'src/**/*.test.{ts,tsx}', 'src/testing/**'],
    rules: {
      'no-restricted-globals': ['error', 'localStorage', 'sessionStorage', 'Notification', 'BroadcastChannel', 'AudioContext'],
    },
  },
  ...zones,
  // Made from the contract: its length is the contract's.
  { files: ['src/shared/api/schema.gen.ts'], ...tseslint.configs.disableTypeChecked, rules: { ...tseslint.configs.disableTypeChecked.rules, 'max-lines': 'off' } },
  { files: ['eslint.*.js'], languageOptions: { globals: globals.node }, ...tseslint.configs.disableTypeChecked },
  // The service worker is served as it stands: no TypeScript project knows it.
  { files: ['public/*.js'], ...tseslint.configs.disableTypeChecked, languageOptions: { globals: globals.serviceworker, parserOptions: { projectService: false } } },
);
