/**
 * Settles like `work`, or rejects with a `TimeoutError` after `timeoutMs`. Work that goes on
 * afterwards is ignored; nobody may wait for it for ever.
 */
export async function withDeadline<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, fail) => {
    timer = setTimeout(() => {
      fail(new DOMException(`No answer within ${timeoutMs} ms.`, "TimeoutError"));
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
