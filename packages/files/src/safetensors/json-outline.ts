/** What a JSON text would make, before it is parsed. */
export interface JsonOutline {
  /** Names of the outermost object, equal ones counted each: `JSON.parse` keeps one of them, and programs differ in which. */
  names: number;
  /** How deep it is nested: `JSON.parse` needs far more memory than the text where it is. */
  depth: number;
  /** The most commas in one object or list inside the outermost one's members, such as the axes of a shape. */
  commas: number;
}

/** Measures a JSON text in one pass. Of a text that is not JSON the numbers mean nothing. */
export function jsonOutline(bytes: Uint8Array, innerDepth: number): JsonOutline {
  let [names, deepest, depth, inString] = [0, 0, 0, false];
  let [commas, most] = [0, 0];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === 0x22) inString = !inString; // "
    if (inString) {
      if (byte === 0x5c) i++; // \ and what it escapes
    } else if (byte === 0x7b || byte === 0x5b) {
      deepest = Math.max(deepest, ++depth); // { [
      commas = 0;
    } else if (byte === 0x7d || byte === 0x5d)
      depth--; // } ]
    else if (byte === 0x3a && depth === 1)
      names++; // :
    else if (byte === 0x2c && depth >= innerDepth) most = Math.max(most, ++commas); // ,
  }
  return { names, depth: deepest, commas: most };
}
