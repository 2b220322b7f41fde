import js from '@eslint/js';
import jsdoc from 'eslint-plugin-jsdoc';
import importSort from 'eslint-plugin-simple-import-sort';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['**/dist/**', 'site/**', 'runs/**', '**/node_modules/**', '**/.next/**'] },
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
    files: ['**/*.ts'],
    plugins: { 'import-sort': importSort },
    // Node, other libraries, packages of the house, files: one block, each by its path
    // the plugin writes \u0000 before imports for their effect alone
    rules: {
      'import-sort/imports': [
        'error',
        { groups: [['^\\u0000?node:', '^\\u0000?(?!@diffgan)@?\\w', '^\\u0000?@diffgan', '^\\u0000?\\.']] },
      ],
    },
  },
  {
    files: ['packages/*/src/**/*.ts'],
    plugins: { jsdoc },
    rules: {
      'jsdoc/check-param-names': ['error', { checkDestructured: false, disableMissingParamChecks: true }],
      'jsdoc/check-tag-names': ['error', { definedTags: ['defaultValue', 'internal', 'module', 'typeParam'] }],
      'jsdoc/no-types': 'error',
      'jsdoc/require-hyphen-before-param-description': ['error', 'never'],
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
        {
          selector:
            ':matches(PropertyDefinition, MethodDefinition[kind!="constructor"], TSParameterProperty)[accessibility="private"]',
          message: 'Begin the name of a private member with #.',
        },
      ],
    },
  },
  {
    files: ['scripts/**', 'examples/**', 'bench/**', 'packages/runs/test/endurance.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // Programs for pages, workers and both module systems of Node: their compilers and engines know what is global.
    files: ['test/consumers/**', 'docs/site/**'],
    languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } },
    rules: { 'no-undef': 'off' },
  },
);
