/** The classes of Fashion-MNIST by the names that the address has, in the order of their labels; before them that of all in turn. */
export const classNames = {
  any: 'any',
  tshirt: 'T-shirt/top',
  trouser: 'trouser',
  pullover: 'pullover',
  dress: 'dress',
  coat: 'coat',
  sandal: 'sandal',
  shirt: 'shirt',
  sneaker: 'sneaker',
  bag: 'bag',
  boot: 'ankle boot',
} as const;

/** Name of a class. */
export type ClassName = keyof typeof classNames;

const names = Object.keys(classNames) as ClassName[];

/** What a network is told of a class; undefined of any. */
export const labelOf = (name: ClassName): number | undefined => (name === 'any' ? undefined : names.indexOf(name) - 1);
