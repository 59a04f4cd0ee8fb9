import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import simpleImportSort from 'eslint-plugin-simple-import-sort';
import tseslint from 'typescript-eslint';

export default defineConfig(
  { ignores: ['node_modules/', '.venv/', '.build/', '.local/', 'cdk.out/', 'coverage/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  // One program for all files: with one per open file the heap of Node does not suffice.
  { languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } } },
  {
    plugins: { 'simple-import-sort': simpleImportSort },
    rules: {
      // Node, packages, other top folders of the project, then what lies near.
      'simple-import-sort/imports': ['error', { groups: [['^\\u0000', '^node:', '^@?\\w', '^#', '^\\.']] }],
      'simple-import-sort/exports': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // Route handlers answer promises even where nothing is awaited yet: the type of the contract asks for it.
      '@typescript-eslint/require-await': 'off',
      // It compares types five levels deep, which takes half the time of all rules, and the project has no enums of its
      // own (`erasableSyntaxOnly`): on below, where packages with enums are used.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      // CDK constructs are made for their effect on the tree.
      'no-new': 'off',
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['infra/**', 'test/infra/**', 'test/support/**'],
    rules: { '@typescript-eslint/no-unsafe-enum-assignment': 'error' },
  },
  // Pages run in browsers, as they are.
  {
    files: ['infra/pages/**'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {
      parserOptions: { project: null },
      globals: {
        document: 'readonly',
        history: 'readonly',
        location: 'readonly',
        fetch: 'readonly',
        FormData: 'readonly',
        window: 'readonly',
        URLSearchParams: 'readonly',
      },
    },
  },
  // What a person starts in a terminal speaks through the console.
  {
    files: ['infra/local/**', 'infra/*.ts', 'test/run.ts', 'test/runner/**', 'test/bench/**'],
    rules: { 'no-console': 'off' },
  },
);
