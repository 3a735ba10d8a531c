import type { HttpCalls } from '../api/http-calls.js';
import { toRefusal } from '../api/http-calls.js';

/** One event of a stream (P-70). */
export interface StreamEvent {
  readonly event: string;
  readonly data: string;
}

/** Cuts the text of an event stream into events; a comment alone is none. */
export const createEventParser = (onEvent: (event: StreamEvent) => void) => {
  let rest = '';
  let event = '';
  let data: string[] = [];
  const readLine = (line: string): void => {
    if (line === '') {
      if (event !== '' || data.length > 0) onEvent({ event: event || 'message', data: data.join('\n') });
      event = '';
      data = [];
      return;
    }
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') event = value;
    else if (name === 'data') data.push(value);
  };
  return (text: string): void => {
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) readLine(line);
  };
};

export interface StreamListener {
  readonly onOpen: () => void;
  readonly onEvent: (event: StreamEvent) => void;
  /** With a refusal or a broken line, or without a reason when the server ended it. */
  readonly onEnd: (error: unknown) => void;
}

/** Longer than two keepalives: a line that is silent for so long is dead. Milliseconds. */
const silence = 75_000;

/** Listens to the news of the log until it ends or is closed. Closing it is not an end that is told of. */
export const openStream = (http: HttpCalls, deviceId: string, listener: StreamListener): (() => void) => {
  const leave = new AbortController();
  const parse = createEventParser(listener.onEvent);
  const decoder = new TextDecoder();

  const listen = async (): Promise<void> => {
    const headers = { accept: 'text/event-stream' };
    const response = await http.open('subscribe', { query: { device_id: deviceId }, headers, signal: leave.signal });
    if (!response.ok) throw await toRefusal(response);
    const reader = response.body?.getReader();
    if (reader === undefined) return;
    listener.onOpen();
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      for (;;) {
        timer = setTimeout(() => leave.abort(new Error('The stream fell silent.')), silence);
        const { done, value } = await reader.read();
        clearTimeout(timer);
        if (done) return;
        parse(decoder.decode(value, { stream: true }));
      }
    } finally {
      clearTimeout(timer);
    }
  };

  let isClosed = false;
  listen().then(
    () => !isClosed && listener.onEnd(null),
    (error: unknown) => !isClosed && listener.onEnd(error),
  );
  return () => {
    isClosed = true;
    leave.abort();
  };
};
