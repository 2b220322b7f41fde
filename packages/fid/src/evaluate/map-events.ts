/** The same work with other events; ended early with its consumer. */
export async function* mapEvents<Event, Other, Result>(
  work: AsyncGenerator<Event, Result>,
  change: (event: Event) => Other,
): AsyncGenerator<Other, Result> {
  try {
    for (let step = await work.next(); ; step = await work.next()) {
      if (step.done) return step.value;
      yield change(step.value);
    }
  } finally {
    await work.return(undefined as never); // no more than a return when it has ended
  }
}
