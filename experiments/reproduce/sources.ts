import type { Training } from '../training.ts';

/** Trainings that another one needs, by the settings that name their folders. */
export const sourcesOf = ({ teacher, init }: Training): readonly (readonly ['teacher' | 'init', Training])[] => [
  ...(teacher ? [['teacher', teacher] as const] : []),
  ...(init ? [['init', init] as const] : []),
];

/** A training and before it all that it needs, directly or not. */
export const withSources = (training: Training): Training[] => [
  ...sourcesOf(training).flatMap(([, source]) => withSources(source)),
  training,
];
