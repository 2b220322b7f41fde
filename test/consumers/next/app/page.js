'use client';

import { useEffect } from 'react';
import { draw } from '../../draw.js';

export default function Page() {
  useEffect(() => void draw().then((title) => (document.title = title)), []);
  return null;
}
