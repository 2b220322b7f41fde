import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['**/dist/**', 'docs/api/**', 'runs/**', '**/node_modules/**'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json' } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': 'off',
      // what a schema infers gets a name that editors show
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      'no-console': 'error',
    },
  },
  {
    files: ['packages/*/src/**/*.ts', 'experiments/**/*.ts', 'examples/**/*.ts'],
    ignores: ['**/test/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.name="foldIn"] > Literal',
          message: 'Give the stream a name, in streams.ts of the package; docs/randomness.md draws it.',
        },
      ],
    },
  },
  {
    files: ['scripts/**', 'examples/**', 'bench/**', 'packages/runs/test/endurance.ts'],
    rules: { 'no-console': 'off' },
  },
);
