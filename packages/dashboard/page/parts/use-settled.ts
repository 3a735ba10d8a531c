import { useEffect, useState } from 'react';

const pause = 250;

/** A text once nobody types in it for a moment: the server is asked once, not for each letter. */
export const useSettled = (text: string): string => {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), pause);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
};
