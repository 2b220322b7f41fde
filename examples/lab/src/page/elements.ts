type Child = Node | string | undefined;

/** An element with attributes, properties and listeners (`onclick`), and children. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, unknown>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (name in made && (typeof value !== 'string' || name === 'value')) Reflect.set(made, name, value);
    else made.setAttribute(name, String(value));
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** Text in which what follows _ and ^ is set low and high: x_t−1 and s^2. */
export function formula(text: string): HTMLElement {
  const parts = text.split(/([_^](?:[^\s()[\]|,;:/]+))/);
  const children = parts.map((part) =>
    /^[_^]./.test(part) ? element(part.startsWith('_') ? 'sub' : 'sup', {}, part.slice(1)) : part,
  );
  return element('span', { class: 'formula' }, ...children);
}
