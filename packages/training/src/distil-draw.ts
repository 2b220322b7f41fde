import type * as tf from '@tensorflow/tfjs-core';
import type { ConditionInputs } from './conditions.ts';
import type { StudentDraw } from './student.ts';

/** What is drawn for an update: samples of the student, and levels of the teacher's noise for them. */
export type Draw = ConditionInputs &
  StudentDraw & {
    /** Steps of the teacher, int32 [B]. */
    s: tf.Tensor1D;
    noise: tf.Tensor;
    /** Data, diffused to the same levels, where there is a critic. */
    real?: tf.Tensor;
  };
