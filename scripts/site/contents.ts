/** The guides of the site by the group that they stand in: title in the navigation, file below docs. */
export const contents: Record<string, Record<string, string>> = {
  'First steps': {
    'Quick start': 'quick-start.md',
    'Draw in a page': 'in-a-page.md',
    'Your own images': 'own-images.md',
    Trouble: 'trouble.md',
  },
  Using: {
    Choosing: 'choosing.md',
    'Few calls from a DDPM': 'distillation.md',
    'Filling in a part': 'filling-in.md',
    'All levels of noise': 'edm.md',
    'Memory of tensors': 'memory.md',
    'GPU and CUDA': 'gpu.md',
    'From PyTorch and diffusers': 'conventions.md',
    Randomness: 'randomness.md',
  },
  'The mathematics': {
    'Reproducing the papers': 'results/README.md',
    'The claims of the papers': 'results/claims.md',
    'Few steps, many modes': 'results/X5.md',
    '25 Gaussians': 'results/X24.md',
    'Guidance, the figure': 'results/X17.md',
    'Guidance, looked at': 'guidance.md',
    'Variational models': 'vdm.md',
    'A better recipe': 'results/recipe.md',
    'Guided students': 'results/guided-students.md',
    'Where the papers differ': 'differences.md',
  },
  'The project': {
    Performance: 'performance.md',
    Precision: 'precision.md',
    Architecture: 'architecture.md',
    'Versions and releases': 'releases.md',
  },
};
