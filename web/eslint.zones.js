import { readdirSync } from 'node:fs';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';

// Who may import whom: shared ← features ← apps; no feature another one, no app another one; and nothing what only tests need.

const inside = (folder) => readdirSync(new URL(`src/${folder}`, import.meta.url));

/** Those in a folder know nothing of each other. */
const apart = (folder, message) => inside(folder).map((name) => ({ target: `./src/${folder}/${name}`, from: `./src/${folder}`, except: [`./${name}`], message }));

const zones = [
  { target: './src/shared', from: ['./src/features', './src/apps'], message: 'What is shared knows no feature and no app.' },
  { target: './src/features', from: './src/apps', message: 'A feature knows no app.' },
  ...apart('features', 'Features do not import each other: what two need goes to shared/, or the app puts them together.'),
  ...apart('apps', 'Apps do not import each other.'),
];
const testing = { target: './src', from: './src/testing', message: 'What tests are made of stays out of the product.' };

const tests = ['src/**/*.test.{ts,tsx}', 'src/testing/**'];
const basePath = import.meta.dirname;

export default [
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx', '.js'] })] },
  },
  { files: ['src/**/*.{ts,tsx}'], ignores: tests, rules: { 'import-x/no-restricted-paths': ['error', { basePath, zones: [...zones, testing] }] } },
  // The kit of the tests shows parts of an app as the app does.
  { files: ['src/**/*.test.{ts,tsx}'], rules: { 'import-x/no-restricted-paths': ['error', { basePath, zones }] } },
];
