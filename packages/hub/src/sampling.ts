import type { Tensor } from '@tensorflow/tfjs-core';
import { run } from '@diffgan/ops';
import type { SampleEvent } from './sample-events.ts';

/**
 * Samples on their way: awaited they are the samples, in a loop the steps that lead to them. It is one or the other, once, since both walk
 * down the same chains.
 *
 * @template Samples what comes out in the end.
 * @template Event what is told on the way.
 */
export interface Sampling<Samples, Event = SampleEvent> extends AsyncGenerator<Event, Samples>, PromiseLike<Samples> {}

/** Lets a generator of samples be awaited, too; nothing happens before that, or before its first step is asked for. */
export function sampling<Samples, Event>(events: AsyncGenerator<Event, Samples>): Sampling<Samples, Event> {
  let samples: Promise<Samples> | undefined;
  const drawn = () => (samples ??= run(events, disposePreview));
  const then: PromiseLike<Samples>['then'] = (onDone, onFailure) => drawn().then(onDone, onFailure);
  return Object.assign(events, { then });
}

/** Nobody sees the previews of samples that are awaited. */
const disposePreview = (event: unknown): void => (event as { preview?: Tensor }).preview?.dispose();
