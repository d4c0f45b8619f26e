import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

export default ts.config(
  { ignores: ['node_modules/', 'out/', 'test-results/', 'playwright-report/'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      eqeqeq: 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      // Playwright reads from the pattern which fixtures one needs.
      'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }],
      // What a library names so is its own, and goes away with its next version.
      'no-underscore-dangle': ['error', { allow: ['__metadata__'] }],
      '@typescript-eslint/no-explicit-any': 'error',
      // Indexed access is checked (noUncheckedIndexedAccess); `!` states a bound that a loop has just established.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    files: ['src/**', 'bench/**'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'BinaryExpression[operator=/^[!=]==$/] > Literal[value=/^(sup|conf|pgcl)$/]',
          message: 'Ask METHOD_NEEDS what a method needs; its name says nothing.',
        },
      ],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  {
    // CommonJS, because Electron's start-up needs it.
    files: ['**/*.cjs'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
