'use client';

import { useEffect, useState } from 'react';
import { draw } from '../../draw.js';

export default function Page() {
  const [title, setTitle] = useState('drawing');
  useEffect(() => void draw().then(setTitle), []);
  return <title>{title}</title>;
}
