/** The version whose kernels and binding the set-up fetches. */
export const tfjsNodeVersion = '4.22.0';

/** Where the kernels of tfjs-node find the core that they are to serve. */
export const CORE = 'diffgan.tfjs-core';

/** The folder of tfjs-node in the cache of this user. */
export const tfjsNodeFolder = (cache: string): string => `${cache}/tfjs-node-${tfjsNodeVersion}/package`;

/** Where the set-up puts the binding that it compiles. */
export const bindingOf = (folder: string): string => `${folder}/lib/napi-v8/tfjs_binding.node`;

/** What the set-up calls the addon of collectives, which it puts beside the binding. */
export const COLLECTIVES = 'diffgan_collectives.node';

/** What the set-up calls the addon of moments, which lies there, too. */
export const MOMENTS = 'diffgan_moments.node';
