const USUAL_STEPS = 1000;

/** What is taken for granted by the text of a schedule of another length than usual, where programs differ. */
export function scheduleNotes(text: string | undefined): string[] {
  const [, name, count, options] = /^([a-z_0-9]+):(\d+)(.*)$/.exec(text ?? '') ?? [];
  const steps = Number(count);
  if (count === undefined || steps === USUAL_STEPS || name === 'vp') return [];
  const notes = [];
  if (['linear', 'quadratic', 'scaled_linear'].includes(name) && !/(start|end|scale)=/.test(options))
    notes.push(
      `--schedule ${name}:${steps} takes β from 0.0001 to 0.02; where they were scaled by ${USUAL_STEPS}/${steps}, as OpenAI's ` +
        `programs do, write ${name}:${steps},scale=${USUAL_STEPS / steps}`,
    );
  if (steps > USUAL_STEPS && !options.includes('positions='))
    notes.push(
      `The network is told positions 0 … ${steps - 1}; those of OpenAI trained with rescale_timesteps need positions=${USUAL_STEPS}`,
    );
  return notes;
}
